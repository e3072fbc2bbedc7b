// SPDX-License-Identifier: Apache-2.0
#include <sengen/nn/conv_block.hpp>

#include <ATen/core/grad_mode.h>
#include <ATen/ops/empty.h>
#include <torch/csrc/autograd/custom_function.h>

#include <sengen/nn/lane_conv.hpp>

namespace sengen::nn {

namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

LaneConv geometry(const at::Tensor& images, const at::Tensor& weight, ImageSize size,
                  const ConvBlockShape& shape) {
  return {images.size(0),
          weight.size(1),
          weight.size(0),
          LanePlan(images.size(2), size.height, shape.doubling),
          LanePlan(images.size(3), size.width, shape.doubling),
          shape.activation,
          shape.pooling == Pooling::kMax};
}

struct FusedBlock : torch::autograd::Function<FusedBlock> {
  static at::Tensor forward(AutogradContext* context, const at::Tensor& images,
                            const at::Tensor& weight, const at::Tensor& bias, std::int64_t height,
                            std::int64_t width, const ConvBlockShape& shape) {
    const at::Tensor input = images.contiguous();
    const LaneConv conv = geometry(input, weight, {height, width}, shape);
    const std::vector<std::int64_t> extents = {conv.groups, conv.out_channels, conv.out_height(),
                                               conv.out_width(), kLanes};
    const at::Tensor output = at::empty(extents, input.options());
    at::Tensor winner;
    if (conv.max_pool) winner = at::empty(extents, input.options().dtype(at::kByte));
    lane_forward(conv, input.const_data_ptr<float>(), weight.const_data_ptr<float>(),
                 bias.const_data_ptr<float>(), output.mutable_data_ptr<float>(),
                 conv.max_pool ? winner.mutable_data_ptr<std::uint8_t>() : nullptr);
    context->save_for_backward({input, weight, output, winner});
    context->saved_data["height"] = height;
    context->saved_data["width"] = width;
    context->saved_data["activation"] = static_cast<std::int64_t>(shape.activation);
    context->saved_data["doubling"] = shape.doubling;
    return output;
  }

  static variable_list backward(AutogradContext* context, variable_list grad_outputs) {
    const variable_list saved = context->get_saved_variables();
    const at::Tensor &input = saved[0], &weight = saved[1], &output = saved[2], &winner = saved[3];
    ConvBlockShape shape;
    shape.activation = static_cast<Activation>(context->saved_data["activation"].toInt());
    shape.doubling = context->saved_data["doubling"].toBool();
    shape.pooling = winner.defined() ? Pooling::kMax : Pooling::kNone;
    const ImageSize size = {context->saved_data["height"].toInt(),
                            context->saved_data["width"].toInt()};
    const LaneConv conv = geometry(input, weight, size, shape);
    const at::Tensor grad_output = grad_outputs[0].contiguous();
    const at::Tensor grad_weight = at::empty(weight.sizes(), weight.options());
    const at::Tensor grad_bias = at::empty({conv.out_channels}, weight.options());
    at::Tensor grad_input;
    if (context->needs_input_grad(0)) grad_input = at::empty(input.sizes(), input.options());
    lane_backward(conv, input.const_data_ptr<float>(), weight.const_data_ptr<float>(),
                  output.const_data_ptr<float>(),
                  winner.defined() ? winner.const_data_ptr<std::uint8_t>() : nullptr,
                  grad_output.const_data_ptr<float>(),
                  {grad_input.defined() ? grad_input.mutable_data_ptr<float>() : nullptr,
                   grad_weight.mutable_data_ptr<float>(), grad_bias.mutable_data_ptr<float>()});
    return {grad_input, grad_weight, grad_bias, at::Tensor(), at::Tensor(), at::Tensor()};
  }
};

ConvolutionShape convolution_of(const ConvBlockShape& shape) {
  return {.in_channels = shape.in_channels,
          .out_channels = shape.out_channels,
          .stride = shape.pooling == Pooling::kStride ? 2 : 1};
}

}  // namespace

ConvBlock::ConvBlock(const ConvBlockShape& block, const std::string& name,
                     const Initialiser& initialiser)
    : shape(block), convolution(convolution_of(block), name, initialiser) {}

bool ConvBlock::is_fused(const at::Tensor& images) const {
  const bool kernel_has_it = shape.pooling == Pooling::kNone || shape.pooling == Pooling::kMax;
  return has_lanes(images) && kernel_has_it && images.device().is_cpu() &&
         images.scalar_type() == at::kFloat;
}

at::Tensor ConvBlock::forward(const at::Tensor& images, ImageSize size) const {
  if (is_fused(images)) {
    return FusedBlock::apply(images, convolution.weight, convolution.bias, size.height, size.width,
                             shape);
  }
  if (!has_lanes(images)) return forward_unfused(images, size);
  const std::int64_t samples = images.size(0) * kLanes;
  return to_lanes(forward_unfused(from_lanes(images, samples), size));
}

at::Tensor ConvBlock::forward_unfused(const at::Tensor& images, ImageSize size) const {
  const at::Tensor input = shape.doubling ? doubled(images, size) : images;
  const at::Tensor values = activate(convolution.forward(input), shape.activation);
  switch (shape.pooling) {
    case Pooling::kMax: return max_pool(values);
    case Pooling::kAverage: return average_pool(values);
    case Pooling::kStride:
    case Pooling::kNone: break;
  }
  return values;
}

void ConvBlock::collect(const std::string& prefix, NamedTensors& list) const {
  convolution.collect(prefix, list);
}

}  // namespace sengen::nn
