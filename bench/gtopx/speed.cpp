// SPDX-License-Identifier: Apache-2.0
// Evaluations per second on one thread, best of several passes over 4000 uniform vectors. The
// figures of the reference functions are those of another run on another machine: g++ 12 -O2, one
// thread of a Xeon (family 6, model 207), best of 9 passes over 4000 uniform vectors. They are
// bounds to compare with, not the other side of this run.
#include <algorithm>
#include <array>
#include <chrono>
#include <span>
#include <vector>

#include <fmt/format.h>

#include <sengen/core/random.hpp>
#include <sengen/solvers/astrodynamics/batch.hpp>

#include "cases.hpp"

namespace sengen::bench {

namespace {

namespace flight = sengen::astrodynamics;
using Clock = std::chrono::steady_clock;

constexpr std::size_t kVectors = 4000;
constexpr int kPasses = 15;
constexpr std::array<double, 11> kReferenceMicroseconds = {8.72, 13.53, 10.49, 16.41, 12.69, 12.40,
                                                           4.84, 9.92,  8.71,  9.89,  10.15};

template <typename Body>
double least_microseconds(const Body& body) {
  double least = 1e300;
  for (int i = 0; i < kPasses; ++i) {
    const auto begin = Clock::now();
    body();
    least = std::min(least, std::chrono::duration<double>(Clock::now() - begin).count());
  }
  return 1e6 * least / static_cast<double>(kVectors);
}

std::vector<double> uniform_vectors(const flight::InstanceInfo& info) {
  const Random random(1);
  std::vector<double> points;
  for (std::size_t row = 0; row < kVectors; ++row) {
    for (const flight::Variable& variable : info.variables) {
      points.push_back(variable.lower +
                       (variable.upper - variable.lower) * random.uniform(points.size()));
    }
  }
  return points;
}

}  // namespace

void speed(const Setting& /*setting*/, Results& results) {
  for (const std::string& name : flight::instance_names()) {
    const flight::Instance instance = flight::instance_named(name);
    const flight::InstanceInfo& info = flight::info_of(instance);
    const auto points = uniform_vectors(info);
    const std::size_t n = info.variables.size();
    std::vector<double> values(kVectors * flight::values_of(instance));
    double sum = 0;  // so that nothing is left out
    const double scalar = least_microseconds([&] {
      for (std::size_t row = 0; row < kVectors; ++row) {
        sum += flight::evaluate(instance, std::span(points).subspan(row * n, n)).objectives[0];
      }
    });
    const double batched =
        least_microseconds([&] { flight::evaluate_batch(instance, points, values); });
    const double reference = kReferenceMicroseconds[static_cast<std::size_t>(info.number) - 1];
    fmt::print(
        "{:18} one by one {:.3f} us, {:.2f} x the reference's speed; batched {:.3f} us, {:.2f} x, "
        "{:.0f}/s (sum {:.6g})\n",
        name, scalar, reference / scalar, batched, reference / batched, 1e6 / batched, sum);
    const std::string source = fmt::format(
        "evaluations a second on one thread, 4000 uniform vectors; over the {} us that the "
        "reference functions took in another run on another machine (Xeon, g++ 12 -O2)",
        reference);
    results.add("speed_scalar_" + name,
                {.value = reference / scalar, .reference = {{2, 1e9}}, .source = source});
    results.add("speed_batched_" + name,
                {.value = reference / batched, .reference = {{6, 1e9}}, .source = source});
    results.add("rate_scalar_" + name, {.value = 1e6 / scalar, .unit = "1/s", .source = "alone"});
    results.add("rate_batched_" + name,
                {.value = 1e6 / batched, .unit = "1/s", .source = "eight in SIMD lanes"});
  }
}

}  // namespace sengen::bench
