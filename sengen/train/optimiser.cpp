// SPDX-License-Identifier: Apache-2.0
#include <sengen/train/optimiser.hpp>

#include <algorithm>
#include <cmath>

#include <ATen/core/grad_mode.h>
#include <ATen/ops/zeros_like.h>
#include <fmt/format.h>
#include <torch/types.h>

#include <sengen/core/error.hpp>
#include <sengen/core/options.hpp>

namespace sengen::train {

const std::vector<std::string>& optimiser_names() {
  static const std::vector<std::string> names = {"adam", "sgd"};
  return names;
}

OptimiserKind optimiser_named(const std::string& name) {
  const std::vector<std::string>& names = optimiser_names();
  const auto found = std::find(names.begin(), names.end(), name);
  if (found == names.end()) {
    throw Error(ErrorKind::kUsage, fmt::format("unknown optimiser '{}'", name),
                suggestion(name, names));
  }
  return static_cast<OptimiserKind>(found - names.begin());
}

Optimiser::Optimiser(const FlatParameters& parameters, const OptimiserOptions& options)
    : parameters_(parameters), options_(options) {
  const bool adam = options_.kind == OptimiserKind::kAdam;
  if (adam || options_.momentum > 0) first_ = at::zeros_like(parameters_.values());
  if (adam) second_ = at::zeros_like(parameters_.values());
}

void Optimiser::step(double rate) {
  const at::NoGradGuard no_gradient;
  ++steps_;
  options_.kind == OptimiserKind::kAdam ? adam_step(rate) : sgd_step(rate);
}

void Optimiser::adam_step(double rate) {
  const at::Tensor& gradient = parameters_.gradients();
  const auto values = parameters_.values();
  const auto steps = static_cast<double>(steps_);
  if (options_.weight_decay > 0) values.mul_(1 - rate * options_.weight_decay);
  first_.lerp_(gradient, 1 - options_.beta1);
  second_.mul_(options_.beta2).addcmul_(gradient, gradient, 1 - options_.beta2);
  const double correction1 = 1 - std::pow(options_.beta1, steps);
  const double correction2 = 1 - std::pow(options_.beta2, steps);
  const at::Tensor spread = second_.sqrt().div_(std::sqrt(correction2)).add_(options_.epsilon);
  values.addcdiv_(first_, spread, -rate / correction1);
}

void Optimiser::sgd_step(double rate) {
  at::Tensor direction = parameters_.gradients();
  const auto values = parameters_.values();
  if (options_.weight_decay > 0) direction = direction.add(values, options_.weight_decay);
  if (options_.momentum > 0) {
    first_.mul_(options_.momentum).add_(direction);
    direction = options_.nesterov ? direction.add(first_, options_.momentum) : first_;
  }
  values.add_(direction, -rate);
}

nn::NamedTensors Optimiser::state() const {
  nn::NamedTensors state;
  const auto append = [&](const at::Tensor& flat, const char* prefix) {
    if (!flat.defined()) return;
    const nn::NamedTensors views = parameters_.views_of(flat, prefix);
    state.insert(state.end(), views.begin(), views.end());
  };
  append(first_, "first.");
  append(second_, "second.");
  return state;
}

}  // namespace sengen::train
