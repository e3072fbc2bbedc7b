// SPDX-License-Identifier: Apache-2.0
// FlatParameters: the weights of a network in one piece of memory, their gradients in another, so
// that an update, a norm, an average or a message between ranks is one operation however many
// tensors there are. The modules' tensors become views of it; names give access to the parts.
#pragma once

#include <sengen/nn/named_tensors.hpp>

namespace sengen::train {

class FlatParameters {
 public:
  // tensors: leaves of one precision on one device; their values move in here. kInternal otherwise.
  explicit FlatParameters(nn::NamedTensors tensors);

  const nn::NamedTensors& tensors() const noexcept { return tensors_; }
  // All of them, [count]. backward() adds to the gradients in place.
  const at::Tensor& values() const noexcept { return values_; }
  const at::Tensor& gradients() const noexcept { return gradients_; }
  void zero_gradients() const;

  // The parts of another tensor of the same length by name: moments of an optimiser, averages.
  nn::NamedTensors views_of(const at::Tensor& flat, const std::string& prefix) const;

  // "name" of the first tensor with a NaN or infinity among gradients or values; empty: none.
  std::string first_not_finite_gradient() const;
  std::string first_not_finite_value() const;
  // "name" of the tensor with the largest value of all.
  std::string largest_value() const;

 private:
  std::string first_not_finite(const at::Tensor& flat) const;

  nn::NamedTensors tensors_;
  at::Tensor values_;
  at::Tensor gradients_;
};

}  // namespace sengen::train
