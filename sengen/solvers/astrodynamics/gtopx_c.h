/* SPDX-License-Identifier: Apache-2.0
 * The problems of GTOPX for C, Fortran and Python (ctypes): libgtopx.so. gtopx() has the calling
 * shape of the original benchmark, so that programs written for it relink. All functions are
 * thread-safe.
 *
 * Instances: 1 to 10 as published; 11 is TandEM's sequence 6, 1100 + s its sequence s (1 to 24).
 */
#ifndef SENGEN_GTOPX_C_H
#define SENGEN_GTOPX_C_H

#ifdef __cplusplus
extern "C" {
#endif

/* f: objectives (1 or 2), to be minimised; g: constraints, feasible where >= 0; x: the vector.
 * Finite for every x; 1e10 in f and -1e10 in g where there is no trajectory or no such instance.
 * x is not changed. */
void gtopx(int instance, double* f, double* g, double* x);

/* Numbers of variables, of integers among them (the last ones), objectives and constraints. Returns
 * 0, or 1 for an instance that there is not. Null pointers are passed over. */
int gtopx_dimensions(int instance, int* variables, int* integers, int* objectives,
                     int* constraints);
/* As many numbers each as there are variables. Returns as gtopx_dimensions. */
int gtopx_bounds(int instance, double* lower, double* upper);
/* points: count rows of variables; values: count rows of objectives, then constraints. Eight
 * vectors go through the processor's vector units at once. Returns as gtopx_dimensions. */
int gtopx_batch(int instance, long count, const double* points, double* values);
/* The first objective, and its derivatives by all variables, 0 for integers. */
double gtopx_gradient(int instance, const double* x, double* gradient);
/* 1: the reference's single-precision Lambert iteration from now on, for all threads; 0: double,
 * as at the start. */
void gtopx_legacy_float(int on);

#ifdef __cplusplus
}
#endif

#endif
