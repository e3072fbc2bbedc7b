// SPDX-License-Identifier: Apache-2.0
#include <sengen/circuits/mps.hpp>

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include <sengen/circuits/mps_split.hpp>
#include <sengen/core/error.hpp>

namespace sengen::circuits {

namespace {

constexpr int kMinQubits = 2;
constexpr int kIndexBits = 64;

// One under the other, and side by side.
Matrix stacked(const Matrix& top, const Matrix& bottom) {
  Matrix all(top.rows() + bottom.rows(), top.cols());
  all << top, bottom;
  return all;
}
Matrix joined(const Matrix& left, const Matrix& right) {
  Matrix all(left.rows(), left.cols() + right.cols());
  all << left, right;
  return all;
}

void check_sites(const std::vector<SiteTensor>& sites) {
  if (sites.size() < kMinQubits) {
    throw Error(ErrorKind::kInput, "a matrix product state needs at least two qubits");
  }
  Eigen::Index left = 1;
  for (std::size_t q = 0; q < sites.size(); ++q) {
    const Matrix& zero = sites[q][0];
    const Matrix& one = sites[q][1];
    const Eigen::Index right = q + 1 == sites.size() ? 1 : zero.cols();
    if (zero.rows() != left || one.rows() != left || zero.cols() != right || one.cols() != right ||
        right == 0) {
      throw Error(
          ErrorKind::kInput,
          fmt::format("matrices of qubit {}: {} x {} and {} x {}, expected {} x {}", q, zero.rows(),
                      zero.cols(), one.rows(), one.cols(), left, right == 0 ? 1 : right));
    }
    if (!zero.allFinite() || !one.allFinite()) {
      throw Error(ErrorKind::kInput,
                  fmt::format("matrices of qubit {} hold numbers that are not finite", q));
    }
    left = right;
  }
}

}  // namespace

MatrixProductState::MatrixProductState(int qubits, bool is_real, std::uint64_t index)
    : is_real_(is_real) {
  if (qubits < kMinQubits) {
    throw Error(ErrorKind::kInput, "a matrix product state needs at least two qubits");
  }
  sites_.resize(static_cast<std::size_t>(qubits));
  for (int q = 0; q < qubits; ++q) {
    const std::uint64_t bit = q < kIndexBits ? index >> q & 1 : 0;
    at(q)[bit] = Matrix::Ones(1, 1);
    at(q)[1 - bit] = Matrix::Zero(1, 1);
  }
}

MatrixProductState::MatrixProductState(std::vector<SiteTensor> sites, bool is_real)
    : is_real_(is_real), sites_(std::move(sites)) {
  check_sites(sites_);
  for (SiteTensor& site : sites_) {
    for (Matrix& matrix : site) {
      if (is_real) matrix.imag().setZero();
    }
  }
  // Each step takes the norm out: products of many large numbers would overflow.
  while (centre_ + 1 < qubits()) {
    step_right();
    if (norm() > 0) normalise();
  }
  if (!(norm() > 0)) throw Error(ErrorKind::kInput, "a matrix product state of norm 0");
  normalise();
  compress({});
  normalise();
  loss_ = {};
}

int MatrixProductState::bond(int qubit) const {
  return qubit < 0 ? 1 : static_cast<int>(site(qubit)[0].cols());
}

int MatrixProductState::max_bond() const {
  int largest = 1;
  for (int q = 0; q < qubits(); ++q) largest = std::max(largest, bond(q));
  return largest;
}

double MatrixProductState::norm() const {
  const SiteTensor& tensor = site(centre_);
  return std::sqrt(tensor[0].squaredNorm() + tensor[1].squaredNorm());
}

std::size_t MatrixProductState::bytes() const {
  std::size_t sum = 0;
  for (const SiteTensor& tensor : sites_) {
    sum += 2 * sizeof(Complex) * static_cast<std::size_t>(tensor[0].size());
  }
  return sum;
}

void MatrixProductState::step_right() {
  SiteTensor& here = at(centre_);
  SiteTensor& next = at(centre_ + 1);
  const Eigen::Index rows = here[0].rows();
  const Split parts = split_exactly(stacked(here[0], here[1]), Isometry::kLeft, is_real_);
  here = {parts.left.topRows(rows), parts.left.bottomRows(rows)};
  for (Matrix& matrix : next) matrix = (parts.right * matrix).eval();
  ++centre_;
}

void MatrixProductState::step_left() {
  SiteTensor& here = at(centre_);
  SiteTensor& next = at(centre_ - 1);
  const Eigen::Index cols = here[0].cols();
  const Split parts = split_exactly(joined(here[0], here[1]), Isometry::kRight, is_real_);
  here = {parts.right.leftCols(cols), parts.right.rightCols(cols)};
  for (Matrix& matrix : next) matrix = (matrix * parts.left).eval();
  --centre_;
}

void MatrixProductState::move_centre(int qubit) {
  while (centre_ < qubit) step_right();
  while (centre_ > qubit) step_left();
}

void MatrixProductState::normalise() {
  const double scale = 1 / norm();
  for (Matrix& matrix : at(centre_)) matrix *= scale;
}

MatrixProductState::Before MatrixProductState::before(int first, int last) const {
  return {first, {sites_.begin() + first, sites_.begin() + last + 1}, centre_, loss_};
}

void MatrixProductState::restore(Before before) {
  std::move(before.sites.begin(), before.sites.end(), sites_.begin() + before.first);
  centre_ = before.centre;
  loss_ = before.loss;
}

void MatrixProductState::compress(const Truncation& truncation) {
  move_centre(qubits() - 1);
  for (; centre_ > 0; --centre_) {
    SiteTensor& here = at(centre_);
    const Eigen::Index cols = here[0].cols();
    const Split parts = split(joined(here[0], here[1]), truncation, Isometry::kRight, is_real_);
    here = {parts.right.leftCols(cols), parts.right.rightCols(cols)};
    for (Matrix& matrix : at(centre_ - 1)) matrix = (matrix * parts.left).eval();
    loss_.weight += parts.lost;
    loss_.distance += std::sqrt(parts.lost);
  }
}

Complex overlap(const MatrixProductState& phi, const MatrixProductState& psi) {
  Matrix left = Matrix::Ones(1, 1);
  for (int q = 0; q < phi.qubits(); ++q) {
    const SiteTensor& bra = phi.site(q);
    const SiteTensor& ket = psi.site(q);
    left = (bra[0].adjoint() * (left * ket[0]) + bra[1].adjoint() * (left * ket[1])).eval();
  }
  return left(0, 0);
}

MatrixProductState prepare_mps(const Circuit& circuit, bool is_real, const Truncation& truncation) {
  MatrixProductState state(circuit.qubits, is_real, circuit.start);
  for (const Gate& gate : circuit.gates) state.apply(gate.pair, gate.matrix, truncation);
  return state;
}

void apply_inverse(MatrixProductState& psi, const Circuit& circuit, const Truncation& truncation) {
  for (auto gate = circuit.gates.rbegin(); gate != circuit.gates.rend(); ++gate) {
    psi.apply(gate->pair, gate->matrix.adjoint(), truncation, true);
  }
}

}  // namespace sengen::circuits
