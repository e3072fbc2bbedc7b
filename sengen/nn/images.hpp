// SPDX-License-Identifier: Apache-2.0
// Images are tensors [n, channel, row, column]; in lanes form [n / 16, channel, row, column, 16]:
// 16 samples beside one another, the form in which conv_block.hpp is fastest on CPUs (lane_conv.hpp
// says why). Pooling and doubling keep odd sizes: a pool of the last row or column holds what there
// is, a doubled image is cropped to the size it once had.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <ATen/core/Tensor.h>

namespace sengen::nn {

struct ImageSize {
  std::int64_t height = 0;
  std::int64_t width = 0;
  bool operator==(const ImageSize&) const = default;
};

// Size after 2x2 pooling.
inline ImageSize halved(ImageSize size) { return {(size.height + 1) / 2, (size.width + 1) / 2}; }

bool has_lanes(const at::Tensor& images);
// Samples are filled up with zeros to a multiple of 16.
at::Tensor to_lanes(const at::Tensor& images);
// The first `samples` of them.
at::Tensor from_lanes(const at::Tensor& images, std::int64_t samples);
ImageSize size_of(const at::Tensor& images);

// A vector for every sample, [n, channel x row x column], of either form; n may be what to_lanes
// filled up.
at::Tensor to_vectors(const at::Tensor& images);
// Back, in lanes form where asked for (n a multiple of 16).
at::Tensor from_vectors(const at::Tensor& vectors, std::int64_t channels, ImageSize size,
                        bool lanes);

// How a block of an encoder halves its image: 2x2 maximum or mean, or a stride of its convolution.
enum class Pooling { kNone, kMax, kAverage, kStride };
// "max", "average", "stride": what options may say; kUsage for other words.
const std::vector<std::string>& pooling_names();
Pooling pooling_named(const std::string& name);
// "none" besides.
std::string to_string(Pooling pooling);

// Images [n, channel, row, column] only.
at::Tensor max_pool(const at::Tensor& images);
at::Tensor average_pool(const at::Tensor& images);
// Nearest neighbour: row y of the result is row y / 2. size: twice that of the images, or one less.
at::Tensor doubled(const at::Tensor& images, ImageSize size);

}  // namespace sengen::nn
