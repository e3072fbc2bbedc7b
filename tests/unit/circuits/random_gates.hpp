// SPDX-License-Identifier: Apache-2.0
// Random unitary matrices, Haar distributed, and random circuits, by counter.
#pragma once

#include <cmath>
#include <cstdint>
#include <vector>

#include <Eigen/LU>
#include <Eigen/QR>

#include <sengen/circuits/circuit.hpp>
#include <sengen/core/random.hpp>

namespace sengen::circuits {

class RandomGates {
 public:
  explicit RandomGates(std::uint64_t seed) : random_(seed) {}

  double normal() { return random_.normal(index_++); }
  double uniform() { return random_.uniform(index_++); }
  int below(int count) {
    return static_cast<int>(random_.below(static_cast<std::uint64_t>(count), index_++));
  }

  // Haar: QR of a Gaussian matrix with the phases of R taken out.
  template <int size>
  Eigen::Matrix<Complex, size, size> unitary() {
    using Matrix = Eigen::Matrix<Complex, size, size>;
    Matrix gauss;
    for (auto& entry : gauss.reshaped()) {
      const double real = normal();
      entry = Complex(real, normal());
    }
    const Eigen::HouseholderQR<Matrix> qr(gauss);
    Matrix q = qr.householderQ();
    for (int i = 0; i < size; ++i) q.col(i) *= std::polar(1.0, std::arg(qr.matrixQR()(i, i)));
    return q;
  }
  // determinant 0: whatever comes.
  Matrix4 orthogonal(int determinant = 0) {
    Eigen::Matrix4d gauss;
    for (auto& entry : gauss.reshaped()) entry = normal();
    Eigen::Matrix4d q = Eigen::HouseholderQR<Eigen::Matrix4d>(gauss).householderQ();
    if (determinant != 0 && q.determinant() * determinant < 0) q.col(0) *= -1;
    return q.cast<Complex>();
  }
  Pair pair(int qubits) {
    const int first = below(qubits);
    const int second = (first + 1 + below(qubits - 1)) % qubits;
    return {std::min(first, second), std::max(first, second)};
  }
  template <typename Make>
  Circuit circuit(int qubits, int gates, Make&& make) {
    Circuit circuit{qubits, static_cast<std::uint64_t>(below(1 << qubits)), {}};
    for (int i = 0; i < gates; ++i) circuit.gates.push_back({pair(qubits), make()});
    return circuit;
  }

 private:
  Random random_;
  std::uint64_t index_ = 0;
};

}  // namespace sengen::circuits
