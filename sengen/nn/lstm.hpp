// SPDX-License-Identifier: Apache-2.0
// LSTM (Hochreiter & Schmidhuber, Neural Comput. 9, 1735, 1997, with forget gate), several layers:
//   i, f, o = sigmoid(W x + U h + b + c), g = tanh(...);  s <- f s + i g;  h <- o tanh(s)
// Rows of the weights stand in the order i, f, g, o, as PyTorch has them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <sengen/nn/initialiser.hpp>
#include <sengen/nn/named_tensors.hpp>

namespace sengen::nn {

struct Lstm {
  // Of every layer: [layers, n, hidden]; undefined tensors mean 0.
  struct State {
    at::Tensor hidden;
    at::Tensor cell;
  };
  struct Output {
    at::Tensor sequence;  // [n, steps, hidden] of the last layer
    State state;          // after the last step
  };
  struct Layer {
    at::Tensor input_weight;   // W [4 hidden, in]
    at::Tensor hidden_weight;  // U [4 hidden, hidden]
    at::Tensor input_bias;     // b [4 hidden]
    at::Tensor hidden_bias;    // c [4 hidden]
  };

  std::int64_t hidden;
  std::vector<Layer> layers;

  // Weights even within 1 / sqrt(hidden); the bias of the forget gate starts at 1, others at 0.
  Lstm(std::int64_t in, std::int64_t hidden, std::int64_t layers, const std::string& name,
       const Initialiser& initialiser);

  // x [n, steps, in]
  Output forward(const at::Tensor& x, const State& start = {}) const;
  void collect(const std::string& prefix, NamedTensors& list) const;
};

}  // namespace sengen::nn
