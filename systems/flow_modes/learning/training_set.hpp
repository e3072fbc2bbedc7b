// SPDX-License-Identifier: Apache-2.0
// TrainingSet: chosen snapshots of FieldData as a dataset of the loader. On CPUs in float images
// come in lanes form; samples that fill up the last lanes have weight 0.
#pragma once

#include <vector>

#include <sengen/train/loader.hpp>

#include "field_data.hpp"

namespace sengen::flow_modes {

class TrainingSet : public train::Dataset {
 public:
  TrainingSet(const FieldData& data, std::vector<std::int64_t> snapshots, bool lanes);

  std::int64_t size() const override { return static_cast<std::int64_t>(snapshots_.size()); }
  // {images, sample weights [n]}; the weights are undefined where all are 1.
  train::Batch load(std::span<const std::int64_t> samples) const override;

 private:
  const FieldData& data_;
  std::vector<std::int64_t> snapshots_;
  bool lanes_;
};

// {images, sample weights} of images [n, c, y, x].
train::Batch in_lanes(const at::Tensor& images);

}  // namespace sengen::flow_modes
