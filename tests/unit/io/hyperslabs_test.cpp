// SPDX-License-Identifier: Apache-2.0
#include <sengen/io/hyperslabs.hpp>

#include <algorithm>
#include <numeric>

#include <gtest/gtest.h>

#include <sengen/core/error.hpp>

namespace sengen::io {
namespace {

// Places of a block's items in their array, in the order of the block.
std::vector<std::int64_t> places(const Shape& shape, const Hyperslab& slab) {
  std::vector<std::int64_t> found = {0};
  for (std::size_t axis = 0; axis < shape.size(); ++axis) {
    std::vector<std::int64_t> next;
    for (const std::int64_t place : found) {
      for (std::int64_t i = 0; i < slab.count[axis]; ++i) {
        next.push_back(place * shape[axis] + slab.offset[axis] + i);
      }
    }
    found = std::move(next);
  }
  return found;
}

TEST(Hyperslabs, AreEveryRunOfAnArrayInItsOrder) {
  for (const Shape& shape : {Shape{3, 4, 2, 5}, Shape{1, 6, 1, 3}, Shape{2, 2, 3}, Shape{7}}) {
    const auto total =
        std::accumulate(shape.begin(), shape.end(), std::int64_t{1}, std::multiplies<>());
    for (std::int64_t begin = 0; begin <= total; ++begin) {
      for (std::int64_t end = begin; end <= total; ++end) {
        std::vector<std::int64_t> all;
        const auto slabs = hyperslabs(shape, begin, end);
        EXPECT_LE(slabs.size(), 2 * shape.size() - 1);
        for (const Hyperslab& slab : slabs) {
          const auto some = places(shape, slab);
          EXPECT_EQ(std::ssize(some), slab.items());
          all.insert(all.end(), some.begin(), some.end());
        }
        std::vector<std::int64_t> expected(static_cast<std::size_t>(end - begin));
        std::iota(expected.begin(), expected.end(), begin);
        ASSERT_EQ(all, expected) << begin << " to " << end;
      }
    }
  }
}

TEST(Hyperslabs, OfWholeRowsAreOneBlock) {
  const auto slabs = hyperslabs({4, 6, 5, 2}, 60, 180);
  ASSERT_EQ(slabs.size(), 1U);
  EXPECT_EQ(slabs[0].offset, (Shape{1, 0, 0, 0}));
  EXPECT_EQ(slabs[0].count, (Shape{2, 6, 5, 2}));
}

TEST(Hyperslabs, RefuseWhatLeavesTheArray) {
  EXPECT_THROW(hyperslabs({2, 3}, 0, 7), Error);
  EXPECT_THROW(hyperslabs({2, 3}, -1, 2), Error);
  EXPECT_THROW(hyperslabs({2, 3}, 4, 3), Error);
  EXPECT_THROW(hyperslabs({}, 0, 1), Error);
}

}  // namespace
}  // namespace sengen::io
