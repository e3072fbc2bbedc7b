// SPDX-License-Identifier: Apache-2.0
#include <sengen/optimise/retry_state.hpp>

#include <algorithm>
#include <cmath>
#include <numeric>

#include <fmt/format.h>

#include <sengen/core/error.hpp>
#include <sengen/optimise/order.hpp>

namespace sengen::optimise {

namespace {

constexpr std::size_t kHeader = 5;  // variables, entries, sorted, runs, evaluations

double distance(std::span<const double> a, std::span<const double> b, const Box& box) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (box.width(i) <= 0) continue;
    const double part = (a[i] - b[i]) / box.width(i);
    sum += part * part;
  }
  return std::sqrt(sum / static_cast<double>(a.size()));
}

// Sorts the entries; leaves out what is close to one of the two better ones kept last, and what is
// beyond the part of the capacity that is kept.
void sort(RetryState& state, const Box& box, const RetryStoreOptions& options) {
  if (state.values.empty()) return;
  std::vector<std::size_t> order(state.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  sort_indices(order,
               [&](std::size_t a, std::size_t b) { return state.values[a] < state.values[b]; });
  const double range = state.values[order.back()] - state.values[order.front()];
  const auto most = static_cast<std::size_t>(options.kept * static_cast<double>(options.capacity));
  std::vector<std::size_t> kept;
  const auto is_close = [&](std::size_t entry) {
    for (std::size_t back = 1; back <= std::min<std::size_t>(2, kept.size()); ++back) {
      const std::size_t better = kept[kept.size() - back];
      const double rise = state.values[entry] - state.values[better];
      if (range > 0 && rise > options.distinct * range) continue;
      if (distance(state.point(entry), state.point(better), box) <= options.least_distance) {
        return true;
      }
    }
    return false;
  };
  for (const std::size_t entry : order) {
    if (kept.size() == most) break;
    if (!is_close(entry)) kept.push_back(entry);
  }
  std::vector<double> points, values;
  for (const std::size_t entry : kept) {
    const auto row = state.point(entry);
    points.insert(points.end(), row.begin(), row.end());
    values.push_back(state.values[entry]);
  }
  state.points = std::move(points);
  state.values = std::move(values);
  state.sorted = kept.size();
}

}  // namespace

void fold(RetryState& state, const RetryRun& run, const Box& box,
          const RetryStoreOptions& options) {
  state.best.x.resize(box.size());
  state.evaluations += run.evaluations;
  ++state.runs;
  if (run.value < state.best.value) state.best = {run.value, run.x};
  if (run.value < run.limit) {
    if (state.size() + 1 >= options.capacity) sort(state, box, options);
    state.points.insert(state.points.end(), run.x.begin(), run.x.end());
    state.values.push_back(run.value);
  }
  if (state.runs % options.sort_every == 0) sort(state, box, options);
}

bool choose_pair(const RetryState& state, Draws& draws, std::size_t& first, std::size_t& second) {
  if (state.sorted < 2) return false;
  const auto count = static_cast<double>(state.sorted);
  const double chance = draws.uniform(std::min(0.1 * count, 1.5), 0.2 * count) / count;
  // Down the list with a coin: the better an entry, the more often it is one of the two.
  for (int attempt = 0; attempt < 100; ++attempt) {
    std::size_t found = 0;
    for (std::size_t entry = 0; entry < state.sorted; ++entry) {
      if (draws.uniform() >= chance) continue;
      if (found++ == 0) {
        first = entry;
      } else {
        second = entry;
        return true;
      }
    }
  }
  return false;
}

std::vector<double> RetryState::to_numbers() const {
  std::vector<double> numbers = {static_cast<double>(best.x.size()), static_cast<double>(size()),
                                 static_cast<double>(sorted), static_cast<double>(runs),
                                 static_cast<double>(evaluations)};
  numbers.push_back(best.value);
  numbers.insert(numbers.end(), best.x.begin(), best.x.end());
  numbers.insert(numbers.end(), values.begin(), values.end());
  numbers.insert(numbers.end(), points.begin(), points.end());
  return numbers;
}

RetryState RetryState::from_numbers(std::span<const double> numbers, std::size_t variables) {
  const auto fail = [&] {
    throw Error(ErrorKind::kInput, fmt::format("{} numbers are no state of a retry in {} variables",
                                               numbers.size(), variables));
  };
  const auto is_count = [](double x) { return x >= 0 && x < 0x1p53 && x == std::floor(x); };
  if (numbers.size() <= kHeader ||
      !std::all_of(numbers.begin(), numbers.begin() + kHeader, is_count)) {
    fail();
  }
  const double entries = numbers[1];
  // A state that no run has gone into knows of no variables yet.
  const double known = numbers[0];
  const bool is_fresh = known == 0 && entries == 0 && numbers[3] == 0;
  if ((known != static_cast<double>(variables) && !is_fresh) || numbers[2] > entries ||
      static_cast<double>(numbers.size() - kHeader - 1) != known + entries * (known + 1)) {
    fail();
  }
  RetryState state;
  state.sorted = static_cast<std::size_t>(numbers[2]);
  state.runs = static_cast<std::int64_t>(numbers[3]);
  state.evaluations = static_cast<std::int64_t>(numbers[4]);
  state.best.value = numbers[kHeader];
  auto rest = numbers.subspan(kHeader + 1);
  const auto take = [&](std::size_t count) {
    const auto part = rest.first(count);
    rest = rest.subspan(count);
    return std::vector<double>(part.begin(), part.end());
  };
  state.best.x = take(static_cast<std::size_t>(known));
  state.values = take(static_cast<std::size_t>(entries));
  state.points = take(rest.size());
  return state;
}

}  // namespace sengen::optimise
