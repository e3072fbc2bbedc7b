// SPDX-License-Identifier: Apache-2.0
#include <sengen/circuits/two_qubit.hpp>

#include <array>
#include <cmath>
#include <numbers>

#include <Eigen/LU>

#include <sengen/circuits/euler.hpp>
#include <sengen/circuits/kak.hpp>
#include <sengen/circuits/local.hpp>

namespace sengen::circuits {

namespace {

using std::numbers::pi;
constexpr Complex kI(0, 1);

Matrix2 hadamard() { return (pauli_x() + pauli_z()) / std::numbers::sqrt2; }

// Real antisymmetric generators times i, and 1: those of the two factors SU(2) of SO(4), one made
// of Y on low, the other of Y on high. They commute with each other.
using Generators = std::array<Eigen::Matrix4d, 4>;

Generators generators(bool of_low) {
  const Matrix2 one = Matrix2::Identity();
  const auto real = [](const Matrix2& on_low, const Matrix2& on_high) {
    return Eigen::Matrix4d((kI * product(on_low, on_high)).real());
  };
  const Eigen::Matrix4d identity = Eigen::Matrix4d::Identity();
  if (of_low) {
    return {identity, real(pauli_y(), one), real(pauli_z(), pauli_y()), real(pauli_x(), pauli_y())};
  }
  return {identity, real(one, pauli_y()), real(pauli_y(), pauli_x()), real(pauli_y(), pauli_z())};
}

// The Euler angles of 1, iA, iB, iC with weights q, where A and B turn as Z and Y do.
Euler factor_angles(const Eigen::Vector4d& q, double sign_of_x) {
  return euler_signed(q(0) * Matrix2::Identity() +
                      kI * (q(1) * pauli_z() + q(2) * pauli_y() + sign_of_x * q(3) * pauli_x()));
}

struct Rotation {
  Euler low;
  Euler high;
};

Rotation factors(const Eigen::Matrix4d& rotation) {
  static const Generators of_low = generators(true);
  static const Generators of_high = generators(false);
  Eigen::Matrix4d weights;  // of rank one
  for (int i = 0; i < 4; ++i) {
    for (int j = 0; j < 4; ++j) {
      const Eigen::Matrix4d both =
          of_low.at(static_cast<std::size_t>(i)) * of_high.at(static_cast<std::size_t>(j));
      weights(i, j) = both.cwiseProduct(rotation).sum() / 4;
    }
  }
  Eigen::Index row = 0;
  weights.rowwise().norm().maxCoeff(&row);
  const Eigen::Vector4d high = weights.row(row).transpose().normalized();
  const Eigen::Vector4d low = (weights * high).normalized();
  return {factor_angles(low, -1), factor_angles(high, 1)};
}

void add_rotation(ElementaryCircuit& out, int qubit, double angle) {
  if (angle != 0) out.add(Op::kRy, qubit, angle);
}

// exp(i pi/4 XX), one CX.
void append_quarter(ElementaryCircuit& out, int low, int high) {
  // exp(-i pi/4 ZX) = e^{i pi/4} Rz(pi/2) Rx(pi/2) CX, and H X turns XX into -ZX.
  out.add_matrix(low, pauli_x() * hadamard());
  out.add(Op::kCx, low, high);
  out.add_matrix(low, hadamard() * pauli_x() * rotation_z(pi / 2));
  out.add_matrix(high, rotation_x(pi / 2));
  out.phase += pi / 4;
}

// exp(i (x XX + y YY)): CX turns X on the control into XX and Z on the target into ZZ.
void append_half(ElementaryCircuit& out, int low, int high, double x, double y) {
  const Matrix2 turn = rotation_x(pi / 2);  // YY into ZZ
  out.add_matrix(low, turn);
  out.add_matrix(high, turn);
  out.add(Op::kCx, low, high);
  out.add(Op::kRx, low, -2 * x);
  out.add(Op::kRz, high, -2 * y);
  out.add(Op::kCx, low, high);
  out.add_matrix(low, turn.adjoint());
  out.add_matrix(high, turn.adjoint());
}

// The whole core. CX CX CX = SWAP = e^{-i pi/4} exp(i pi/4 (XX + YY + ZZ)); rotations between them
// move the three angles.
void append_full(ElementaryCircuit& out, int low, int high, const std::array<double, 3>& core) {
  out.add(Op::kRz, low, pi / 2);
  out.add(Op::kCx, high, low);
  out.add(Op::kRy, high, 2 * core[1] - pi / 2);
  out.add(Op::kCx, low, high);
  out.add(Op::kRz, low, pi / 2 - 2 * core[2]);
  out.add(Op::kRy, high, pi / 2 - 2 * core[0]);
  out.add(Op::kCx, high, low);
  out.add(Op::kRz, high, -pi / 2);
  out.phase += pi / 4;
}

// determinant -1: SWAP times a rotation, and CX SWAP is two CX.
void append_reflection(ElementaryCircuit& out, int low, int high, const Eigen::Matrix4d& gate) {
  const auto [on_low, on_high] = factors(gate * swap_matrix().real());
  add_rotation(out, high, on_low.before);
  add_rotation(out, low, on_high.before);
  out.add(Op::kCx, low, high);
  out.add(Op::kCx, high, low);
  add_rotation(out, low, on_high.turn);
  add_rotation(out, high, on_low.turn);
  out.add(Op::kCx, low, high);
  add_rotation(out, low, on_low.after);
  add_rotation(out, high, on_high.after);
  out.phase += on_low.phase + on_high.phase;
}

}  // namespace

std::optional<RealGate> as_real(const Matrix4& gate, double tolerance) {
  Eigen::Index row = 0;
  Eigen::Index column = 0;
  gate.cwiseAbs().maxCoeff(&row, &column);
  RealGate real;
  if (gate(row, column).imag() != 0) real.phase = std::arg(gate(row, column));
  const Matrix4 turned = std::polar(1.0, -real.phase) * gate;
  if (!(turned.imag().cwiseAbs().maxCoeff() <= tolerance)) return std::nullopt;
  real.matrix = turned.real();
  return real;
}

void append_rotation(ElementaryCircuit& out, int low, int high, const Eigen::Matrix4d& rotation) {
  const auto [on_low, on_high] = factors(rotation);
  add_rotation(out, low, on_low.before);
  add_rotation(out, high, on_high.before);
  out.add(Op::kCx, low, high);
  // The second angle of each factor lies on the other qubit: CX turns Y on low into YX, and Y on
  // high into ZY.
  add_rotation(out, low, on_high.turn);
  add_rotation(out, high, on_low.turn);
  out.add(Op::kCx, low, high);
  add_rotation(out, low, on_low.after);
  add_rotation(out, high, on_high.after);
  out.phase += on_low.phase + on_high.phase;
}

void append_gate(ElementaryCircuit& out, int low, int high, const Matrix4& gate, double tolerance) {
  const Cartan c = cartan(gate);
  const int count = cx_count(c.core, tolerance);
  if (count >= 2) {
    const auto real = as_real(gate, tolerance);
    if (real) {
      out.phase += real->phase;
      if (real->matrix.determinant() > 0) {
        append_rotation(out, low, high, real->matrix);
      } else if (count == 3) {
        append_reflection(out, low, high, real->matrix);
      } else {
        out.phase -= real->phase;
      }
      if (real->matrix.determinant() > 0 || count == 3) return;
    }
  }
  out.phase += c.phase;
  out.add_matrix(low, c.before.on_low);
  out.add_matrix(high, c.before.on_high);
  if (count == 1) append_quarter(out, low, high);
  if (count == 2) append_half(out, low, high, c.core[0], c.core[1]);
  if (count == 3) append_full(out, low, high, c.core);
  out.add_matrix(low, c.after.on_low);
  out.add_matrix(high, c.after.on_high);
}

}  // namespace sengen::circuits
