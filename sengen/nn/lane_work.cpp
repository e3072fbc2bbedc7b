// SPDX-License-Identifier: Apache-2.0
#include <sengen/nn/lane_work.hpp>

#include <algorithm>
#include <array>
#include <new>

#include <hwy/aligned_allocator.h>

namespace sengen::nn {

float* thread_buffer(std::size_t which, Index floats) {
  thread_local std::array<hwy::AlignedFreeUniquePtr<float[]>, 2> buffers;
  thread_local std::array<Index, 2> sizes{};
  if (sizes[which] < floats) {
    sizes[which] = 0;
    buffers[which] = hwy::AllocateAligned<float>(static_cast<std::size_t>(floats));
    if (!buffers[which]) throw std::bad_alloc();
    sizes[which] = floats;
  }
  return buffers[which].get();
}

std::vector<Rows> pieces_of(const LaneConv& conv) {
  constexpr Index kPiecesOfImage = 8;
  const Index height = conv.rows.fine();
  const Index rows = std::max<Index>(2, (height + kPiecesOfImage - 1) / kPiecesOfImage + 1) / 2 * 2;
  std::vector<Rows> list;
  for (Index group = 0; group < conv.groups; ++group) {
    for (Index y = 0; y < height; y += rows) {
      list.push_back({group, y, std::min(height, y + rows)});
    }
  }
  return list;
}

PackedWeights pack(const LaneConv& conv, const float* weight, Direction direction) {
  const bool forward = direction == Direction::kForward;
  const Index outputs = forward ? conv.out_channels : conv.in_channels;
  const Index inputs = forward ? conv.in_channels : conv.out_channels;
  PackedWeights packed;
  packed.pair_size = outputs * inputs;
  packed.values.reserve(static_cast<std::size_t>(kVariants * kVariants * packed.pair_size));
  const auto append = [&](Index o, Index i, const auto& row, const auto& column) {
    const float* kernel =
        weight + 9 * (forward ? o * conv.in_channels + i : i * conv.in_channels + o);
    float sum = 0;
    for (std::size_t y = 0; y < 3; ++y) {
      for (std::size_t x = 0; x < 3; ++x) {
        if (row[y] && column[x]) sum += kernel[3 * y + x];
      }
    }
    packed.values.push_back(sum);
  };
  const Index largest = largest_block();
  for (const auto& row : kVariantTaps) {
    for (const auto& column : kVariantTaps) {
      for (Index c = 0; c < outputs;) {
        const Index block = block_size(largest, outputs - c);
        for (Index i = 0; i < inputs; ++i) {
          for (Index o = c; o < c + block; ++o) append(o, i, row, column);
        }
        c += block;
      }
    }
  }
  return packed;
}

}  // namespace sengen::nn
