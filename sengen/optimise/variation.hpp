// SPDX-License-Identifier: Apache-2.0
// How populations make new points of a box: uniform draws, simulated binary crossover (Deb and
// Agrawal 1995), polynomial mutation (Deb and Goyal 1996), differential variation (Storn and Price
// 1997). Integers are exchanged and redrawn, never averaged: they may be names. Serial; the numbers
// drawn depend on the seed alone.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include <sengen/optimise/draws.hpp>
#include <sengen/optimise/problem.hpp>

namespace sengen::optimise {

inline bool is_integer(const Box& box, std::size_t i) {
  return !box.is_integer.empty() && box.is_integer[i];
}
// Least and greatest whole number of an integer, and their count.
double least_integer(const Box& box, std::size_t i);
std::size_t count_of_integers(const Box& box, std::size_t i);
// Into the box; integers become whole.
void clamp_into(const Box& box, std::span<double> x);

// Uniform over the box.
void draw_uniform(const Box& box, Draws& draws, std::span<double> x);
// a and b become two children of a and b; eta: how near their parents they stay.
void cross_binary(const Box& box, double rate, double eta, Draws& draws, std::span<double> a,
                  std::span<double> b);
// Each number moves with the chance `rate`; an integer is drawn anew.
void mutate_polynomial(const Box& box, double rate, double eta, Draws& draws, std::span<double> x);
// x += factor (b - c) for each number with the chance `rate`, for at least one; what would leave
// the box falls between x and the bound. An integer is that of x, b or c.
void add_difference(const Box& box, double factor, double rate, std::span<const double> b,
                    std::span<const double> c, Draws& draws, std::span<double> x);

// Values of rows of points, on all threads.
std::vector<double> evaluate_points(const Problem& problem, std::span<const double> points);
// Same points and values: kUsage where the box is empty, upside down or of another length.
void check_problem(const Problem& problem, const char* method, std::size_t most_objectives);

}  // namespace sengen::optimise
