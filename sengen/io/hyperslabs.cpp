// SPDX-License-Identifier: Apache-2.0
#include <sengen/io/hyperslabs.hpp>

#include <algorithm>
#include <functional>
#include <numeric>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <sengen/core/error.hpp>

namespace sengen::io {

namespace {

std::int64_t product(const Shape& shape, std::size_t first) {
  return std::accumulate(shape.begin() + static_cast<std::ptrdiff_t>(first), shape.end(),
                         std::int64_t{1}, std::multiplies<>());
}

// The run [begin, end) of the axes from `axis` on; earlier ones are fixed in `at`. What is whole
// along this axis is one block, what is begun or broken off is left to the next.
void cut(const Shape& shape, std::size_t axis, std::int64_t begin, std::int64_t end, Shape& at,
         std::vector<Hyperslab>& found) {
  if (begin == end) return;
  const std::int64_t inner = product(shape, axis + 1);
  const auto part = [&](std::int64_t index, std::int64_t from, std::int64_t to) {
    at[axis] = index;
    cut(shape, axis + 1, from, to, at, found);
  };
  std::int64_t first = begin / inner;
  const std::int64_t last = end / inner;
  if (begin % inner != 0) {
    const std::int64_t stop = std::min(end, (first + 1) * inner);
    part(first, begin % inner, stop - first * inner);
    if (stop == end) return;
    ++first;
  }
  if (first < last) {
    Hyperslab slab{Shape(shape.size(), 0), shape};
    std::copy_n(at.begin(), axis, slab.offset.begin());
    std::fill_n(slab.count.begin(), axis, 1);
    slab.offset[axis] = first;
    slab.count[axis] = last - first;
    found.push_back(std::move(slab));
  }
  part(last, 0, end - last * inner);
}

}  // namespace

std::int64_t Hyperslab::items() const { return product(count, 0); }

std::vector<Hyperslab> hyperslabs(const Shape& shape, std::int64_t begin, std::int64_t end) {
  if (begin < 0 || end < begin || end > product(shape, 0) || shape.empty()) {
    throw Error(ErrorKind::kInternal,
                fmt::format("items [{}, {}) of an array [{}]", begin, end, fmt::join(shape, ", ")));
  }
  std::vector<Hyperslab> found;
  Shape at(shape.size(), 0);
  cut(shape, 0, begin, end, at, found);
  return found;
}

}  // namespace sengen::io
