// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <cstring>
#include <vector>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "sengen/nn/lane_conv.cpp"
#include <hwy/foreach_target.h>
// foreach_target must come first: it compiles this file once for every instruction set.
#include <hwy/aligned_allocator.h>
#include <hwy/contrib/math/math-inl.h>
#include <hwy/highway.h>

#include <sengen/core/parallel_for.hpp>
#include <sengen/nn/lane_conv.hpp>
#include <sengen/nn/lane_tiles-inl.hpp>

#ifndef SENGEN_NN_LANE_CONV_ONCE
#define SENGEN_NN_LANE_CONV_ONCE
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

struct ForwardJob {
  const LaneConv* conv;
  const float* input;
  const float* bias;
  float* output;
  std::uint8_t* winner;
  PackedWeights weights;
};

struct BackwardJob {
  const LaneConv* conv;
  const float* input;
  const float* output;
  const std::uint8_t* winner;
  const float* grad_output;
  float* grad_input;
  PackedWeights weights;
};

// Rows begin .. end - 1 of the convolution of one group.
struct Rows {
  Index group;
  Index begin;
  Index end;
};

// Fine cells of a row that are worked on at once: what a tile reads and writes stays in the cache.
inline constexpr Index kTileCells = 64;

// A buffer that a thread keeps between calls.
inline float* thread_buffer(std::size_t which, Index floats) {
  thread_local std::array<hwy::AlignedFreeUniquePtr<float[]>, 2> buffers;
  thread_local std::array<Index, 2> sizes{};
  if (sizes[which] < floats) {
    buffers[which] = hwy::AllocateAligned<float>(static_cast<std::size_t>(floats));
    sizes[which] = floats;
  }
  return buffers[which].get();
}

}  // namespace sengen::nn
#endif

HWY_BEFORE_NAMESPACE();
namespace sengen::nn {
namespace HWY_NAMESPACE {

int channel_block() { return kChannelBlock; }

inline int block_size(Index left) {
  int size = kChannelBlock;
  while (size > left) size /= 2;
  return size;
}

template <class V>
HWY_INLINE V tanh_of(LaneVectors d, V x) {
  const V decay = hn::Exp(d, hn::Set(d, -2.0F) * hn::Abs(x));
  const V one = hn::Set(d, 1.0F);
  return hn::CopySignToAbs((one - decay) / (one + decay), x);
}

template <Activation kKind, class V>
HWY_INLINE V activated(LaneVectors d, V x) {
  if constexpr (kKind == Activation::kRelu) return hn::Max(x, hn::Zero(d));
  if constexpr (kKind == Activation::kTanh) return tanh_of(d, x);
  if constexpr (kKind == Activation::kSigmoid) {
    const V half = hn::Set(d, 0.5F);
    return hn::MulAdd(half, tanh_of(d, half * x), half);
  }
  return x;
}

// Derivative from the value.
template <Activation kKind, class V>
HWY_INLINE V slope(LaneVectors d, V y) {
  const V one = hn::Set(d, 1.0F);
  if constexpr (kKind == Activation::kRelu) return hn::IfThenElseZero(y > hn::Zero(d), one);
  if constexpr (kKind == Activation::kTanh) return hn::NegMulAdd(y, y, one);
  if constexpr (kKind == Activation::kSigmoid) return y * (one - y);
  return one;
}

// Calls body with the activation as a constant.
template <class Body>
HWY_INLINE void with_activation(Activation kind, const Body& body) {
  using Kind = Activation;
  switch (kind) {
    case Kind::kRelu: return body(std::integral_constant<Kind, Kind::kRelu>());
    case Kind::kSigmoid: return body(std::integral_constant<Kind, Kind::kSigmoid>());
    case Kind::kTanh: return body(std::integral_constant<Kind, Kind::kTanh>());
    default: return body(std::integral_constant<Kind, Kind::kLinear>());
  }
}

// Fine cells [begin, end) of row y before the activation; cell x goes to out + (x - begin) * kLanes.
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
        const int block = block_size(conv.out_channels - c);
        std::size_t count = 0;
        for (const LaneTap& row : row_taps) {
          for (const LaneTap& column : run.taps) {
            const Index cell = row.offset * conv.columns.coarse() + first + column.offset;
            sources[count++] = {input + cell * kLanes,
                                job.weights.at(row.variant, column.variant) +
                                    c * conv.in_channels};
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

// Gradient of the convolution's sums in rows of a ring, gradient of the weights and of the input.
class BackwardRows {
 public:
  BackwardRows(const BackwardJob& job, const Rows& rows)
      : job_(job),
        conv_(*job.conv),
        rows_(rows),
        width_(conv_.columns.fine()),
        row_size_(conv_.out_channels * width_ * kLanes),
        ring_(thread_buffer(0, kRing * row_size_)) {
    const Index weights = kVariants * kVariants * conv_.in_channels * conv_.out_channels * kLanes;
    weight_sums_ = thread_buffer(1, weights + conv_.out_channels * kLanes);
    bias_sums_ = weight_sums_ + weights;
    std::fill_n(weight_sums_, weights + conv_.out_channels * kLanes, 0.0F);
  }

  // sums: [out, in, 3, 3] of the weights, then [out] of the bias.
  void run(float* sums) {
    const Index ratio = conv_.rows.ratio();
    if (job_.grad_input == nullptr) {
      for (Index y = rows_.begin; y < rows_.end; ++y) take_row(y);
    } else {
      Index next = std::max<Index>(0, rows_.begin - 1);
      const Index last_coarse = (rows_.end + ratio - 1) / ratio;
      for (Index i = rows_.begin / ratio; i < last_coarse; ++i) {
        const Index needed = std::min(conv_.rows.fine() - 1, ratio * i + ratio);
        for (; next <= needed; ++next) take_row(next);
        input_row(i);
      }
    }
    reduce(sums);
  }

 private:
  // Rows that a coarse row's gradient reads: 3, or 4 with doubling.
  static constexpr Index kRing = 4;

  float* slot(Index y) { return ring_ + y % kRing * row_size_; }

  void take_row(Index y) {
    const bool own = y >= rows_.begin && y < rows_.end;
    with_activation(conv_.activation, [&](auto kind) {
      for (Index c = 0; c < conv_.out_channels; ++c) {
        float* row = slot(y) + c * width_ * kLanes;
        conv_.max_pool ? spread_pooled<kind()>(y, c, row) : spread_plain<kind()>(y, c, row);
        if (own) add_to_bias(c, row);
      }
    });
    if (own) weight_row(y);
  }

  template <Activation kKind>
  HWY_INLINE void spread_plain(Index y, Index c, float* row) {
    const LaneVectors d;
    const Index at = (((rows_.group * conv_.out_channels + c) * conv_.rows.fine()) + y) * width_;
    const float* gradient = job_.grad_output + at * kLanes;
    const float* value = job_.output + at * kLanes;
    for (Index i = 0; i < width_ * kLanes; i += static_cast<Index>(hn::Lanes(d))) {
      auto g = hn::Load(d, gradient + i);
      if constexpr (kKind != Activation::kLinear) {
        g = g * slope<kKind>(d, hn::Load(d, value + i));
      }
      hn::Store(g, d, row + i);
    }
  }

  template <Activation kKind>
  HWY_INLINE void spread_pooled(Index y, Index c, float* row) {
    const LaneVectors d;
    const hn::Rebind<std::int32_t, LaneVectors> di;
    const hn::Rebind<std::uint8_t, LaneVectors> bytes;
    const Index pooled = (rows_.group * conv_.out_channels + c) * conv_.out_height() + y / 2;
    const Index at = pooled * conv_.out_width() * kLanes;
    const auto first = hn::Set(di, static_cast<std::int32_t>(2 * (y % 2)));
    const auto second = hn::Set(di, static_cast<std::int32_t>(2 * (y % 2) + 1));
    for (Index j = 0; j < conv_.out_width(); ++j) {
      for (Index lane = 0; lane < kLanes; lane += static_cast<Index>(hn::Lanes(d))) {
        const Index i = at + j * kLanes + lane;
        const auto which = hn::PromoteTo(di, hn::LoadU(bytes, job_.winner + i));
        const auto g =
            hn::Load(d, job_.grad_output + i) * slope<kKind>(d, hn::Load(d, job_.output + i));
        float* cell = row + 2 * j * kLanes + lane;
        hn::Store(hn::IfThenElseZero(hn::RebindMask(d, which == first), g), d, cell);
        if (2 * j + 1 < width_) {
          hn::Store(hn::IfThenElseZero(hn::RebindMask(d, which == second), g), d, cell + kLanes);
        }
      }
    }
  }

  void add_to_bias(Index c, const float* row) {
    const LaneVectors d;
    for (Index lane = 0; lane < kLanes; lane += static_cast<Index>(hn::Lanes(d))) {
      auto sum = hn::Load(d, bias_sums_ + c * kLanes + lane);
      for (Index x = 0; x < width_; ++x) sum = sum + hn::Load(d, row + x * kLanes + lane);
      hn::Store(sum, d, bias_sums_ + c * kLanes + lane);
    }
  }

  float* weight_sum(int row_variant, int column_variant, Index in, Index out) {
    const Index pair = row_variant * kVariants + column_variant;
    return weight_sums_ +
           ((pair * conv_.in_channels + in) * conv_.out_channels + out) * kLanes;
  }

  void weight_row(Index y) {
    const Index ratio = conv_.columns.ratio();
    const std::vector<LaneTap> row_taps = conv_.rows.taps_of(y);
    for (Index phase = 0; phase < ratio; ++phase) {
      for (const LaneRun& run : conv_.columns.forward(phase)) {
        for (Index first = 0; first < run.count; first += kTileCells) {
          const Index count = std::min(kTileCells, run.count - first);
          weight_cells(y, row_taps, run, run.begin + first, count, phase);
        }
      }
    }
  }

  void weight_cells(Index y, const std::vector<LaneTap>& row_taps, const LaneRun& run, Index first,
                    Index count, Index phase) {
    const Index ratio = conv_.columns.ratio();
    const Index coarse_width = conv_.columns.coarse();
    const int taps = static_cast<int>(run.taps.size());
    std::array<const float*, 3> in;
    std::array<float*, 3> sums;
    for (Index c = 0; c < conv_.out_channels;) {
      const int block = block_size(conv_.out_channels - c);
      const float* gradient = slot(y) + (c * width_ + ratio * first + phase) * kLanes;
      for (const LaneTap& row : row_taps) {
        for (Index i = 0; i < conv_.in_channels; ++i) {
          const Index plane = rows_.group * conv_.in_channels + i;
          const Index at = (plane * conv_.rows.coarse() + row.offset) * coarse_width + first;
          for (std::size_t t = 0; t < run.taps.size(); ++t) {
            in[t] = job_.input + (at + run.taps[t].offset) * kLanes;
            sums[t] = weight_sum(row.variant, run.taps[t].variant, i, c);
          }
          weight_run(block, taps, gradient, width_ * kLanes, ratio * kLanes, in.data(), count,
                     sums.data());
        }
      }
      c += block;
    }
  }

  void input_row(Index i) {
    const Index ratio = conv_.columns.ratio();
    const Index coarse_width = conv_.columns.coarse();
    const Index plane = conv_.rows.coarse() * coarse_width * kLanes;
    float* target = job_.grad_input + rows_.group * conv_.in_channels * plane +
                    i * coarse_width * kLanes;
    const std::vector<LaneTap> readers = conv_.rows.readers_of(i);
    const RowShape shape{conv_.out_channels, width_ * kLanes, ratio * kLanes, plane, kLanes};
    std::array<TapSource, 16> sources;
    for (const LaneRun& run : conv_.columns.backward()) {
      for (Index c = 0; c < conv_.in_channels;) {
        const int block = block_size(conv_.in_channels - c);
        std::size_t count = 0;
        for (const LaneTap& row : readers) {
          for (const LaneTap& column : run.taps) {
            sources[count++] = {
                slot(row.offset) + (ratio * run.begin + column.offset) * kLanes,
                job_.weights.at(row.variant, column.variant) + c * conv_.out_channels};
          }
        }
        row_run(block, {sources.data(), count}, shape, run.count, nullptr,
                target + c * plane + run.begin * kLanes);
        c += block;
      }
    }
  }

  static float sum_of_lanes(const float* lanes) {
    float sum = 0;
    for (Index lane = 0; lane < kLanes; ++lane) sum += lanes[lane];
    return sum;
  }

  void reduce(float* sums) {
    const Index pairs = conv_.out_channels * conv_.in_channels;
    std::fill_n(sums, 9 * pairs, 0.0F);
    for (int row = 0; row < kVariants; ++row) {
      for (int column = 0; column < kVariants; ++column) {
        for (Index i = 0; i < conv_.in_channels; ++i) {
          for (Index o = 0; o < conv_.out_channels; ++o) {
            const float sum = sum_of_lanes(weight_sum(row, column, i, o));
            add_variant(sum, row, column, sums + 9 * (o * conv_.in_channels + i));
          }
        }
      }
    }
    for (Index o = 0; o < conv_.out_channels; ++o) {
      sums[9 * pairs + o] = sum_of_lanes(bias_sums_ + o * kLanes);
    }
  }

  static void add_variant(float sum, int row, int column, float* kernel) {
    for (std::size_t y = 0; y < 3; ++y) {
      for (std::size_t x = 0; x < 3; ++x) {
        const bool inside = kVariantTaps[static_cast<std::size_t>(row)][y] &&
                            kVariantTaps[static_cast<std::size_t>(column)][x];
        if (inside) kernel[3 * y + x] += sum;
      }
    }
  }

  const BackwardJob& job_;
  const LaneConv& conv_;
  Rows rows_;
  Index width_;
  Index row_size_;
  float* ring_;
  float* weight_sums_;
  float* bias_sums_;
};

void backward_rows(const BackwardJob& job, const Rows& rows, float* sums) {
  BackwardRows(job, rows).run(sums);
}

}  // namespace HWY_NAMESPACE
}  // namespace sengen::nn
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace sengen::nn {

HWY_EXPORT(channel_block);
HWY_EXPORT(forward_rows);
HWY_EXPORT(backward_rows);

namespace {

// weight(o, i): the 3x3 kernel between channel o of the outputs and i of the inputs.
template <class Weight>
PackedWeights pack(Index outputs, Index inputs, const Weight& weight) {
  PackedWeights packed;
  packed.pair_size = outputs * inputs;
  packed.values.assign(static_cast<std::size_t>(kVariants * kVariants * packed.pair_size), 0.0F);
  const Index largest = HWY_DYNAMIC_DISPATCH(channel_block)();
  float* value = packed.values.data();
  for (const auto& row : kVariantTaps) {
    for (const auto& column : kVariantTaps) {
      for (Index c = 0; c < outputs;) {
        Index block = largest;
        while (block > outputs - c) block /= 2;
        for (Index i = 0; i < inputs; ++i) {
          for (Index o = c; o < c + block; ++o) {
            const float* kernel = weight(o, i);
            float sum = 0;
            for (std::size_t y = 0; y < 3; ++y) {
              for (std::size_t x = 0; x < 3; ++x) {
                if (row[y] && column[x]) sum += kernel[3 * y + x];
              }
            }
            *value++ = sum;
          }
        }
        c += block;
      }
    }
  }
  return packed;
}

// Pieces of work: whole rows, even numbers of them so that pools and doubled cells stay together.
// Their size depends on the image alone.
std::vector<Rows> pieces(const LaneConv& conv) {
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

}  // namespace

void lane_forward(const LaneConv& conv, const float* input, const float* weight, const float* bias,
                  float* output, std::uint8_t* winner) {
  const auto kernel = [&](Index o, Index i) { return weight + 9 * (o * conv.in_channels + i); };
  const ForwardJob job{&conv, input, bias, output, winner,
                       pack(conv.out_channels, conv.in_channels, kernel)};
  const std::vector<Rows> work = pieces(conv);
  parallel_for(0, static_cast<Index>(work.size()), [&](Index begin, Index end) {
    for (Index n = begin; n < end; ++n) {
      HWY_DYNAMIC_DISPATCH(forward_rows)(job, work[static_cast<std::size_t>(n)]);
    }
  });
}

void lane_backward(const LaneConv& conv, const float* input, const float* weight,
                   const float* output, const std::uint8_t* winner, const float* grad_output,
                   const LaneGradients& gradients) {
  // The adjoint maps output channels to input channels.
  const auto kernel = [&](Index i, Index o) { return weight + 9 * (o * conv.in_channels + i); };
  const BackwardJob job{&conv,       input,           output, winner, grad_output,
                        gradients.input, pack(conv.in_channels, conv.out_channels, kernel)};
  const std::vector<Rows> work = pieces(conv);
  const Index weights = 9 * conv.out_channels * conv.in_channels;
  const Index sums = weights + conv.out_channels;
  std::vector<float> partial(work.size() * static_cast<std::size_t>(sums));
  parallel_for(0, static_cast<Index>(work.size()), [&](Index begin, Index end) {
    for (Index n = begin; n < end; ++n) {
      HWY_DYNAMIC_DISPATCH(backward_rows)(job, work[static_cast<std::size_t>(n)],
                                          partial.data() + n * sums);
    }
  });
  for (Index s = 0; s < sums; ++s) {
    double sum = 0;
    for (std::size_t n = 0; n < work.size(); ++n) {
      sum += static_cast<double>(partial[n * static_cast<std::size_t>(sums) + static_cast<std::size_t>(s)]);
    }
    (s < weights ? gradients.weight[s] : gradients.bias[s - weights]) = static_cast<float>(sum);
  }
}

}  // namespace sengen::nn
#endif
