// SPDX-License-Identifier: Apache-2.0
#include "search_state.hpp"

#include <fmt/format.h>

#include <sengen/core/error.hpp>
#include <sengen/io/file_bytes.hpp>
#include <sengen/io/npy.hpp>

namespace sengen::gtopx {

void SearchState::note() {
  if (store.values.empty() && store.best.x.empty()) return;
  if (!history.empty() && history.back().best <= store.best.value) return;
  history.push_back({store.evaluations, store.best.value});
}

// The number of history's records, the records, the store.
void save_state(const std::filesystem::path& path, const SearchState& state) {
  std::vector<double> numbers = {static_cast<double>(state.history.size())};
  for (const auto& [evaluations, best] : state.history) {
    numbers.insert(numbers.end(), {static_cast<double>(evaluations), best});
  }
  const auto store = state.store.to_numbers();
  numbers.insert(numbers.end(), store.begin(), store.end());
  io::write_npy(path, {std::ssize(numbers)}, numbers.data());
}

SearchState load_state(const std::filesystem::path& path, std::size_t variables) {
  const auto numbers = io::parse_npy(io::read_bytes(path), path.string()).values;
  const double records = numbers.empty() ? -1 : numbers[0];
  if (!(records >= 0) || !(2 * records < static_cast<double>(numbers.size()))) {
    throw Error(ErrorKind::kInput, fmt::format("{} is no state of a search", path.string()),
                "remove it: the search begins anew");
  }
  SearchState state;
  const auto count = static_cast<std::size_t>(records);
  for (std::size_t i = 0; i < count; ++i) {
    state.history.push_back({static_cast<std::int64_t>(numbers[1 + 2 * i]), numbers[2 + 2 * i]});
  }
  state.store =
      optimise::RetryState::from_numbers(std::span(numbers).subspan(1 + 2 * count), variables);
  return state;
}

}  // namespace sengen::gtopx
