// SPDX-License-Identifier: Apache-2.0
// The inner loops of lane_forward.cpp and lane_backward.cpp, compiled once for every instruction
// set: products of a row of cells with the taps of a run (forward and adjoint), and of two rows
// with one another (gradient of the weights). Every tile keeps its sums in registers.
#if defined(SENGEN_NN_LANE_TILES_INL) == defined(HWY_TARGET_TOGGLE)
#ifdef SENGEN_NN_LANE_TILES_INL
#undef SENGEN_NN_LANE_TILES_INL
#else
#define SENGEN_NN_LANE_TILES_INL
#endif

#include <span>

#include <hwy/highway.h>

#include <sengen/nn/lane_conv.hpp>

HWY_BEFORE_NAMESPACE();
namespace sengen::nn {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using LaneVectors = hn::CappedTag<float, static_cast<std::size_t>(kLanes)>;

// Sums that a tile may hold in registers, beside what it multiplies.
#if HWY_ARCH_X86 && HWY_TARGET > HWY_AVX3  // 16 registers
inline constexpr int kSums = 12;
inline constexpr Index kChannelBlock = 4;
#else
inline constexpr int kSums = 24;
inline constexpr Index kChannelBlock = 8;
#endif

// A tap of a run: where its first input cell lies and its weights [input channel][kOut].
struct TapSource {
  const float* in;
  const float* weight;
};

// A row of cells, channel by channel; strides in floats.
struct RowShape {
  Index in_channels = 0;
  Index in_channel_stride = 0;
  Index in_cell_stride = 0;
  Index out_channel_stride = 0;
  Index out_cell_stride = 0;
};

// out[o][p] = bias[o] + sum over taps and input channels, for kOut channels and kCells cells.
template <int kOut, int kCells>
HWY_INLINE void row_tile(std::span<const TapSource> taps, const RowShape& shape, Index first,
                         const float* bias, float* out) {
  const LaneVectors d;
  using V = hn::Vec<LaneVectors>;
  for (Index lane = 0; lane < kLanes; lane += static_cast<Index>(hn::Lanes(d))) {
    V sum[kOut][kCells];
    for (int o = 0; o < kOut; ++o) {
      const V start = bias == nullptr ? hn::Zero(d) : hn::Set(d, bias[o]);
      for (int p = 0; p < kCells; ++p) sum[o][p] = start;
    }
    for (const TapSource& tap : taps) {
      const float* in = tap.in + first * shape.in_cell_stride + lane;
      const float* weight = tap.weight;
      for (Index i = 0; i < shape.in_channels; ++i) {
        V x[kCells];
        for (int p = 0; p < kCells; ++p) x[p] = hn::Load(d, in + p * shape.in_cell_stride);
        for (int o = 0; o < kOut; ++o) {
          const V w = hn::Set(d, weight[o]);
          for (int p = 0; p < kCells; ++p) sum[o][p] = hn::MulAdd(w, x[p], sum[o][p]);
        }
        in += shape.in_channel_stride;
        weight += kOut;
      }
    }
    float* target = out + first * shape.out_cell_stride + lane;
    for (int o = 0; o < kOut; ++o) {
      for (int p = 0; p < kCells; ++p) {
        hn::Store(sum[o][p], d, target + o * shape.out_channel_stride + p * shape.out_cell_stride);
      }
    }
  }
}

template <int kOut>
HWY_INLINE void row_run(std::span<const TapSource> taps, const RowShape& shape, Index count,
                        const float* bias, float* out) {
  constexpr int kCells = kSums / kOut < 6 ? kSums / kOut : 6;
  constexpr int kFew = kCells > 3 ? 2 : 1;
  Index first = 0;
  for (; first + kCells <= count; first += kCells) {
    row_tile<kOut, kCells>(taps, shape, first, bias, out);
  }
  for (; first + kFew <= count; first += kFew) {
    row_tile<kOut, kFew>(taps, shape, first, bias, out);
  }
  for (; first < count; ++first) row_tile<kOut, 1>(taps, shape, first, bias, out);
}

// The cells of a run for `channels` (a block's size) output channels.
inline void row_run(int channels, std::span<const TapSource> taps, const RowShape& shape,
                    Index count, const float* bias, float* out) {
  switch (channels) {
    case 8:
      if constexpr (kChannelBlock >= 8) return row_run<8>(taps, shape, count, bias, out);
      return;
    case 4: return row_run<4>(taps, shape, count, bias, out);
    case 2: return row_run<2>(taps, shape, count, bias, out);
    default: return row_run<1>(taps, shape, count, bias, out);
  }
}

// sums[t][o] += sum over cells of gradient[o][cell] * input[cell + offset of tap t]; every sum is
// kLanes floats, taps of one input channel.
template <int kOut, int kTaps>
HWY_INLINE void weight_tile(const float* gradient, Index channel_stride, Index cell_stride,
                            const float* const* in, Index count, float* const* sums) {
  const LaneVectors d;
  using V = hn::Vec<LaneVectors>;
  for (Index lane = 0; lane < kLanes; lane += static_cast<Index>(hn::Lanes(d))) {
    V sum[kTaps][kOut];
    for (int t = 0; t < kTaps; ++t) {
      for (int o = 0; o < kOut; ++o) sum[t][o] = hn::Load(d, sums[t] + o * kLanes + lane);
    }
    const float* g = gradient + lane;
    for (Index cell = 0; cell < count; ++cell) {
      V x[kTaps];
      for (int t = 0; t < kTaps; ++t) x[t] = hn::Load(d, in[t] + cell * kLanes + lane);
      for (int o = 0; o < kOut; ++o) {
        const V go = hn::Load(d, g + o * channel_stride);
        for (int t = 0; t < kTaps; ++t) sum[t][o] = hn::MulAdd(go, x[t], sum[t][o]);
      }
      g += cell_stride;
    }
    for (int t = 0; t < kTaps; ++t) {
      for (int o = 0; o < kOut; ++o) hn::Store(sum[t][o], d, sums[t] + o * kLanes + lane);
    }
  }
}

template <int kOut>
HWY_INLINE void weight_run(int taps, const float* gradient, Index channel_stride, Index cell_stride,
                           const float* const* in, Index count, float* const* sums) {
  switch (taps) {
    case 3: return weight_tile<kOut, 3>(gradient, channel_stride, cell_stride, in, count, sums);
    case 2: return weight_tile<kOut, 2>(gradient, channel_stride, cell_stride, in, count, sums);
    default: return weight_tile<kOut, 1>(gradient, channel_stride, cell_stride, in, count, sums);
  }
}

inline void weight_run(int channels, int taps, const float* gradient, Index channel_stride,
                       Index cell_stride, const float* const* in, Index count, float* const* sums) {
  switch (channels) {
    case 8:
      if constexpr (kChannelBlock >= 8) {
        return weight_run<8>(taps, gradient, channel_stride, cell_stride, in, count, sums);
      }
      return;
    case 4: return weight_run<4>(taps, gradient, channel_stride, cell_stride, in, count, sums);
    case 2: return weight_run<2>(taps, gradient, channel_stride, cell_stride, in, count, sums);
    default: return weight_run<1>(taps, gradient, channel_stride, cell_stride, in, count, sums);
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace sengen::nn
HWY_AFTER_NAMESPACE();

#endif  // per-target include guard
