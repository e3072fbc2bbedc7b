// SPDX-License-Identifier: Apache-2.0
// Tensors of an independent implementation (tests/data/README.md) and how far ours are from them.
#pragma once

#include <algorithm>
#include <filesystem>
#include <string>

#include <gtest/gtest.h>
#include <torch/types.h>
#include <nlohmann/json.hpp>

#include <sengen/io/safetensors.hpp>
#include <sengen/train/tensor_file.hpp>

namespace sengen {

class ReferenceFile {
 public:
  explicit ReferenceFile(const std::string& name)
      : reader_(std::filesystem::path(__FILE__).parent_path() / "../data" / name),
        source_(train::source_of(reader_, name)) {}

  bool contains(const std::string& name) const { return reader_.contains(name); }
  at::Tensor tensor(const std::string& name) const { return train::read_tensor(source_, name); }
  nlohmann::json description(const std::string& name) const {
    return nlohmann::json::parse(reader_.metadata().at(name));
  }
  // Names of the cases whose description says `layer`.
  std::vector<std::string> cases(const std::string& layer) const {
    std::vector<std::string> names;
    for (const auto& [name, text] : reader_.metadata()) {
      const auto json = nlohmann::json::parse(text, nullptr, false);
      if (json.is_object() && json.value("layer", "") == layer) names.push_back(name);
    }
    return names;
  }

 private:
  io::SafetensorsReader reader_;
  train::TensorSource source_;
};

// Largest difference relative to the largest value of the reference.
inline double distance(const at::Tensor& ours, const at::Tensor& reference) {
  EXPECT_EQ(ours.sizes(), reference.sizes());
  if (ours.sizes() != reference.sizes()) return 1;
  const double scale = std::max(1e-30, reference.abs().max().item<double>());
  return (ours.detach().to(at::kDouble) - reference.to(at::kDouble)).abs().max().item<double>() /
         scale;
}

}  // namespace sengen
