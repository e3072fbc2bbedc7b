// SPDX-License-Identifier: Apache-2.0
// Convolution 3x3 "same" of small images with the batch across SIMD lanes: kLanes samples stand
// beside one another, so that every load, store and multiply-add works on whole vectors whatever
// the image's width, and few channels cost nothing. In one pass over cache-sized tiles:
//   [doubling of the input, nearest] -> convolution + bias -> activation -> [2x2 max-pooling]
// Images are [group, channel, row, column, lane], float; a group is kLanes samples. No torch here:
// conv_block.hpp is the layer, and has the same made of LibTorch's operators as its twin.
#pragma once

#include <cstdint>

#include <sengen/nn/activation.hpp>
#include <sengen/nn/lane_plan.hpp>

namespace sengen::nn {

inline constexpr Index kLanes = 16;

struct LaneConv {
  Index groups = 1;
  Index in_channels = 1;
  Index out_channels = 1;
  // Fine cells are those of the convolution; coarse ones those of the stored input.
  LanePlan rows;
  LanePlan columns;
  Activation activation = Activation::kLinear;
  // Of the activated convolution; odd sizes keep a last pool of one row or column.
  bool max_pool = false;

  Index out_height() const { return max_pool ? (rows.fine() + 1) / 2 : rows.fine(); }
  Index out_width() const { return max_pool ? (columns.fine() + 1) / 2 : columns.fine(); }
};

// weight [out, in, 3, 3], bias [out]. winner: with max_pool which of the four cells (2 * row +
// column) each output came from, as many as outputs; null when no gradient will be asked for.
void lane_forward(const LaneConv& conv, const float* input, const float* weight, const float* bias,
                  float* output, std::uint8_t* winner);

// Gradients from that of the output. grad_input may be null; all are overwritten. The bits do not
// depend on the number of threads.
struct LaneGradients {
  float* input = nullptr;
  float* weight = nullptr;
  float* bias = nullptr;
};
void lane_backward(const LaneConv& conv, const float* input, const float* weight,
                   const float* output, const std::uint8_t* winner, const float* grad_output,
                   const LaneGradients& gradients);

}  // namespace sengen::nn
