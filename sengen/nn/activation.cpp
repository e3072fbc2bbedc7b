// SPDX-License-Identifier: Apache-2.0
#include <sengen/nn/activation.hpp>

#include <algorithm>

#include <ATen/core/Tensor.h>
#include <fmt/format.h>

#include <sengen/core/error.hpp>
#include <sengen/core/options.hpp>

namespace sengen::nn {

const std::vector<std::string>& activation_names() {
  static const std::vector<std::string> names = {"linear", "relu", "sigmoid", "tanh"};
  return names;
}

Activation activation_named(const std::string& name) {
  const std::vector<std::string>& names = activation_names();
  const auto found = std::find(names.begin(), names.end(), name);
  if (found == names.end()) {
    throw Error(ErrorKind::kUsage, fmt::format("unknown activation '{}'", name),
                suggestion(name, names));
  }
  return static_cast<Activation>(found - names.begin());
}

const std::string& to_string(Activation activation) {
  return activation_names()[static_cast<std::size_t>(activation)];
}

at::Tensor activate(const at::Tensor& values, Activation activation) {
  switch (activation) {
    case Activation::kRelu: return values.relu();
    case Activation::kSigmoid: return values.sigmoid();
    case Activation::kTanh: return values.tanh();
    case Activation::kLinear: break;
  }
  return values;
}

}  // namespace sengen::nn
