#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A mission of GTOPX as a problem of pygmo, by way of libgtopx.so and ctypes.

gtopx_pygmo.py LIBRARY INSTANCE [GENERATIONS]: minimises it with pygmo's sade, or, where pygmo is
not installed, by random steps, and prints the best vector.
"""

import ctypes
import sys

import numpy as np


class Gtopx:
    """pygmo calls fitness, get_bounds, get_nobj, get_nix and, for batches, batch_fitness."""

    def __init__(self, library, instance):
        self.library, self.instance = library, instance
        sizes = [ctypes.c_int() for _ in range(4)]
        if self.call().gtopx_dimensions(instance, *map(ctypes.byref, sizes)):
            raise ValueError(f"there is no instance {instance}")
        self.n, self.integers, self.objectives, self.constraints = (size.value for size in sizes)

    def call(self):
        # Not kept: pygmo copies problems between threads and processes.
        return ctypes.CDLL(self.library)

    def get_bounds(self):
        lower, upper = np.empty(self.n), np.empty(self.n)
        self.call().gtopx_bounds(self.instance, pointer(lower), pointer(upper))
        return lower, upper

    def get_nobj(self):
        return self.objectives

    def get_nix(self):
        return self.integers

    def fitness(self, x):
        return self.batch_fitness(x)[: self.objectives]

    def batch_fitness(self, points):
        points = np.ascontiguousarray(points, dtype=float).reshape(-1, self.n)
        values = np.empty((len(points), self.objectives + self.constraints))
        self.call().gtopx_batch(self.instance, ctypes.c_long(len(points)), pointer(points),
                                pointer(values))
        # Constraints (>= 0) are part of the objective already, as the benchmark is used.
        return values[:, : self.objectives].ravel()

    def gradient(self, x):
        x, slopes = np.ascontiguousarray(x, dtype=float), np.empty(self.n)
        self.call().gtopx_gradient(self.instance, pointer(x), pointer(slopes))
        return slopes


def pointer(array):
    return array.ctypes.data_as(ctypes.POINTER(ctypes.c_double))


def main():
    library, instance = sys.argv[1], int(sys.argv[2])
    generations = int(sys.argv[3]) if len(sys.argv) > 3 else 500
    problem = Gtopx(library, instance)
    try:
        import pygmo
    except ImportError:
        random = np.random.default_rng(1)
        lower, upper = problem.get_bounds()
        points = random.uniform(lower, upper, (20 * generations, problem.n))
        values = problem.batch_fitness(points).reshape(len(points), -1)[:, 0]
        best, x = values.min(), points[values.argmin()]
    else:
        population = pygmo.population(pygmo.problem(problem), size=20, seed=1)
        population = pygmo.algorithm(pygmo.sade(gen=generations, seed=1)).evolve(population)
        best, x = population.champion_f[0], population.champion_x
    print(f"best {best:.10g}")
    print("x", " ".join(f"{value:.17g}" for value in x))


if __name__ == "__main__":
    main()
