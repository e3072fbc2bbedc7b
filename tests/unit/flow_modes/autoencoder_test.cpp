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

Autoencoder load(const ReferenceFile& file, const std::string& name) {
  Autoencoder network(shape_of(file.description(name)), nn::Initialiser(1));
  const at::NoGradGuard no_gradient;
  for (const nn::NamedTensor& entry : nn::tensors_of(network)) {
    entry.tensor.copy_(file.tensor(name + "." + entry.name));
  }
  return network;
}

void expect_case(const ReferenceFile& file, const std::string& name, bool lanes) {
  const Autoencoder network = load(file, name);
  const at::Tensor input = file.tensor(name + ".input");
  const std::int64_t samples = input.size(0);
  const at::Tensor images = lanes ? nn::to_lanes(input) : input;
  const auto plain = [&](const at::Tensor& made) {
    return lanes ? nn::from_lanes(made, samples) : made;
  };
  const at::Tensor latents = network.encode(images);
  EXPECT_LT(distance(latents.narrow(0, 0, samples), file.tensor(name + ".latents")), kTolerance)
      << name;
  const std::vector<at::Tensor> modes = network.decode_modes(latents, lanes);
  for (std::size_t k = 0; k < modes.size(); ++k) {
    EXPECT_LT(distance(plain(modes[k]), file.tensor(name + ".decoded." + std::to_string(k))),
              kTolerance)
        << name << " mode " << k;
  }
  const at::Tensor output = plain(network.decode(latents, lanes));
  EXPECT_LT(distance(output, file.tensor(name + ".output")), kTolerance) << name;
  const at::Tensor loss = (output - input).square().mean();
  EXPECT_NEAR(loss.item<double>() / file.tensor(name + ".loss").item<double>(), 1, 1e-5);
  loss.backward();
  for (const nn::NamedTensor& entry : nn::tensors_of(network)) {
    EXPECT_LT(distance(entry.tensor.grad(), file.tensor(name + ".grad." + entry.name)), kTolerance)
        << name << " " << entry.name;
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
  for (const auto& [file, name] : cases()) expect_case(ReferenceFile(file), name, false);
}

TEST(Autoencoder, IsTheSameInLanes) {
  for (const auto& [file, name] : cases()) expect_case(ReferenceFile(file), name, true);
}

TEST(Autoencoder, LearnsAsTheIndependentImplementation) {
  for (const auto& [path, name] : cases()) {
    const ReferenceFile file(path);
    const Autoencoder network = load(file, name);
    const train::FlatParameters parameters(nn::tensors_of(network));
    train::Optimiser adam(parameters, {});
    const at::Tensor input = file.tensor(name + ".input");
    const at::Tensor losses = file.tensor(name + ".losses");
    for (std::int64_t step = 0; step < losses.size(0); ++step) {
      parameters.zero_gradients();
      const at::Tensor images = nn::to_lanes(input);
      const at::Tensor made =
          nn::from_lanes(network.decode(network.encode(images), true), input.size(0));
      const at::Tensor loss = (made - input).square().mean();
      EXPECT_NEAR(loss.item<double>() / losses[step].item<double>(), 1, 2e-5)
          << name << " " << step;
      loss.backward();
      adam.step(1e-3);
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
  const at::TensorOptions options = at::TensorOptions().dtype(at::kDouble);
  const Autoencoder network(shape, nn::Initialiser(2, options));
  const at::Tensor x = tensor::normal({3, 2, 9, 12}, Random(3), options);
  at::Tensor weights = at::ones({9, 12}, options);
  weights[4][5] = 0;  // a solid cell
  const auto value = [&] {
    return nn::weighted_square_error(network.decode(network.encode(x), false), x, weights, {}, 100);
  };
  value().backward();
  for (const nn::NamedTensor& entry : nn::tensors_of(network)) {
    const at::NoGradGuard no_gradient;
    const at::Tensor flat = entry.tensor.detach().view({-1});
    const at::Tensor gradient = entry.tensor.grad().view({-1});
    for (std::int64_t i = 0; i < flat.numel(); i += 3) {
      const double kept = flat[i].item<double>();
      flat[i].fill_(kept + 1e-5);
      const double above = value().item<double>();
      flat[i].fill_(kept - 1e-5);
      const double below = value().item<double>();
      flat[i].fill_(kept);
      EXPECT_NEAR(gradient[i].item<double>(), (above - below) / 2e-5, 1e-8)
          << entry.name << "[" << i << "]";
    }
  }
}

TEST(Autoencoder, OrderOfModesCanBeChanged) {
  AutoencoderShape shape;
  shape.size = {8, 8};
  shape.latents = 3;
  shape.encoder = {4, 4};
  shape.decoder = {4};
  Autoencoder network(shape, nn::Initialiser(4));
  const at::NoGradGuard no_gradient;
  const at::Tensor x = tensor::normal({2, 2, 8, 8}, Random(5), at::TensorOptions());
  const at::Tensor before = network.encode(x);
  const std::vector<at::Tensor> modes = network.decode_modes(before, false);
  network.reorder({2, 0, 1});
  const at::Tensor after = network.encode(x);
  EXPECT_TRUE(at::allclose(after.select(1, 0), before.select(1, 2)));
  EXPECT_TRUE(at::allclose(network.decode_modes(after, false)[0], modes[2]));
  EXPECT_TRUE(at::allclose(network.decode_modes(after, false)[2], modes[1]));
}

}  // namespace
}  // namespace sengen::flow_modes
