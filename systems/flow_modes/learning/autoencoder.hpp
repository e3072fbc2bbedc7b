// SPDX-License-Identifier: Apache-2.0
// Mode-decomposing convolutional autoencoder (MD-CNN-AE; Murata, Fukami & Fukagata, J. Fluid Mech.
// 882, A13, 2020): an encoder maps the fluctuation x to a few latents r, every latent has a decoder
// of its own, and their fields, the nonlinear modes, add up to x. Joint: one decoder takes all
// latents (CNN-AE). Any size of image: pools and doublings keep odd sizes.
//   encoder  (conv 3x3, activation, 2x2 pool) x levels -> dense, activation = r
//   decoder  r_k -> dense, activation -> (doubling, conv 3x3, activation) x levels, the last linear
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <sengen/nn/conv_block.hpp>
#include <sengen/nn/dense.hpp>

namespace sengen::flow_modes {

struct AutoencoderShape {
  nn::ImageSize size;
  std::int64_t components = 2;
  std::int64_t latents = 2;
  bool joint = false;
  std::vector<std::int64_t> encoder;  // channels of its blocks; one level each
  std::vector<std::int64_t> decoder;  // of its blocks but the last: one fewer
  nn::Activation activation = nn::Activation::kTanh;
  nn::Pooling pooling = nn::Pooling::kMax;

  // Channels 16, 8, ..., 4 until 3 cells are left on a side: for 384 x 192 the published 16, 8, 8,
  // 8, 4, 4.
  static std::vector<std::int64_t> default_encoder(nn::ImageSize size);
  // The encoder's backwards, without what its last block makes.
  static std::vector<std::int64_t> mirrored(const std::vector<std::int64_t>& encoder);
  // kUsage naming what does not fit.
  void check() const;
  // Of the image at every level; [0] is the whole.
  std::vector<nn::ImageSize> sizes() const;
};

class Autoencoder {
 public:
  Autoencoder(const AutoencoderShape& shape, const nn::Initialiser& initialiser);

  // Images of either form (nn/images.hpp) -> latents [n, latents].
  at::Tensor encode(const at::Tensor& images) const;
  // The fields of single modes (joint: one), whose sum is the reconstruction. lanes: the form of
  // the images made.
  std::vector<at::Tensor> decode_modes(const at::Tensor& latents, bool lanes) const;
  at::Tensor decode(const at::Tensor& latents, bool lanes) const;

  // Puts modes (latents and decoders) in another order: order[k] is the one that becomes number k.
  void reorder(const std::vector<std::int64_t>& order);

  const AutoencoderShape& shape() const noexcept { return shape_; }
  void collect(const std::string& prefix, nn::NamedTensors& list) const;

 private:
  struct Decoder {
    nn::Dense dense;
    std::vector<nn::ConvBlock> blocks;
  };
  Decoder make_decoder(const std::string& name, std::int64_t inputs,
                       const nn::Initialiser& initialiser) const;
  at::Tensor run(const Decoder& decoder, const at::Tensor& latents, bool lanes) const;

  AutoencoderShape shape_;
  std::vector<nn::ImageSize> sizes_;
  std::vector<nn::ConvBlock> blocks_;
  nn::Dense dense_;
  std::vector<Decoder> decoders_;
};

}  // namespace sengen::flow_modes
