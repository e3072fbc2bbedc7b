// SPDX-License-Identifier: Apache-2.0
#include "training_set.hpp"

#include <utility>

#include <torch/types.h>

namespace sengen::flow_modes {

train::Batch in_lanes(const at::Tensor& images) {
  const at::Tensor lanes = nn::to_lanes(images);
  const std::int64_t filled = lanes.size(0) * lanes.size(4);
  if (filled == images.size(0)) return {lanes, at::Tensor()};
  const at::Tensor weights = at::zeros({filled}, images.options());
  weights.narrow(0, 0, images.size(0)).fill_(1);
  return {lanes, weights};
}

TrainingSet::TrainingSet(const FieldData& data, std::vector<std::int64_t> snapshots, bool lanes)
    : data_(data), snapshots_(std::move(snapshots)), lanes_(lanes) {}

train::Batch TrainingSet::load(std::span<const std::int64_t> samples) const {
  std::vector<std::int64_t> chosen;
  for (const std::int64_t sample : samples) {
    chosen.push_back(snapshots_[static_cast<std::size_t>(sample)]);
  }
  const at::Tensor images = data_.images(chosen);
  return lanes_ ? in_lanes(images) : train::Batch{images, at::Tensor()};
}

}  // namespace sengen::flow_modes
