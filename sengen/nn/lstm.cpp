// SPDX-License-Identifier: Apache-2.0
#include <sengen/nn/lstm.hpp>

#include <cmath>
#include <tuple>

#include <ATen/core/grad_mode.h>
#include <ATen/ops/lstm.h>
#include <ATen/ops/zeros.h>
#include <fmt/format.h>

namespace sengen::nn {

Lstm::Lstm(std::int64_t in, std::int64_t hidden_size, std::int64_t layer_count,
           const std::string& name, const Initialiser& initialiser)
    : hidden(hidden_size) {
  const double bound = 1 / std::sqrt(static_cast<double>(hidden));
  for (std::int64_t l = 0; l < layer_count; ++l) {
    const std::string layer = fmt::format("{}.{}", name, l);
    Layer made;
    made.input_weight =
        initialiser.uniform(layer + ".input_weight", {4 * hidden, l == 0 ? in : hidden}, bound);
    made.hidden_weight = initialiser.uniform(layer + ".hidden_weight", {4 * hidden, hidden}, bound);
    made.input_bias = initialiser.zeros({4 * hidden});
    made.hidden_bias = initialiser.zeros({4 * hidden});
    const at::NoGradGuard no_gradient;
    made.input_bias.narrow(0, hidden, hidden).fill_(1);
    layers.push_back(made);
  }
}

Lstm::Output Lstm::forward(const at::Tensor& x, const State& start) const {
  std::vector<at::Tensor> weights;
  for (const Layer& layer : layers) {
    weights.insert(weights.end(),
                   {layer.input_weight, layer.hidden_weight, layer.input_bias, layer.hidden_bias});
  }
  const auto count = static_cast<std::int64_t>(layers.size());
  const auto or_zero = [&](const at::Tensor& state) {
    return state.defined() ? state : at::zeros({count, x.size(0), hidden}, x.options());
  };
  const std::vector<at::Tensor> state = {or_zero(start.hidden), or_zero(start.cell)};
  const auto [sequence, last_hidden, last_cell] =
      at::lstm(x, state, weights, true, count, 0.0, false, false, true);
  return {sequence, {last_hidden, last_cell}};
}

void Lstm::collect(const std::string& prefix, NamedTensors& list) const {
  for (std::size_t l = 0; l < layers.size(); ++l) {
    const std::string layer = fmt::format("{}{}.", prefix, l);
    list.push_back({layer + "input_weight", layers[l].input_weight});
    list.push_back({layer + "hidden_weight", layers[l].hidden_weight});
    list.push_back({layer + "input_bias", layers[l].input_bias});
    list.push_back({layer + "hidden_bias", layers[l].hidden_bias});
  }
}

}  // namespace sengen::nn
