// SPDX-License-Identifier: Apache-2.0
// How the work of lane_conv.hpp is cut up and its weights laid out; shared by lane_forward.cpp and
// lane_backward.cpp, private to them.
#pragma once

#include <vector>

#include <sengen/nn/lane_conv.hpp>

namespace sengen::nn {

// Weights summed by variants of rows and columns, laid out for tiles: for every pair of variants
// the blocks of output channels, each [input channel][block].
struct PackedWeights {
  std::vector<float> values;
  Index pair_size = 0;
  const float* at(int row_variant, int column_variant) const {
    return values.data() + (row_variant * kVariants + column_variant) * pair_size;
  }
};

// Rows begin .. end - 1 of the convolution of one group.
struct Rows {
  Index group;
  Index begin;
  Index end;
};

// Fine cells of a row that are worked on at once: what a tile reads and writes stays in the cache.
inline constexpr Index kTileCells = 64;

// A buffer that a thread keeps between calls. std::bad_alloc when there is no memory.
float* thread_buffer(std::size_t which, Index floats);

// Whole rows, even numbers of them so that pools and doubled cells stay together. Their size
// depends on the image alone.
std::vector<Rows> pieces_of(const LaneConv& conv);

// Output channels of the largest tile of this processor.
Index largest_block();
// The largest tile that fits into what is left.
inline Index block_size(Index largest, Index left) {
  while (largest > left) largest /= 2;
  return largest;
}

enum class Direction { kForward, kAdjoint };
// weight: [out, in, 3, 3] of the convolution. The adjoint maps output channels to input channels.
PackedWeights pack(const LaneConv& conv, const float* weight, Direction direction);

}  // namespace sengen::nn
