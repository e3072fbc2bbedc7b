// SPDX-License-Identifier: Apache-2.0
#include <sengen/nn/images.hpp>

#include <algorithm>

#include <ATen/ops/avg_pool2d.h>
#include <ATen/ops/constant_pad_nd.h>
#include <ATen/ops/max_pool2d.h>
#include <ATen/ops/upsample_nearest2d.h>
#include <fmt/format.h>

#include <sengen/core/error.hpp>
#include <sengen/core/options.hpp>
#include <sengen/nn/lane_conv.hpp>

namespace sengen::nn {

bool has_lanes(const at::Tensor& images) { return images.dim() == 5; }

at::Tensor to_lanes(const at::Tensor& images) {
  const std::int64_t groups = (images.size(0) + kLanes - 1) / kLanes;
  const std::int64_t missing = groups * kLanes - images.size(0);
  const at::Tensor whole =
      missing == 0 ? images : at::constant_pad_nd(images, {0, 0, 0, 0, 0, 0, 0, missing});
  return whole.reshape({groups, kLanes, images.size(1), images.size(2), images.size(3)})
      .permute({0, 2, 3, 4, 1})
      .contiguous();
}

at::Tensor from_lanes(const at::Tensor& images, std::int64_t samples) {
  return images.permute({0, 4, 1, 2, 3})
      .reshape({-1, images.size(1), images.size(2), images.size(3)})
      .narrow(0, 0, samples);
}

ImageSize size_of(const at::Tensor& images) { return {images.size(2), images.size(3)}; }

at::Tensor to_vectors(const at::Tensor& images) {
  if (!has_lanes(images)) return images.flatten(1);
  return images.permute({0, 4, 1, 2, 3}).reshape({images.size(0) * kLanes, -1});
}

at::Tensor from_vectors(const at::Tensor& vectors, std::int64_t channels, ImageSize size,
                        bool lanes) {
  if (!lanes) return vectors.reshape({-1, channels, size.height, size.width});
  return vectors.reshape({-1, kLanes, channels, size.height, size.width})
      .permute({0, 2, 3, 4, 1})
      .contiguous();
}

const std::vector<std::string>& pooling_names() {
  static const std::vector<std::string> names = {"max", "average", "stride"};
  return names;
}

Pooling pooling_named(const std::string& name) {
  if (name == "max") return Pooling::kMax;
  if (name == "average") return Pooling::kAverage;
  if (name == "stride") return Pooling::kStride;
  throw Error(ErrorKind::kUsage, fmt::format("unknown pooling '{}'", name),
              suggestion(name, pooling_names()));
}

std::string to_string(Pooling pooling) {
  return pooling == Pooling::kNone ? "none"
                                   : pooling_names()[static_cast<std::size_t>(pooling) - 1];
}

// Whole lists of extents: a traced network is exported from them, and short ones are not understood
// by every reader.
at::Tensor max_pool(const at::Tensor& images) {
  return at::max_pool2d(images, {2, 2}, {2, 2}, {0, 0}, {1, 1}, true);
}

at::Tensor average_pool(const at::Tensor& images) {
  return at::avg_pool2d(images, {2, 2}, {2, 2}, {0, 0}, true, false);
}

at::Tensor doubled(const at::Tensor& images, ImageSize size) {
  const at::Tensor whole = at::upsample_nearest2d(images, {2 * images.size(2), 2 * images.size(3)});
  if (size_of(whole) == size) return whole;
  return whole.narrow(2, 0, size.height).narrow(3, 0, size.width);
}

}  // namespace sengen::nn
