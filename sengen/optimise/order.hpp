// SPDX-License-Identifier: Apache-2.0
// Sorting whose order of equal things is the same on every machine.
#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

namespace sengen::optimise {

// Indices by what they stand for, of equal ones the smaller first. before(a, b): whether index a
// belongs before index b.
template <class Before>
void sort_indices(std::vector<std::size_t>& indices, const Before& before) {
  std::sort(indices.begin(), indices.end(),
            [&](std::size_t a, std::size_t b) { return before(a, b) || (!before(b, a) && a < b); });
}

// Equal ones stay in their order. For short lists; std::stable_sort wants a buffer that clang warns
// of.
template <class Iterator, class Before>
void insertion_sort(Iterator first, Iterator last, const Before& before) {
  for (Iterator at = first; at != last; ++at) {
    std::rotate(std::upper_bound(first, at, *at, before), at, at + 1);
  }
}

}  // namespace sengen::optimise
