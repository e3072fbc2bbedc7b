// SPDX-License-Identifier: Apache-2.0
// View: N-dimensional row-major window on memory owned by somebody else (std::mdspan is C++23).
// The last index runs fastest; at() checks bounds, operator() does not.
#pragma once

#include <array>
#include <cstddef>
#include <span>

#include <fmt/format.h>

#include <sengen/core/error.hpp>

namespace sengen {

template <typename T, std::size_t N>
class View {
 public:
  using Index = std::ptrdiff_t;

  View() = default;
  // shape: extents, slowest first; data: at least their product of elements.
  View(T* data, std::array<Index, N> shape) : data_(data), shape_(shape) {}

  Index extent(std::size_t axis) const noexcept { return shape_[axis]; }
  const std::array<Index, N>& shape() const noexcept { return shape_; }
  Index size() const noexcept {
    Index product = 1;
    for (const Index extent : shape_) product *= extent;
    return product;
  }
  T* data() const noexcept { return data_; }
  std::span<T> flat() const noexcept { return {data_, static_cast<std::size_t>(size())}; }

  template <typename... Indices>
  T& operator()(Indices... indices) const noexcept {
    static_assert(sizeof...(Indices) == N);
    return data_[offset({static_cast<Index>(indices)...})];
  }

  template <typename... Indices>
  T& at(Indices... indices) const {
    static_assert(sizeof...(Indices) == N);
    const std::array<Index, N> index{static_cast<Index>(indices)...};
    for (std::size_t axis = 0; axis < N; ++axis) {
      if (index[axis] < 0 || index[axis] >= shape_[axis]) {
        throw Error(ErrorKind::kInternal, fmt::format("index {} of axis {} is outside [0, {})",
                                                      index[axis], axis, shape_[axis]));
      }
    }
    return data_[offset(index)];
  }

 private:
  Index offset(const std::array<Index, N>& index) const noexcept {
    Index sum = 0;
    for (std::size_t axis = 0; axis < N; ++axis) sum = sum * shape_[axis] + index[axis];
    return sum;
  }

  T* data_ = nullptr;
  std::array<Index, N> shape_{};
};

}  // namespace sengen
