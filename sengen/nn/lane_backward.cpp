// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <vector>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "sengen/nn/lane_backward.cpp"
#include <hwy/foreach_target.h>
// foreach_target must come first: it compiles this file once for every instruction set.
#include <hwy/highway.h>

#include <sengen/core/parallel_for.hpp>
#include <sengen/nn/lane_activation-inl.hpp>
#include <sengen/nn/lane_conv.hpp>
#include <sengen/nn/lane_tiles-inl.hpp>
#include <sengen/nn/lane_work.hpp>

#ifndef SENGEN_NN_LANE_BACKWARD_ONCE
#define SENGEN_NN_LANE_BACKWARD_ONCE
namespace sengen::nn {

struct BackwardJob {
  const LaneConv* conv;
  const float* input;
  const float* output;
  const std::uint8_t* winner;
  const float* grad_output;
  float* grad_input;
  PackedWeights weights;
};

}  // namespace sengen::nn
#endif

HWY_BEFORE_NAMESPACE();
namespace sengen::nn {
namespace HWY_NAMESPACE {

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
    return weight_sums_ + ((pair * conv_.in_channels + in) * conv_.out_channels + out) * kLanes;
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
      const int block = static_cast<int>(block_size(kChannelBlock, conv_.out_channels - c));
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
    float* target =
        job_.grad_input + rows_.group * conv_.in_channels * plane + i * coarse_width * kLanes;
    const std::vector<LaneTap> readers = conv_.rows.readers_of(i);
    const RowShape shape{conv_.out_channels, width_ * kLanes, ratio * kLanes, plane, kLanes};
    std::array<TapSource, 16> sources;
    for (const LaneRun& run : conv_.columns.backward()) {
      for (Index c = 0; c < conv_.in_channels;) {
        const int block = static_cast<int>(block_size(kChannelBlock, conv_.in_channels - c));
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

HWY_EXPORT(backward_rows);

void lane_backward(const LaneConv& conv, const float* input, const float* weight,
                   const float* output, const std::uint8_t* winner, const float* grad_output,
                   const LaneGradients& gradients) {
  const BackwardJob job{&conv,
                        input,
                        output,
                        winner,
                        grad_output,
                        gradients.input,
                        pack(conv, weight, Direction::kAdjoint)};
  const std::vector<Rows> work = pieces_of(conv);
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
      const std::size_t at = n * static_cast<std::size_t>(sums) + static_cast<std::size_t>(s);
      sum += static_cast<double>(partial[at]);
    }
    (s < weights ? gradients.weight[s] : gradients.bias[s - weights]) = static_cast<float>(sum);
  }
}

}  // namespace sengen::nn
#endif
