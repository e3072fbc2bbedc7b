// SPDX-License-Identifier: Apache-2.0
#include <sengen/circuits/fresh.hpp>

#include <cmath>
#include <utility>

#include <Eigen/LU>
#include <Eigen/QR>

#include <sengen/circuits/euler.hpp>
#include <sengen/circuits/kak.hpp>
#include <sengen/circuits/local.hpp>
#include <sengen/circuits/two_qubit.hpp>
#include <sengen/linalg/square_svd.hpp>

namespace sengen::circuits {

namespace {

using Vector2 = Eigen::Vector2cd;
using Isometry = Eigen::Matrix<Complex, 4, 2>;
constexpr Complex kI(0, 1);

// A unitary matrix with this first column.
Matrix2 preparing(const Vector2& state) {
  return (Matrix2() << state(0), -std::conj(state(1)), state(1), std::conj(state(0))).finished();
}

// Both qubits fresh.
void append_pair(ElementaryCircuit& out, int low, int high, const Matrix4& gate, Fresh& fresh_low,
                 Fresh& fresh_high, double tolerance) {
  Eigen::Vector4cd before;
  const Vector2 state_low = fresh_low.value_or(Vector2::Zero());
  const Vector2 state_high = fresh_high.value_or(Vector2::Zero());
  before << state_high(0) * state_low, state_high(1) * state_low;
  const Eigen::Vector4cd state = gate * before;
  // Rows: high, columns: low.
  Matrix2 amplitudes;
  amplitudes << state(0), state(1), state(2), state(3);
  Eigen::Vector2d values;
  Matrix2 on_low;
  Matrix2 on_high;
  if (amplitudes.imag().isZero(0)) {  // real factors for real states
    const linalg::SquareSvd<Eigen::Matrix2d> svd(amplitudes.real(),
                                                 Eigen::ComputeFullU | Eigen::ComputeFullV);
    values = svd.singularValues();
    on_high = svd.matrixU().cast<Complex>();
    on_low = svd.matrixV().cast<Complex>();
  } else {
    const linalg::SquareSvd<Matrix2> svd(amplitudes, Eigen::ComputeFullU | Eigen::ComputeFullV);
    values = svd.singularValues();
    on_high = svd.matrixU();
    on_low = svd.matrixV().conjugate();
  }
  if (values(1) <= tolerance) {
    fresh_high = on_high.col(0);
    fresh_low = on_low.col(0);
    return;
  }
  out.add_matrix(low, rotation_y(2 * std::atan2(values(1), values(0))));
  out.add(Op::kCx, low, high);
  out.add_matrix(low, on_low);
  out.add_matrix(high, on_high);
  fresh_low.reset();
  fresh_high.reset();
}

// A unitary B with B X B* = n . sigma.
Matrix2 turning_x_into(const Eigen::Vector3d& n) {
  const Matrix2 hadamard = (pauli_x() + pauli_z()) / std::sqrt(2.0);
  if (std::abs(n(1)) < 1e-15) return rotation_y(std::atan2(n(0), n(2))) * hadamard;
  return rotation_z(std::atan2(n(1), n(0))) * rotation_y(std::atan2(std::hypot(n(0), n(1)), n(2))) *
         hadamard;
}

Matrix2 of_quaternion(const Eigen::Vector4d& q) {
  return q(0) * Matrix2::Identity() + kI * (q(1) * pauli_x() + q(2) * pauli_y() + q(3) * pauli_z());
}

// The isometry with one CX, or nothing appended. fresh is bit 0 of the index.
bool append_with_one_cx(ElementaryCircuit& out, int fresh, int other, const Isometry& isometry,
                        double tolerance) {
  // The blocks of the fresh qubit's outcomes as quaternions, real and imaginary parts below each
  // other: rank two and real vectors are what one CX can do.
  Eigen::Matrix<Complex, 2, 4> blocks;
  for (int k = 0; k < 2; ++k) {
    Matrix2 block;
    block << isometry.row(k), isometry.row(2 + k);
    blocks(k, 0) = block.trace() / 2.0;
    blocks(k, 1) = (pauli_x() * block).trace() / (2.0 * kI);
    blocks(k, 2) = (pauli_y() * block).trace() / (2.0 * kI);
    blocks(k, 3) = (pauli_z() * block).trace() / (2.0 * kI);
  }
  Eigen::Matrix4d stacked;
  stacked << blocks.real(), blocks.imag();
  const linalg::SquareSvd<Eigen::Matrix4d> svd(stacked, Eigen::ComputeFullV);
  const auto& vectors = svd.matrixV();
  if (svd.singularValues()(2) > tolerance || svd.singularValues()(1) < 1e-14) return false;
  const Vector2 zero = blocks * vectors.col(0).cast<Complex>();
  const Vector2 one = blocks * vectors.col(1).cast<Complex>();
  if (std::abs(zero.dot(one)) > tolerance) return false;
  const Matrix2 of_zero = of_quaternion(vectors.col(0));
  const Matrix2 of_one = of_quaternion(vectors.col(1));
  // of_one = i (n . sigma) of_zero.
  const Matrix2 turn = -kI * of_one * of_zero.adjoint();
  const Eigen::Vector3d axis(((turn * pauli_x()).trace() / 2.0).real(),
                             ((turn * pauli_y()).trace() / 2.0).real(),
                             ((turn * pauli_z()).trace() / 2.0).real());
  const Matrix2 last = turning_x_into(axis.normalized());
  // Unitary also where `one` is so small that rounding turns it: only its phase is taken.
  Matrix2 on_fresh = preparing(zero.normalized());
  on_fresh.col(1) *= std::polar(1.0, std::arg(on_fresh.col(1).dot(kI * one)));
  const Matrix2 ry = rotation_y(2 * std::atan2(one.norm(), zero.norm()));
  const Matrix2 first = last.adjoint() * of_zero;
  const Matrix4 made = product(on_fresh, last) * cx_low_to_high() * product(ry, first);
  Isometry columns;
  columns << made.col(0), made.col(2);
  if ((columns - isometry).cwiseAbs().maxCoeff() > tolerance) return false;
  out.add_matrix(fresh, ry);
  out.add_matrix(other, first);
  out.add(Op::kCx, fresh, other);
  out.add_matrix(fresh, on_fresh);
  out.add_matrix(other, last);
  return true;
}

// A real isometry with two CX and Ry: any completion of determinant +1 does.
bool append_real(ElementaryCircuit& out, int fresh, int other, const Isometry& isometry,
                 double tolerance) {
  Matrix4 twice;
  twice << isometry, isometry;
  const auto real = as_real(twice, tolerance);
  if (!real) return false;
  const Eigen::Matrix<double, 4, 2> columns = real->matrix.leftCols<2>();
  const Eigen::Matrix4d q =
      Eigen::HouseholderQR<Eigen::Matrix<double, 4, 2>>(columns).householderQ();
  Eigen::Matrix4d whole;
  whole << columns.col(0), q.col(2), columns.col(1), q.col(3);
  if (whole.determinant() < 0) whole.col(3) *= -1;
  out.phase += real->phase;
  append_rotation(out, fresh, other, whole);
  return true;
}

// A complex isometry with two CX where the search finds them.
bool append_with_two_cx(ElementaryCircuit& out, int fresh, int other, const Matrix4& gate,
                        double tolerance) {
  const Complex root = std::polar(1.0, -std::arg(gate.determinant()) / 4);
  const Matrix4 yy = product(pauli_y(), pauli_y());
  const Matrix2 hadamard = (pauli_x() + pauli_z()) / std::sqrt(2.0);
  for (const Matrix2& basis :
       {Matrix2(Matrix2::Identity()), hadamard, Matrix2(rotation_x(std::acos(-1.0) / 2))}) {
    const Matrix4 turned = gate * product(Matrix2::Identity(), basis);
    // tr(U D^2 ...) with D = exp(i t ZZ) must be real: then z = 0.
    const Matrix4 n = (root * turned).transpose() * yy * (root * turned) * yy;
    const Complex even = n(0, 0) + n(3, 3);
    const Complex odd = n(1, 1) + n(2, 2);
    const double angle = std::atan2(-(even.imag() + odd.imag()), even.real() - odd.real()) / 2;
    Matrix4 made = turned;
    for (int i = 0; i < 4; ++i) {
      made.col(i) *= std::polar(1.0, i == 0 || i == 3 ? angle : -angle);
    }
    if (cx_count(cartan(made).core, tolerance) > 2) continue;
    out.add_matrix(other, rotation_z(2 * angle) * basis.adjoint());
    append_gate(out, fresh, other, made, tolerance);
    return true;
  }
  return false;
}

// One qubit fresh: bit 0 of the index.
void append_isometry(ElementaryCircuit& out, int fresh, int other, const Matrix4& gate,
                     const Vector2& state, double tolerance) {
  const Matrix4 whole = gate * product(preparing(state), Matrix2::Identity());
  Isometry isometry;
  isometry << whole.col(0), whole.col(2);
  if (append_with_one_cx(out, fresh, other, isometry, tolerance)) return;
  if (append_real(out, fresh, other, isometry, tolerance)) return;
  if (cx_count(cartan(whole).core, tolerance) > 2 &&
      append_with_two_cx(out, fresh, other, whole, tolerance)) {
    return;
  }
  append_gate(out, fresh, other, whole, tolerance);
}

void apply_local(ElementaryCircuit& out, int qubit, const Matrix2& matrix, Fresh& fresh) {
  if (fresh) {
    fresh = (matrix * *fresh).normalized();
  } else {
    out.add_matrix(qubit, matrix);
  }
}

// A gate that is a product on the one state that its fresh qubit has: that qubit stays fresh.
bool stays_fresh(ElementaryCircuit& out, int other, const Matrix4& gate, Fresh& fresh,
                 double tolerance) {
  const Matrix4 whole =
      gate * product(preparing(fresh.value_or(Vector2::Zero())), Matrix2::Identity());
  // [fresh after][other after, other before]
  Eigen::Matrix<Complex, 2, 4> blocks;
  for (int k = 0; k < 2; ++k) {
    blocks.row(k) << whole(k, 0), whole(2 + k, 0), whole(k, 2), whole(2 + k, 2);
  }
  const Eigen::JacobiSVD<Eigen::Matrix<Complex, 2, 4>> svd(blocks, Eigen::ComputeFullU);
  if (svd.singularValues()(1) > tolerance) return false;
  const Vector2 state = svd.matrixU().col(0);
  const Eigen::Matrix<Complex, 1, 4> rest = state.adjoint() * blocks;
  Matrix2 matrix;
  matrix << rest(0), rest(2), rest(1), rest(3);
  out.add_matrix(other, matrix);
  fresh = state;
  return true;
}

}  // namespace

void append_state(ElementaryCircuit& out, int qubit, const Vector2& state) {
  if (state(0) == 0.0 && state(1) == 1.0) {
    out.add(Op::kX, qubit);
  } else if (state(0) != 1.0 || state(1) != 0.0) {
    out.add_matrix(qubit, preparing(state));
  }
}

void append_gate(ElementaryCircuit& out, int low, int high, const Matrix4& gate, Fresh& fresh_low,
                 Fresh& fresh_high, double tolerance) {
  check_unitary(gate, 1e-8, "the two-qubit gate");
  if (const auto local = as_product(gate, tolerance)) {
    apply_local(out, low, local->on_low, fresh_low);
    apply_local(out, high, local->on_high, fresh_high);
  } else if (fresh_low && fresh_high) {
    append_pair(out, low, high, gate, fresh_low, fresh_high, tolerance);
  } else if (fresh_low) {
    const Vector2 state = *fresh_low;
    if (stays_fresh(out, high, gate, fresh_low, tolerance)) return;
    fresh_low.reset();
    append_isometry(out, low, high, gate, state, tolerance);
  } else if (fresh_high) {
    const Matrix4 other_way = exchanged(gate);
    const Vector2 state = *fresh_high;
    if (stays_fresh(out, low, other_way, fresh_high, tolerance)) return;
    fresh_high.reset();
    append_isometry(out, high, low, other_way, state, tolerance);
  } else {
    append_gate(out, low, high, gate, tolerance);
  }
}

}  // namespace sengen::circuits
