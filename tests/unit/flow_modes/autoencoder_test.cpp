// SPDX-License-Identifier: Apache-2.0
// Whole networks against an independent implementation in PyTorch (tests/data/mdae_*.safetensors),
// in both forms of images, and against central differences.
#include "systems/flow_modes/learning/autoencoder.hpp"

#include <ATen/core/grad_mode.h>
#include <gtest/gtest.h>
#include <torch/types.h>

#include <sengen/nn/loss.hpp>
#include <sengen/tensor/random.hpp>
#include <sengen/train/optimiser.hpp>

#include "tests/devices.hpp"
#include "tests/reference/reference_tensors.hpp"

namespace sengen::flow_modes {
namespace {

constexpr double kTolerance = 1e-5;

AutoencoderShape shape_of(const nlohmann::json& json) {
  AutoencoderShape shape;
  shape.size = {json["height"], json["width"]};
  shape.components = json["components"];
  shape.latents = json["modes"];
  shape.joint = json["joint"];
  shape.encoder = json["encoder"].get<std::vector<std::int64_t>>();
  shape.decoder = json["decoder"].get<std::vector<std::int64_t>>();
  shape.activation = nn::activation_named(json["activation"]);
  const std::string pool = json["pool"];
  shape.pooling = nn::pooling_named(pool == "strided" ? "stride" : pool);
  return shape;
}

Autoencoder load(const ReferenceFile& file, const std::string& name,
                 const at::Device& device = at::kCPU) {
  Autoencoder network(shape_of(file.description(name)),
                      nn::Initialiser(1, at::TensorOptions().device(device)));
  const at::NoGradGuard no_gradient;
  for (const nn::NamedTensor& entry : nn::tensors_of(network)) {
    entry.tensor.copy_(file.tensor(name + "." + entry.name));
  }
  return network;
}

void expect_case(const ReferenceFile& file, const std::string& name, const at::Device& device,
                 bool lanes) {
  const Autoencoder network = load(file, name, device);
  const auto stored = [&](const std::string& which) {
    return file.tensor(name + "." + which).to(device);
  };
  const at::Tensor input = stored("input");
  const std::int64_t samples = input.size(0);
  const at::Tensor images = lanes ? nn::to_lanes(input) : input;
  const auto plain = [&](const at::Tensor& made) {
    return lanes ? nn::from_lanes(made, samples) : made;
  };
  const at::Tensor latents = network.encode(images);
  EXPECT_LT(distance(latents.narrow(0, 0, samples), stored("latents")), kTolerance)
      << name << " on " << device;
  const std::vector<at::Tensor> modes = network.decode_modes(latents, lanes);
  for (std::size_t k = 0; k < modes.size(); ++k) {
    EXPECT_LT(distance(plain(modes[k]), stored("decoded." + std::to_string(k))), kTolerance)
        << name << " mode " << k << " on " << device;
  }
  const at::Tensor output = plain(network.decode(latents, lanes));
  EXPECT_LT(distance(output, stored("output")), kTolerance) << name << " on " << device;
  const at::Tensor loss = (output - input).square().mean();
  EXPECT_NEAR(loss.item<double>() / stored("loss").item<double>(), 1, 1e-5);
  loss.backward();
  for (const nn::NamedTensor& entry : nn::tensors_of(network)) {
    EXPECT_LT(distance(entry.tensor.grad(), stored("grad." + entry.name)), kTolerance)
        << name << " " << entry.name << " on " << device;
  }
}

const std::vector<std::pair<std::string, std::string>>& cases() {
  static const std::vector<std::pair<std::string, std::string>> list = {
      {"mdae_small.safetensors", "tanh_24x32"},    {"mdae_small.safetensors", "tanh_11x14"},
      {"mdae_variants.safetensors", "relu"},       {"mdae_variants.safetensors", "sigmoid"},
      {"mdae_variants.safetensors", "linear"},     {"mdae_variants.safetensors", "average"},
      {"mdae_variants.safetensors", "strided"},    {"mdae_variants.safetensors", "joint"},
      {"mdae_variants.safetensors", "three_modes"}};
  return list;
}

TEST(Autoencoder, IsThatOfAnIndependentImplementation) {
  for (const at::Device& device : devices()) {
    for (const auto& [file, name] : cases()) expect_case(ReferenceFile(file), name, device, false);
  }
}

TEST(Autoencoder, IsTheSameInLanes) {
  for (const auto& [file, name] : cases()) expect_case(ReferenceFile(file), name, at::kCPU, true);
}

// In lanes on the CPU, as training goes there, in plain images elsewhere.
TEST(Autoencoder, LearnsAsTheIndependentImplementation) {
  for (const at::Device& device : devices()) {
    const bool lanes = device.is_cpu();
    for (const auto& [path, name] : cases()) {
      const ReferenceFile file(path);
      const Autoencoder network = load(file, name, device);
      const train::FlatParameters parameters(nn::tensors_of(network));
      train::Optimiser adam(parameters, {});
      const at::Tensor input = file.tensor(name + ".input").to(device);
      const at::Tensor losses = file.tensor(name + ".losses");
      for (std::int64_t step = 0; step < losses.size(0); ++step) {
        parameters.zero_gradients();
        const at::Tensor images = lanes ? nn::to_lanes(input) : input;
        at::Tensor made = network.decode(network.encode(images), lanes);
        if (lanes) made = nn::from_lanes(made, input.size(0));
        const at::Tensor loss = (made - input).square().mean();
        EXPECT_NEAR(loss.item<double>() / losses[step].item<double>(), 1, 2e-5)
            << name << " " << step << " on " << device;
        loss.backward();
        adam.step(1e-3);
      }
    }
  }
}

TEST(Autoencoder, HasThePublishedNumberOfParameters) {
  AutoencoderShape shape;
  shape.size = {192, 384};
  shape.encoder = AutoencoderShape::default_encoder(shape.size);
  shape.decoder = AutoencoderShape::mirrored(shape.encoder);
  EXPECT_EQ(shape.encoder, (std::vector<std::int64_t>{16, 8, 8, 8, 4, 4}));
  EXPECT_EQ(shape.decoder, (std::vector<std::int64_t>{4, 8, 8, 8, 16}));
  const Autoencoder network(shape, nn::Initialiser(1));
  EXPECT_EQ(nn::count_numbers(nn::tensors_of(network)), 9646);
  std::int64_t encoder = 0;
  for (const nn::NamedTensor& entry : nn::tensors_of(network)) {
    if (entry.name.starts_with("encoder.")) encoder += entry.tensor.numel();
  }
  EXPECT_EQ(encoder, 3218);
}

TEST(Autoencoder, GradientsAreThoseOfCentralDifferences) {
  AutoencoderShape shape;
  shape.size = {9, 12};
  shape.encoder = {3, 2};
  shape.decoder = {2};
  for (const at::Device& device : devices()) {
    const at::TensorOptions options = at::TensorOptions().dtype(at::kDouble).device(device);
    const Autoencoder network(shape, nn::Initialiser(2, options));
    const at::Tensor x = tensor::normal({3, 2, 9, 12}, Random(3), options);
    at::Tensor weights = at::ones({9, 12}, options);
    weights[4][5] = 0;  // a solid cell
    const auto value = [&] {
      return nn::weighted_square_error(network.decode(network.encode(x), false), x, weights, {},
                                       100);
    };
    value().backward();
    for (const nn::NamedTensor& entry : nn::tensors_of(network)) {
      const at::NoGradGuard no_gradient;
      const at::Tensor flat = entry.tensor.detach().view({-1});
      const at::Tensor gradient = entry.tensor.grad().cpu().view({-1});
      for (std::int64_t i = 0; i < flat.numel(); i += 3) {
        const double kept = flat[i].item<double>();
        flat[i].fill_(kept + 1e-5);
        const double above = value().item<double>();
        flat[i].fill_(kept - 1e-5);
        const double below = value().item<double>();
        flat[i].fill_(kept);
        EXPECT_NEAR(gradient[i].item<double>(), (above - below) / 2e-5, 1e-8)
            << entry.name << "[" << i << "] on " << device;
      }
    }
  }
}

TEST(Autoencoder, OrderOfModesCanBeChanged) {
  AutoencoderShape shape;
  shape.size = {8, 8};
  shape.latents = 3;
  shape.encoder = {4, 4};
  shape.decoder = {4};
  for (const at::Device& device : devices()) {
    const at::TensorOptions options = at::TensorOptions().device(device);
    Autoencoder network(shape, nn::Initialiser(4, options));
    const at::NoGradGuard no_gradient;
    const at::Tensor x = tensor::normal({2, 2, 8, 8}, Random(5), options);
    const at::Tensor before = network.encode(x);
    const std::vector<at::Tensor> modes = network.decode_modes(before, false);
    network.reorder({2, 0, 1});
    const at::Tensor after = network.encode(x);
    EXPECT_TRUE(at::allclose(after.select(1, 0), before.select(1, 2)));
    EXPECT_TRUE(at::allclose(network.decode_modes(after, false)[0], modes[2]));
    EXPECT_TRUE(at::allclose(network.decode_modes(after, false)[2], modes[1]));
  }
}

}  // namespace
}  // namespace sengen::flow_modes
