// SPDX-License-Identifier: Apache-2.0
// Indices sorted by what they stand for; of equal ones the smaller comes first, so that the order
// is the same on every machine.
#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

namespace sengen::optimise {

// before(a, b): whether index a belongs before index b.
template <class Before>
void sort_indices(std::vector<std::size_t>& indices, const Before& before) {
  std::sort(indices.begin(), indices.end(),
            [&](std::size_t a, std::size_t b) { return before(a, b) || (!before(b, a) && a < b); });
}

}  // namespace sengen::optimise
