// SPDX-License-Identifier: Apache-2.0
#include <sengen/circuits/kak.hpp>

#include <cmath>
#include <numbers>
#include <utility>

#include <Eigen/LU>

#include <sengen/circuits/euler.hpp>
#include <sengen/core/error.hpp>
#include <sengen/linalg/square_svd.hpp>

namespace sengen::circuits {

namespace {

using std::numbers::pi;
using Real4 = Eigen::Matrix4d;
constexpr Complex kI(0, 1);
// A core within this of the face x = pi/4 counts as on it, whose sign of z is free.
constexpr double kFace = 1e-12;

// Columns: Bell states, on which XX, YY and ZZ are diagonal and products of SU(2) real.
const Matrix4& magic() {
  static const Matrix4 basis = [] {
    Matrix4 m = Matrix4::Zero();
    m(0, 0) = m(3, 0) = m(1, 2) = 1;
    m(2, 2) = -1;
    m(1, 1) = m(2, 1) = m(0, 3) = kI;
    m(3, 3) = -kI;
    return Matrix4(m / std::numbers::sqrt2);
  }();
  return basis;
}

// One rotation in the plane of p and q that makes both matrices most diagonal (Cardoso and
// Souloumiac 1996). Returns its sine.
double rotate_pair(Real4& a, Real4& b, Real4& vectors, int p, int q) {
  double on = 0;
  double off = 0;
  for (const Real4* m : {&a, &b}) {
    const double difference = (*m)(p, p) - (*m)(q, q);
    const double twice = 2 * (*m)(p, q);
    on += difference * difference - twice * twice;
    off += 2 * difference * twice;
  }
  const double angle = std::atan2(off, on) / 4;
  const double c = std::cos(angle);
  const double s = std::sin(angle);
  const auto turn_columns = [&](Real4& m) {
    const Eigen::Vector4d column = m.col(p);
    m.col(p) = c * column + s * m.col(q);
    m.col(q) = c * m.col(q) - s * column;
  };
  for (Real4* m : {&a, &b}) {
    turn_columns(*m);
    m->transposeInPlace();
    turn_columns(*m);
    m->transposeInPlace();
  }
  turn_columns(vectors);
  return std::abs(s);
}

// Orthogonal vectors that diagonalise two commuting symmetric matrices.
Real4 common_eigenvectors(Real4 a, Real4 b) {
  Real4 vectors = Real4::Identity();
  for (int sweep = 0; sweep < 50; ++sweep) {
    double largest = 0;
    for (int p = 0; p < 3; ++p) {
      for (int q = p + 1; q < 4; ++q) {
        // Below rounding there is nothing to gain, and equal eigenvalues would turn for ever.
        if (std::abs(a(p, q)) + std::abs(b(p, q)) < 4e-17) continue;
        largest = std::max(largest, rotate_pair(a, b, vectors, p, q));
      }
    }
    if (largest < 1e-15) break;
  }
  return vectors;
}

Matrix4 nearest_unitary(const Matrix4& gate) {
  check_unitary(gate, 1e-8, "the two-qubit gate");
  if ((gate.adjoint() * gate - Matrix4::Identity()).cwiseAbs().maxCoeff() < 1e-15) return gate;
  const linalg::SquareSvd<Matrix4> svd(gate, Eigen::ComputeFullU | Eigen::ComputeFullV);
  return svd.matrixU() * svd.matrixV().adjoint();
}

// core and locals as they are, before the chamber.
Cartan raw_cartan(const Matrix4& gate) {
  Cartan result;
  const double quarter = std::arg(gate.determinant()) / 4;
  const Matrix4 inner = magic().adjoint() * (std::polar(1.0, -quarter) * gate) * magic();
  const Matrix4 squared = inner.transpose() * inner;
  Real4 right = common_eigenvectors((squared.real() + squared.real().transpose()) / 2,
                                    (squared.imag() + squared.imag().transpose()) / 2);
  if (right.determinant() < 0) right.col(0) *= -1;
  Eigen::Vector4d angle;
  Matrix4 left = inner * right.cast<Complex>();
  const Matrix4 diagonal = right.transpose().cast<Complex>() * squared * right.cast<Complex>();
  for (int k = 0; k < 4; ++k) {
    angle(k) = std::arg(diagonal(k, k)) / 2;
    left.col(k) *= std::polar(1.0, -angle(k));
  }
  Real4 real_left = left.real();
  if (real_left.determinant() < 0) {
    real_left.col(0) *= -1;
    angle(0) += pi;
  }
  const double mean = angle.sum() / 4;
  result.phase = quarter + mean;
  result.core = {(angle(0) + angle(1) - angle(2) - angle(3)) / 4,
                 (angle(1) + angle(3) - angle(0) - angle(2)) / 4,
                 (angle(0) + angle(3) - angle(1) - angle(2)) / 4};
  result.after = split_product(magic() * real_left.cast<Complex>() * magic().adjoint());
  result.before = split_product(magic() * right.transpose().cast<Complex>() * magic().adjoint());
  return result;
}

Matrix2 pauli(int axis) { return axis == 0 ? pauli_x() : axis == 1 ? pauli_y() : pauli_z(); }

// exp(i t PP) = exp(i (t - pi/2) PP) (i PP).
void shift(Cartan& c, int axis, int quarters) {
  auto& value = c.core.at(static_cast<std::size_t>(axis));
  value -= quarters * (pi / 2);
  c.phase += quarters * (pi / 2);
  if (quarters % 2 == 0) return;
  c.before.on_low = pauli(axis) * c.before.on_low;
  c.before.on_high = pauli(axis) * c.before.on_high;
}

// Negates the two coordinates other than axis: conjugation by that Pauli on one qubit.
void flip(Cartan& c, int axis) {
  for (int other = 0; other < 3; ++other) {
    if (other != axis) c.core.at(static_cast<std::size_t>(other)) *= -1;
  }
  c.after.on_low = c.after.on_low * pauli(axis);
  c.before.on_low = pauli(axis) * c.before.on_low;
}

// Exchanges two coordinates: conjugation by a quarter turn about the third axis on both qubits.
void exchange(Cartan& c, int first, int second) {
  std::swap(c.core.at(static_cast<std::size_t>(first)),
            c.core.at(static_cast<std::size_t>(second)));
  const int axis = 3 - first - second;
  const Matrix2 turn = axis == 0   ? rotation_x(pi / 2)
                       : axis == 1 ? rotation_y(pi / 2)
                                   : rotation_z(pi / 2);
  for (auto part : {&Local::on_low, &Local::on_high}) {
    c.after.*part = c.after.*part * turn.adjoint();
    c.before.*part = turn * c.before.*part;
  }
}

void into_chamber(Cartan& c) {
  for (int axis = 0; axis < 3; ++axis) {
    const double value = c.core.at(static_cast<std::size_t>(axis));
    shift(c, axis, static_cast<int>(std::lround(value / (pi / 2))));
  }
  const auto size = [&](std::size_t axis) { return std::abs(c.core.at(axis)); };
  if (size(0) < size(1)) exchange(c, 0, 1);
  if (size(1) < size(2)) exchange(c, 1, 2);
  if (size(0) < size(1)) exchange(c, 0, 1);
  if (c.core[0] < 0) flip(c, c.core[1] < 0 ? 2 : 1);
  if (c.core[1] < 0) flip(c, 0);
  if (c.core[2] < 0 && c.core[0] > pi / 4 - kFace) {
    shift(c, 0, 1);
    flip(c, 1);
  }
}

}  // namespace

Cartan cartan(const Matrix4& gate) {
  Cartan result = raw_cartan(nearest_unitary(gate));
  into_chamber(result);
  result.phase = wrapped_angle(result.phase);
  if ((matrix_of(result) - gate).cwiseAbs().maxCoeff() > 1e-7) {
    throw Error(ErrorKind::kNumerics, "the Cartan decomposition of a two-qubit gate failed");
  }
  return result;
}

Matrix4 core_matrix(const std::array<double, 3>& core) {
  const auto [x, y, z] = core;
  // On span{00, 11} the generator is z + (x - y) X, on span{01, 10} it is -z + (x + y) X.
  const Complex even = std::polar(1.0, z);
  const Complex odd = std::polar(1.0, -z);
  Matrix4 m = Matrix4::Zero();
  m(0, 0) = m(3, 3) = even * std::cos(x - y);
  m(0, 3) = m(3, 0) = even * kI * std::sin(x - y);
  m(1, 1) = m(2, 2) = odd * std::cos(x + y);
  m(1, 2) = m(2, 1) = odd * kI * std::sin(x + y);
  return m;
}

Matrix4 matrix_of(const Cartan& c) {
  return std::polar(1.0, c.phase) * matrix_of(c.after) * core_matrix(c.core) * matrix_of(c.before);
}

int cx_count(const std::array<double, 3>& core, double tolerance) {
  if (std::abs(core[2]) > tolerance) return 3;
  if (core[1] > tolerance) return 2;
  if (core[0] <= tolerance) return 0;
  return core[0] >= pi / 4 - tolerance ? 1 : 2;
}

}  // namespace sengen::circuits
