// SPDX-License-Identifier: Apache-2.0
// Layers against PyTorch's in float64 (tests/data/layers.safetensors): outputs and gradients to
// 1e-5 of the largest value.
#include <ATen/core/grad_mode.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <torch/types.h>

#include <sengen/nn/conv_block.hpp>
#include <sengen/nn/dense.hpp>
#include <sengen/nn/loss.hpp>
#include <sengen/nn/lstm.hpp>

#include "reference_tensors.hpp"
#include "tests/devices.hpp"

namespace sengen {
namespace {

constexpr double kTolerance = 1e-5;

const ReferenceFile& layers() {
  static const ReferenceFile file("layers.safetensors");
  return file;
}

void set_to(const at::Tensor& tensor, const at::Tensor& values) {
  const at::NoGradGuard no_gradient;
  tensor.copy_(values);
}

// Runs a case on a device, that of the weights, and compares its output and gradients with those of
// the file.
void expect_case(const std::string& name, const at::Device& device, const nn::NamedTensors& weights,
                 const std::function<at::Tensor(const at::Tensor&)>& forward) {
  for (const nn::NamedTensor& weight : weights) {
    if (layers().contains(name + "." + weight.name)) {
      set_to(weight.tensor, layers().tensor(name + "." + weight.name));
    }
  }
  at::Tensor input = layers().tensor(name + ".input").to(device).requires_grad_();
  const at::Tensor output = forward(input);
  EXPECT_LT(distance(output.cpu(), layers().tensor(name + ".output")), kTolerance)
      << name << " on " << device;
  (output * layers().tensor(name + ".cotangent").to(device)).sum().backward();
  EXPECT_LT(distance(input.grad().cpu(), layers().tensor(name + ".grad_input")), kTolerance)
      << name << " on " << device;
  for (const nn::NamedTensor& weight : weights) {
    const std::string gradient = name + ".grad_" + weight.name;
    if (!layers().contains(gradient)) continue;
    EXPECT_LT(distance(weight.tensor.grad().cpu(), layers().tensor(gradient)), kTolerance)
        << gradient << " on " << device;
  }
}

nn::Initialiser first_weights(const at::Device& device) {
  return nn::Initialiser(1, at::TensorOptions().device(device));
}

TEST(Layers, Convolution) {
  const auto names = layers().cases("conv");
  EXPECT_GE(names.size(), 12U);
  for (const std::string& name : names) {
    const auto json = layers().description(name);
    nn::ConvolutionShape shape{.in_channels = json["inputs"],
                               .out_channels = json["outputs"],
                               .stride = json["stride"],
                               .padding = json["padding"],
                               .dilation = json["dilation"]};
    shape.kernel.assign(json["dimensions"].get<std::size_t>(), json["kernel"]);
    for (const at::Device& device : devices()) {
      const nn::Convolution layer(shape, name, first_weights(device));
      expect_case(name, device, nn::tensors_of(layer),
                  [&](const at::Tensor& x) { return layer.forward(x); });
    }
  }
}

// Cases that the fused kernels can do, through them where they are, the CPU.
TEST(Layers, ConvolutionInLanes) {
  int fused = 0;
  for (const std::string& name : layers().cases("conv")) {
    const auto json = layers().description(name);
    if (json["dimensions"] != 2 || json["kernel"] != 3 || json["stride"] != 1 ||
        json["padding"] != 1 || json["dilation"] != 1) {
      continue;
    }
    ++fused;
    const nn::ConvBlock block({.in_channels = json["inputs"],
                               .out_channels = json["outputs"],
                               .activation = nn::Activation::kLinear},
                              name, nn::Initialiser(1));
    const nn::ImageSize size = {json["size"][0], json["size"][1]};
    expect_case(name, at::kCPU, nn::tensors_of(block), [&](const at::Tensor& x) {
      return nn::from_lanes(block.forward(nn::to_lanes(x), size), x.size(0));
    });
  }
  EXPECT_GE(fused, 5);
}

TEST(Layers, PoolingAndUpsampling) {
  for (const at::Device& device : devices()) {
    for (const std::string& name : layers().cases("max_pool")) {
      if (layers().description(name)["size"].size() != 2) continue;
      expect_case(name, device, {}, [](const at::Tensor& x) { return nn::max_pool(x); });
    }
    for (const std::string& name : layers().cases("average_pool")) {
      if (layers().description(name)["size"].size() != 2) continue;
      expect_case(name, device, {}, [](const at::Tensor& x) { return nn::average_pool(x); });
    }
    for (const std::string& name : layers().cases("upsample")) {
      const auto target = layers().description(name)["target"];
      if (target.size() != 2) continue;
      const nn::ImageSize size = {target[0], target[1]};
      expect_case(name, device, {}, [&](const at::Tensor& x) { return nn::doubled(x, size); });
    }
  }
}

TEST(Layers, DenseAndActivations) {
  for (const at::Device& device : devices()) {
    for (const std::string& name : layers().cases("dense")) {
      const auto json = layers().description(name);
      const nn::Dense layer(json["inputs"], json["outputs"], name, first_weights(device));
      expect_case(name, device, nn::tensors_of(layer),
                  [&](const at::Tensor& x) { return layer.forward(x); });
    }
    for (const std::string& name : nn::activation_names()) {
      const nn::Activation activation = nn::activation_named(name);
      expect_case(name, device, {},
                  [&](const at::Tensor& x) { return nn::activate(x, activation); });
    }
  }
}

// Layer l has its weights under PyTorch's names.
nn::NamedTensors weights_of(const nn::Lstm& lstm) {
  nn::NamedTensors weights;
  for (std::size_t l = 0; l < lstm.layers.size(); ++l) {
    const std::string layer = fmt::format("l{}", l);
    weights.push_back({"weight_ih_" + layer, lstm.layers[l].input_weight});
    weights.push_back({"weight_hh_" + layer, lstm.layers[l].hidden_weight});
    weights.push_back({"bias_ih_" + layer, lstm.layers[l].input_bias});
    weights.push_back({"bias_hh_" + layer, lstm.layers[l].hidden_bias});
  }
  return weights;
}

TEST(Layers, Lstm) {
  for (const std::string& name : layers().cases("lstm")) {
    const auto json = layers().description(name);
    if (json["start"] != "zero") continue;  // its gradient reaches the last state too
    const at::Tensor first = layers().tensor(name + ".weight_ih_l0");
    for (const at::Device& device : devices()) {
      const at::TensorOptions options =
          at::TensorOptions().dtype(first.scalar_type()).device(device);
      const nn::Lstm lstm(json["inputs"], json["hidden"], json["layers"], name,
                          nn::Initialiser(1, options));
      expect_case(name, device, weights_of(lstm),
                  [&](const at::Tensor& x) { return lstm.forward(x).sequence; });
    }
  }
}

TEST(Layers, LstmFromAState) {
  for (const at::Device& device : devices()) {
    const nn::Lstm lstm(3, 5, 2, "state",
                        nn::Initialiser(1, at::TensorOptions().dtype(at::kDouble).device(device)));
    const auto stored = [&](const std::string& name) {
      return layers().tensor("lstm_state_f64." + name).to(device);
    };
    for (const nn::NamedTensor& weight : weights_of(lstm)) {
      set_to(weight.tensor, stored(weight.name));
    }
    const auto output = lstm.forward(stored("input"), {stored("h0"), stored("c0")});
    EXPECT_LT(distance(output.sequence, stored("output")), 1e-12) << device;
    EXPECT_LT(distance(output.state.hidden, stored("h_n")), 1e-12) << device;
    EXPECT_LT(distance(output.state.cell, stored("c_n")), 1e-12) << device;
  }
}

TEST(Layers, MaskedMeanSquaredError) {
  for (const at::Device& device : devices()) {
    const auto stored = [&](const std::string& name) {
      return layers().tensor("masked_mse." + name).to(device);
    };
    at::Tensor y = stored("prediction").requires_grad_();
    const at::Tensor weight = stored("weight");
    const double normaliser =
        static_cast<double>(y.size(0) * y.size(1)) * weight.sum().item<double>();
    const at::Tensor loss = nn::weighted_square_error(y, stored("target"), weight, {}, normaliser);
    EXPECT_LT(distance(loss.reshape({-1}), stored("output").reshape({-1})), kTolerance) << device;
  }
}

}  // namespace
}  // namespace sengen
