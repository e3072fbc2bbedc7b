// SPDX-License-Identifier: Apache-2.0
// Activation functions by name. All are monotone, so they commute with max-pooling, and their
// derivative is a function of their value.
#pragma once

#include <string>
#include <vector>

namespace at {
class Tensor;
}

namespace sengen::nn {

enum class Activation { kLinear, kRelu, kSigmoid, kTanh };

// "linear", "relu", "sigmoid", "tanh": what options may say.
const std::vector<std::string>& activation_names();
// kUsage for other words.
Activation activation_named(const std::string& name);
const std::string& to_string(Activation activation);

at::Tensor activate(const at::Tensor& values, Activation activation);

}  // namespace sengen::nn
