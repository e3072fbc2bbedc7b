// SPDX-License-Identifier: Apache-2.0
// The multiply-adds per second of this machine's vector units: independent chains of numbers that
// never leave the registers.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "bench/aqce/peak.cpp"
#include <hwy/foreach_target.h>
// foreach_target must come first: it compiles this file once for every instruction set.
#include <hwy/highway.h>

#include <atomic>
#include <chrono>
#include <vector>

#include <sengen/core/parallel_for.hpp>

HWY_BEFORE_NAMESPACE();
namespace sengen::bench {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// Returns the number of multiply-adds done.
double chains(std::int64_t rounds, double* sink) {
  const hn::CappedTag<double, 8> d;
  constexpr int kChains = 12;  // more than latency x units
  hn::Vec<decltype(d)> sum[kChains];
  for (int c = 0; c < kChains; ++c) sum[c] = hn::Set(d, 1.0 + c);
  const auto factor = hn::Set(d, 0.999999), term = hn::Set(d, 1e-6);
  for (std::int64_t i = 0; i < rounds; ++i) {
    for (int c = 0; c < kChains; ++c) sum[c] = hn::MulAdd(sum[c], factor, term);
  }
  auto total = sum[0];
  for (int c = 1; c < kChains; ++c) total = total + sum[c];
  *sink = hn::GetLane(hn::SumOfLanes(d, total));
  return static_cast<double>(rounds) * kChains * static_cast<double>(hn::Lanes(d));
}

}  // namespace HWY_NAMESPACE
}  // namespace sengen::bench
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace sengen::bench {

HWY_EXPORT(chains);

double multiply_adds_per_second() {
  using Clock = std::chrono::steady_clock;
  double best = 0;
  std::vector<double> sinks(static_cast<std::size_t>(threads()) * 8);
  for (int repeat = 0; repeat < 10; ++repeat) {
    std::atomic<double> done{0};
    const auto begin = Clock::now();
    parallel_for(0, threads(), [&](std::ptrdiff_t first, std::ptrdiff_t) {
      done += HWY_DYNAMIC_DISPATCH(chains)(2'000'000, &sinks[static_cast<std::size_t>(first) * 8]);
    });
    const double seconds = std::chrono::duration<double>(Clock::now() - begin).count();
    best = std::max(best, done.load() / seconds);
  }
  return best;
}

}  // namespace sengen::bench
#endif
