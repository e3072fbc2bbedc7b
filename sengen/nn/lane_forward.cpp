// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <vector>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "sengen/nn/lane_forward.cpp"
#include <hwy/foreach_target.h>
// foreach_target must come first: it compiles this file once for every instruction set.
#include <hwy/highway.h>

#include <sengen/core/parallel_for.hpp>
#include <sengen/nn/lane_activation-inl.hpp>
#include <sengen/nn/lane_conv.hpp>
#include <sengen/nn/lane_tiles-inl.hpp>
#include <sengen/nn/lane_work.hpp>

#ifndef SENGEN_NN_LANE_FORWARD_ONCE
#define SENGEN_NN_LANE_FORWARD_ONCE
namespace sengen::nn {

struct ForwardJob {
  const LaneConv* conv;
  const float* input;
  const float* bias;
  float* output;
  std::uint8_t* winner;
  PackedWeights weights;
};

}  // namespace sengen::nn
#endif

HWY_BEFORE_NAMESPACE();
namespace sengen::nn {
namespace HWY_NAMESPACE {

int channel_block() { return kChannelBlock; }

// Fine cells [begin, end) of row y before the activation; cell x goes to out + (x - begin) *
// kLanes.
inline void convolve_cells(const ForwardJob& job, Index group, Index y, Index begin, Index end,
                           float* out, Index out_channel_stride) {
  const LaneConv& conv = *job.conv;
  const Index ratio = conv.columns.ratio();
  const Index plane = conv.rows.coarse() * conv.columns.coarse() * kLanes;
  const float* input = job.input + group * conv.in_channels * plane;
  const std::vector<LaneTap> row_taps = conv.rows.taps_of(y);
  const RowShape shape{conv.in_channels, plane, kLanes, out_channel_stride, ratio * kLanes};
  std::array<TapSource, 9> sources;
  for (Index phase = 0; phase < ratio; ++phase) {
    for (const LaneRun& run : conv.columns.forward(phase)) {
      // The part of the run inside the tile; begin is a multiple of the ratio.
      const Index first = std::max(run.begin, begin / ratio);
      const Index last = std::min(run.begin + run.count, (end - phase + ratio - 1) / ratio);
      if (first >= last) continue;
      for (Index c = 0; c < conv.out_channels;) {
        const int block = static_cast<int>(block_size(kChannelBlock, conv.out_channels - c));
        std::size_t count = 0;
        for (const LaneTap& row : row_taps) {
          for (const LaneTap& column : run.taps) {
            const Index cell = row.offset * conv.columns.coarse() + first + column.offset;
            sources[count++] = {input + cell * kLanes,
                                job.weights.at(row.variant, column.variant) + c * conv.in_channels};
          }
        }
        row_run(block, {sources.data(), count}, shape, last - first, job.bias + c,
                out + c * out_channel_stride + (ratio * first + phase - begin) * kLanes);
        c += block;
      }
    }
  }
}

template <Activation kKind>
HWY_INLINE void activate(float* values, Index floats) {
  const LaneVectors d;
  if constexpr (kKind == Activation::kLinear) return;
  for (Index i = 0; i < floats; i += static_cast<Index>(hn::Lanes(d))) {
    hn::Store(activated<kKind>(d, hn::Load(d, values + i)), d, values + i);
  }
}

// One pooled row from two rows of cells, `cells` wide; below null: there is no second row.
template <Activation kKind>
HWY_INLINE void pool_row(const float* above, const float* below, Index cells, float* out,
                         std::uint8_t* winner) {
  const LaneVectors d;
  const hn::Rebind<std::int32_t, LaneVectors> di;
  const hn::Rebind<std::uint8_t, LaneVectors> bytes;
  for (Index j = 0; 2 * j < cells; ++j) {
    const bool whole = 2 * j + 1 < cells;
    for (Index lane = 0; lane < kLanes; lane += static_cast<Index>(hn::Lanes(d))) {
      const Index from = 2 * j * kLanes + lane;
      auto best = hn::Load(d, above + from);
      auto which = hn::Zero(di);
      const auto challenge = [&](const float* cell, int number) {
        const auto value = hn::Load(d, cell);
        const auto better = value > best;
        best = hn::IfThenElse(better, value, best);
        which = hn::IfThenElse(hn::RebindMask(di, better), hn::Set(di, number), which);
      };
      if (whole) challenge(above + from + kLanes, 1);
      if (below != nullptr) challenge(below + from, 2);
      if (whole && below != nullptr) challenge(below + from + kLanes, 3);
      hn::Store(activated<kKind>(d, best), d, out + j * kLanes + lane);
      if (winner != nullptr) {
        hn::StoreU(hn::DemoteTo(bytes, which), bytes, winner + j * kLanes + lane);
      }
    }
  }
}

inline void forward_plain(const ForwardJob& job, const Rows& rows) {
  const LaneConv& conv = *job.conv;
  const Index width = conv.columns.fine();
  const Index plane = conv.rows.fine() * width * kLanes;
  float* output = job.output + rows.group * conv.out_channels * plane;
  for (Index y = rows.begin; y < rows.end; ++y) {
    for (Index x = 0; x < width; x += kTileCells) {
      const Index end = std::min(width, x + kTileCells);
      float* out = output + (y * width + x) * kLanes;
      convolve_cells(job, rows.group, y, x, end, out, plane);
      with_activation(conv.activation, [&](auto kind) {
        for (Index c = 0; c < conv.out_channels; ++c) {
          activate<kind()>(out + c * plane, (end - x) * kLanes);
        }
      });
    }
  }
}

inline void forward_pooled(const ForwardJob& job, const Rows& rows) {
  const LaneConv& conv = *job.conv;
  const Index width = conv.columns.fine();
  const Index plane = conv.out_height() * conv.out_width() * kLanes;
  constexpr Index kChannelStride = kTileCells * kLanes;
  const Index row_size = conv.out_channels * kChannelStride;
  float* above = thread_buffer(0, 2 * row_size);
  for (Index y = rows.begin; y < rows.end; y += 2) {
    const bool pair = y + 1 < conv.rows.fine();
    for (Index x = 0; x < width; x += kTileCells) {
      const Index end = std::min(width, x + kTileCells);
      convolve_cells(job, rows.group, y, x, end, above, kChannelStride);
      if (pair) convolve_cells(job, rows.group, y + 1, x, end, above + row_size, kChannelStride);
      with_activation(conv.activation, [&](auto kind) {
        for (Index c = 0; c < conv.out_channels; ++c) {
          const Index at = (rows.group * conv.out_channels + c) * plane +
                           (y / 2 * conv.out_width() + x / 2) * kLanes;
          const float* row = above + c * kChannelStride;
          pool_row<kind()>(row, pair ? row + row_size : nullptr, end - x, job.output + at,
                           job.winner == nullptr ? nullptr : job.winner + at);
        }
      });
    }
  }
}

void forward_rows(const ForwardJob& job, const Rows& rows) {
  job.conv->max_pool ? forward_pooled(job, rows) : forward_plain(job, rows);
}

}  // namespace HWY_NAMESPACE
}  // namespace sengen::nn
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace sengen::nn {

HWY_EXPORT(channel_block);
HWY_EXPORT(forward_rows);

Index largest_block() { return HWY_DYNAMIC_DISPATCH(channel_block)(); }

void lane_forward(const LaneConv& conv, const float* input, const float* weight, const float* bias,
                  float* output, std::uint8_t* winner) {
  const ForwardJob job{&conv, input, bias, output, winner, pack(conv, weight, Direction::kForward)};
  const std::vector<Rows> work = pieces_of(conv);
  parallel_for(0, static_cast<Index>(work.size()), [&](Index begin, Index end) {
    for (Index n = begin; n < end; ++n) {
      HWY_DYNAMIC_DISPATCH(forward_rows)(job, work[static_cast<std::size_t>(n)]);
    }
  });
}

}  // namespace sengen::nn
#endif
