// SPDX-License-Identifier: Apache-2.0
#include <sengen/train/flat_parameters.hpp>

#include <utility>

#include <ATen/core/grad_mode.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/isfinite.h>
#include <ATen/ops/zeros_like.h>
#include <fmt/format.h>

#include <sengen/core/error.hpp>

namespace sengen::train {

FlatParameters::FlatParameters(nn::NamedTensors tensors) : tensors_(std::move(tensors)) {
  const at::NoGradGuard no_gradient;
  std::vector<at::Tensor> flat;
  for (const nn::NamedTensor& entry : tensors_) {
    if (!entry.tensor.is_leaf() || !entry.tensor.requires_grad() ||
        entry.tensor.scalar_type() != tensors_.front().tensor.scalar_type()) {
      throw Error(ErrorKind::kInternal,
                  fmt::format("{} is no leaf that requires a gradient, or of another precision "
                              "than {}",
                              entry.name, tensors_.front().name));
    }
    flat.push_back(entry.tensor.detach().reshape({-1}));
  }
  values_ = at::cat(flat);
  gradients_ = at::zeros_like(values_);
  const nn::NamedTensors values = views_of(values_, "");
  const nn::NamedTensors gradients = views_of(gradients_, "");
  for (std::size_t i = 0; i < tensors_.size(); ++i) {
    tensors_[i].tensor.set_data(values[i].tensor);
    tensors_[i].tensor.mutable_grad() = gradients[i].tensor;
  }
}

void FlatParameters::zero_gradients() const { gradients_.zero_(); }

nn::NamedTensors FlatParameters::views_of(const at::Tensor& flat, const std::string& prefix) const {
  nn::NamedTensors views;
  std::int64_t begin = 0;
  for (const nn::NamedTensor& entry : tensors_) {
    const std::int64_t count = entry.tensor.numel();
    views.push_back({prefix + entry.name, flat.narrow(0, begin, count).view(entry.tensor.sizes())});
    begin += count;
  }
  return views;
}

std::string FlatParameters::first_not_finite(const at::Tensor& flat) const {
  for (const nn::NamedTensor& view : views_of(flat, "")) {
    if (!at::isfinite(view.tensor).all().item<bool>()) return view.name;
  }
  return {};
}

std::string FlatParameters::first_not_finite_gradient() const {
  return first_not_finite(gradients_);
}

std::string FlatParameters::first_not_finite_value() const { return first_not_finite(values_); }

std::string FlatParameters::largest_value() const {
  std::string name;
  double largest = -1;
  for (const nn::NamedTensor& view : views_of(values_, "")) {
    const double here = view.tensor.abs().max().item<double>();
    if (here > largest) {
      largest = here;
      name = view.name;
    }
  }
  return name;
}

}  // namespace sengen::train
