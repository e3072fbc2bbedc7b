// SPDX-License-Identifier: Apache-2.0
#include "autoencoder.hpp"

#include <algorithm>

#include <ATen/core/grad_mode.h>
#include <fmt/format.h>
#include <torch/types.h>

#include <sengen/core/error.hpp>

namespace sengen::flow_modes {

namespace {

// The smaller side of the deepest image.
constexpr std::int64_t kLeastSide = 3;

std::int64_t features(const AutoencoderShape& shape) {
  const nn::ImageSize deepest = shape.sizes().back();
  return shape.encoder.back() * deepest.height * deepest.width;
}

}  // namespace

std::vector<std::int64_t> AutoencoderShape::default_encoder(nn::ImageSize size) {
  std::int64_t levels = 0;
  while (std::min(size.height, size.width) > kLeastSide) {
    size = nn::halved(size);
    ++levels;
  }
  levels = std::max<std::int64_t>(1, levels);
  std::vector<std::int64_t> channels(static_cast<std::size_t>(levels), 8);
  const std::size_t narrow = levels >= 5 ? 2 : 1;
  std::fill(channels.end() - static_cast<std::ptrdiff_t>(std::min(narrow, channels.size())),
            channels.end(), 4);
  if (levels > 1) channels.front() = 16;
  return channels;
}

std::vector<std::int64_t> AutoencoderShape::mirrored(const std::vector<std::int64_t>& encoder) {
  std::vector<std::int64_t> channels(encoder.rbegin(), encoder.rend());
  channels.erase(channels.begin());
  return channels;
}

void AutoencoderShape::check() const {
  if (encoder.empty() || decoder.size() + 1 != encoder.size()) {
    throw Error(ErrorKind::kUsage,
                fmt::format("network.decoder has {} entries, expected {}: one fewer than "
                            "network.encoder",
                            decoder.size(), encoder.empty() ? 0 : encoder.size() - 1),
                "every block of a decoder doubles the image, the last makes the components");
  }
  const nn::ImageSize before = sizes()[encoder.size() - 1];
  if (before.height < 2 && before.width < 2) {
    throw Error(ErrorKind::kUsage,
                fmt::format("network.encoder has {} levels, too many for {} x {} cells",
                            encoder.size(), size.width, size.height));
  }
}

std::vector<nn::ImageSize> AutoencoderShape::sizes() const {
  std::vector<nn::ImageSize> list = {size};
  for (std::size_t level = 0; level < encoder.size(); ++level) {
    list.push_back(nn::halved(list.back()));
  }
  return list;
}

Autoencoder::Autoencoder(const AutoencoderShape& shape, const nn::Initialiser& initialiser)
    : shape_(shape),
      sizes_(shape.sizes()),
      dense_(features(shape), shape.latents, "encoder.dense", initialiser) {
  std::int64_t channels = shape.components;
  for (std::size_t level = 0; level < shape.encoder.size(); ++level) {
    blocks_.emplace_back(nn::ConvBlockShape{.in_channels = channels,
                                            .out_channels = shape.encoder[level],
                                            .activation = shape.activation,
                                            .pooling = shape.pooling},
                         fmt::format("encoder.conv.{}", level), initialiser);
    channels = shape.encoder[level];
  }
  const std::int64_t decoders = shape.joint ? 1 : shape.latents;
  for (std::int64_t k = 0; k < decoders; ++k) {
    decoders_.push_back(
        make_decoder(fmt::format("decoder.{}", k), shape.joint ? shape.latents : 1, initialiser));
  }
}

Autoencoder::Decoder Autoencoder::make_decoder(const std::string& name, std::int64_t inputs,
                                               const nn::Initialiser& initialiser) const {
  Decoder decoder{{inputs, features(shape_), name + ".dense", initialiser}, {}};
  std::int64_t channels = shape_.encoder.back();
  for (std::size_t level = 0; level < shape_.encoder.size(); ++level) {
    const bool last = level + 1 == shape_.encoder.size();
    const std::int64_t out = last ? shape_.components : shape_.decoder[level];
    decoder.blocks.emplace_back(
        nn::ConvBlockShape{.in_channels = channels,
                           .out_channels = out,
                           .activation = last ? nn::Activation::kLinear : shape_.activation,
                           .doubling = true},
        fmt::format("{}.conv.{}", name, level), initialiser);
    channels = out;
  }
  return decoder;
}

at::Tensor Autoencoder::encode(const at::Tensor& images) const {
  at::Tensor values = images;
  for (std::size_t level = 0; level < blocks_.size(); ++level) {
    values = blocks_[level].forward(values, sizes_[level]);
  }
  return nn::activate(dense_.forward(nn::to_vectors(values)), shape_.activation);
}

at::Tensor Autoencoder::run(const Decoder& decoder, const at::Tensor& latents, bool lanes) const {
  const at::Tensor vectors = nn::activate(decoder.dense.forward(latents), shape_.activation);
  at::Tensor images = nn::from_vectors(vectors, shape_.encoder.back(), sizes_.back(), lanes);
  for (std::size_t level = 0; level < decoder.blocks.size(); ++level) {
    images = decoder.blocks[level].forward(images, sizes_[sizes_.size() - 2 - level]);
  }
  return images;
}

std::vector<at::Tensor> Autoencoder::decode_modes(const at::Tensor& latents, bool lanes) const {
  if (shape_.joint) return {run(decoders_.front(), latents, lanes)};
  std::vector<at::Tensor> modes;
  for (std::size_t k = 0; k < decoders_.size(); ++k) {
    modes.push_back(run(decoders_[k], latents.narrow(1, static_cast<std::int64_t>(k), 1), lanes));
  }
  return modes;
}

at::Tensor Autoencoder::decode(const at::Tensor& latents, bool lanes) const {
  const std::vector<at::Tensor> modes = decode_modes(latents, lanes);
  at::Tensor sum = modes.front();
  for (std::size_t k = 1; k < modes.size(); ++k) sum = sum + modes[k];
  return sum;
}

void Autoencoder::reorder(const std::vector<std::int64_t>& order) {
  const at::NoGradGuard no_gradient;
  const at::Tensor rows = at::tensor(order, at::kLong).to(dense_.weight.device());
  dense_.weight.copy_(dense_.weight.index_select(0, rows).clone());
  dense_.bias.copy_(dense_.bias.index_select(0, rows).clone());
  std::vector<Decoder> sorted;
  for (const std::int64_t from : order) sorted.push_back(decoders_[static_cast<std::size_t>(from)]);
  decoders_ = std::move(sorted);
}

void Autoencoder::collect(const std::string& prefix, nn::NamedTensors& list) const {
  for (std::size_t level = 0; level < blocks_.size(); ++level) {
    blocks_[level].collect(fmt::format("{}encoder.conv.{}.", prefix, level), list);
  }
  dense_.collect(prefix + "encoder.dense.", list);
  for (std::size_t k = 0; k < decoders_.size(); ++k) {
    const std::string name = fmt::format("{}decoder.{}.", prefix, k);
    decoders_[k].dense.collect(name + "dense.", list);
    for (std::size_t level = 0; level < decoders_[k].blocks.size(); ++level) {
      decoders_[k].blocks[level].collect(fmt::format("{}conv.{}.", name, level), list);
    }
  }
}

}  // namespace sengen::flow_modes
