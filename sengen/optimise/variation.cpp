// SPDX-License-Identifier: Apache-2.0
#include <sengen/optimise/variation.hpp>

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include <sengen/core/error.hpp>
#include <sengen/core/parallel_for.hpp>

namespace sengen::optimise {

double least_integer(const Box& box, std::size_t i) { return std::ceil(box.lower[i]); }

std::size_t count_of_integers(const Box& box, std::size_t i) {
  return static_cast<std::size_t>(std::floor(box.upper[i]) - least_integer(box, i)) + 1;
}

void clamp_into(const Box& box, std::span<double> x) {
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (is_integer(box, i)) x[i] = std::max(std::floor(x[i]), least_integer(box, i));
    x[i] = std::clamp(x[i], box.lower[i], box.upper[i]);
    if (is_integer(box, i)) x[i] = std::floor(x[i]);
  }
}

namespace {

double draw_integer(const Box& box, std::size_t i, Draws& draws) {
  return least_integer(box, i) + static_cast<double>(draws.below(count_of_integers(box, i)));
}

// Spread factor of a crossover whose children may reach the bound `room` parents' distances away.
double spread_factor(double room, double eta, double u) {
  const double alpha = 2 - std::pow(1 + 2 * room, -(eta + 1));
  const double power = 1 / (eta + 1);
  return u <= 1 / alpha ? std::pow(u * alpha, power) : std::pow(1 / (2 - u * alpha), power);
}

}  // namespace

void draw_uniform(const Box& box, Draws& draws, std::span<double> x) {
  for (std::size_t i = 0; i < x.size(); ++i) {
    x[i] = is_integer(box, i) ? draw_integer(box, i, draws)
                              : box.lower[i] + draws.uniform() * box.width(i);
  }
}

void cross_binary(const Box& box, double rate, double eta, Draws& draws, std::span<double> a,
                  std::span<double> b) {
  if (draws.uniform() > rate) return;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (draws.uniform() < 0.5) continue;
    if (is_integer(box, i)) {
      std::swap(a[i], b[i]);
      continue;
    }
    const double low = std::min(a[i], b[i]), high = std::max(a[i], b[i]);
    const double distance = high - low;
    if (distance <= 1e-14 * box.width(i)) continue;
    const double u = draws.uniform();
    const double down = spread_factor((low - box.lower[i]) / distance, eta, u);
    const double up = spread_factor((box.upper[i] - high) / distance, eta, u);
    const double first = 0.5 * (low + high - down * distance);
    const double second = 0.5 * (low + high + up * distance);
    const bool exchanged = draws.uniform() < 0.5;
    a[i] = std::clamp(exchanged ? second : first, box.lower[i], box.upper[i]);
    b[i] = std::clamp(exchanged ? first : second, box.lower[i], box.upper[i]);
  }
}

void mutate_polynomial(const Box& box, double rate, double eta, Draws& draws, std::span<double> x) {
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (draws.uniform() >= rate || box.width(i) <= 0) continue;
    if (is_integer(box, i)) {
      x[i] = draw_integer(box, i, draws);
      continue;
    }
    const double u = draws.uniform();
    const double below = (x[i] - box.lower[i]) / box.width(i);
    const double above = (box.upper[i] - x[i]) / box.width(i);
    const double power = 1 / (eta + 1);
    double step = 0;
    if (u < 0.5) {
      step = std::pow(2 * u + (1 - 2 * u) * std::pow(1 - below, eta + 1), power) - 1;
    } else {
      step = 1 - std::pow(2 * (1 - u) + 2 * (u - 0.5) * std::pow(1 - above, eta + 1), power);
    }
    x[i] = std::clamp(x[i] + step * box.width(i), box.lower[i], box.upper[i]);
  }
}

void add_difference(const Box& box, double factor, double rate, std::span<const double> b,
                    std::span<const double> c, Draws& draws, std::span<double> x) {
  const std::size_t always = draws.below(x.size());
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (i != always && draws.uniform() >= rate) continue;
    if (is_integer(box, i)) {
      const std::size_t whose = draws.below(3);
      x[i] = whose == 0 ? x[i] : whose == 1 ? b[i] : c[i];
      continue;
    }
    const double moved = x[i] + factor * (b[i] - c[i]);
    if (moved < box.lower[i]) {
      x[i] = box.lower[i] + draws.uniform() * (x[i] - box.lower[i]);
    } else if (moved > box.upper[i]) {
      x[i] = box.upper[i] - draws.uniform() * (box.upper[i] - x[i]);
    } else {
      x[i] = moved;
    }
  }
}

std::vector<double> evaluate_points(const Problem& problem, std::span<const double> points) {
  // Pieces of whole vectors: what lies in the lanes must not depend on the threads.
  constexpr std::size_t kLanes = 8;
  const std::size_t size = problem.box().size(), width = problem.values();
  const std::size_t rows = points.size() / size;
  std::vector<double> values(rows * width);
  const auto blocks = static_cast<std::ptrdiff_t>((rows + kLanes - 1) / kLanes);
  parallel_for(0, blocks, [&](std::ptrdiff_t begin, std::ptrdiff_t end) {
    const std::size_t first = static_cast<std::size_t>(begin) * kLanes;
    const std::size_t count = std::min(static_cast<std::size_t>(end) * kLanes, rows) - first;
    problem.evaluate(points.subspan(first * size, count * size),
                     std::span(values).subspan(first * width, count * width));
  });
  return values;
}

void check_problem(const Problem& problem, const char* method, std::size_t most_objectives) {
  const Box& box = problem.box();
  const std::size_t size = box.size();
  if (size == 0 || box.upper.size() != size ||
      (!box.is_integer.empty() && box.is_integer.size() != size)) {
    throw Error(ErrorKind::kUsage, fmt::format("{}: bounds of different lengths", method));
  }
  for (std::size_t i = 0; i < size; ++i) {
    if (box.lower[i] <= box.upper[i] &&
        !(is_integer(box, i) && std::floor(box.upper[i]) < least_integer(box, i))) {
      continue;
    }
    throw Error(ErrorKind::kUsage, fmt::format("{}: variable {} has nothing between {} and {}",
                                               method, i + 1, box.lower[i], box.upper[i]));
  }
  if (problem.objectives() < 1 || problem.objectives() > most_objectives) {
    throw Error(ErrorKind::kUsage, fmt::format("{}: {} objectives, at most {} are possible", method,
                                               problem.objectives(), most_objectives));
  }
}

}  // namespace sengen::optimise
