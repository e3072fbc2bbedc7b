// SPDX-License-Identifier: Apache-2.0
// The store of the coordinated retry (coordinated_retry.hpp): the good ends of its runs, sorted by
// value, entries that lie close to better ones dropped. A plain struct that two vectors of numbers
// hold whole, so that a search that was killed goes on with the same result.
#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include <sengen/optimise/draws.hpp>
#include <sengen/optimise/search.hpp>

namespace sengen::optimise {

struct RetryState {
  std::vector<double> points;  // rows: those up to `sorted` by rising value, then the newer ones
  std::vector<double> values;  // of the rows
  std::size_t sorted = 0;
  std::int64_t runs = 0;
  std::int64_t evaluations = 0;
  Best best;

  std::size_t size() const noexcept { return values.size(); }
  std::span<const double> point(std::size_t i) const {
    return std::span(points).subspan(i * best.x.size(), best.x.size());
  }

  // Everything as numbers, and back; exact while counters are below 2^53. kInput when the numbers
  // are not those of a state of `variables`.
  std::vector<double> to_numbers() const;
  static RetryState from_numbers(std::span<const double> numbers, std::size_t variables);
};

struct RetryStoreOptions {
  std::size_t capacity = 500;
  double kept = 0.9;              // part of the capacity left at each sort
  std::int64_t sort_every = 100;  // runs
  // Root mean square, each coordinate by the width of the box.
  double least_distance = 0.15;
  // Entries that differ by more than this part of the values' range are never close.
  double distinct = 0.01;
};

// The end of a run. Taken into the store when its value is below limit.
struct RetryRun {
  std::vector<double> x = {};
  double value = std::numeric_limits<double>::infinity();
  double limit = std::numeric_limits<double>::infinity();
  std::int64_t evaluations = 0;
};

// Takes the end of one run in; sorts when it is time to.
void fold(RetryState& state, const RetryRun& run, const Box& box, const RetryStoreOptions& options);

// Two of the better fifth of the sorted entries, the first the better one. False: there are too
// few, first and second stay.
bool choose_pair(const RetryState& state, Draws& draws, std::size_t& first, std::size_t& second);

}  // namespace sengen::optimise
