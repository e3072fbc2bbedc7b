// SPDX-License-Identifier: Apache-2.0
// Speed. A tensor of a pair on its own takes 4 x 2^n multiply-adds: that is what is counted, though
// tensors of all pairs together share most of them and do a good third. The bound is what this
// machine's vector units do with numbers in registers, by the same threads in the same run.
#include <algorithm>
#include <chrono>
#include <cmath>

#include <fmt/format.h>

#include <sengen/circuits/coupling.hpp>
#include <sengen/circuits/state_kernels.hpp>
#include <sengen/core/parallel_for.hpp>

#include "cases.hpp"

namespace sengen::bench {

namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point begin) {
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

template <typename Body>
double least_seconds(int repeats, const Body& body) {
  double least = 1e300;
  for (int i = 0; i < repeats; ++i) {
    const auto begin = Clock::now();
    body();
    least = std::min(least, seconds_since(begin));
  }
  return least;
}

}  // namespace

// peak.cpp
double multiply_adds_per_second();

void speed(const Setting& setting, Results& results) {
  const auto targets = picture_tiles(setting.data / "images/camera_256.pgm", 1);
  const int qubits = targets[0].qubits();
  const auto pairs = circuits::all_pairs(qubits);
  const circuits::StateVector& psi = targets[0].states[0];
  const double seconds = least_seconds(200, [&] { circuits::fidelity_tensors(psi, psi, pairs); });
  const double work = 4.0 * static_cast<double>(psi.size()) * static_cast<double>(pairs.size());
  const double peak = multiply_adds_per_second();
  const double share = work / seconds / peak;
  fmt::print("all pairs of {} qubits: {:.3f} ms, {:.1f} G multiply-adds/s of {:.1f} = {:.2f}\n",
             qubits, 1e3 * seconds, work / seconds / 1e9, peak / 1e9, share);
  results.add("tensor_share",
              {.value = share,
               .reference = {{0.5, 1}},
               .source = "4 x 2^n multiply-adds a pair, over the peak of the vector "
                         "units in the same run"});
  results.add("tensor_rate", {.value = work / seconds, .unit = "1/s", .source = "multiply-adds"});

  circuits::EncodeOptions options;
  options.growth.sweep.pairs = pairs;
  options.growth.max_gates = 72;
  options.growth.polish_iterations = 0;
  options.rules = {circuits::Insertion::kDensity};
  options.starts = 1;
  options.moves = 0;
  options.finish_iterations = 0;
  circuits::EncodeStore store;
  const auto begin = Clock::now();
  const auto result =
      circuits::encode(targets[0], options, parallel::Communicator::self(), store, {}, {});
  const double taken = seconds_since(begin);
  fmt::print("camera_256, growth (12, 6, 20) to 72 gates: {:.1f} s, |F| {:.6f}\n", taken,
             result.overlap);
  results.add("growth_seconds", {.value = taken,
                                 .unit = "s",
                                 .reference = {{0, 300}},
                                 .source = "16 qubits, (12, 6, 20) to 72 gates, all pairs"});
}

}  // namespace sengen::bench
