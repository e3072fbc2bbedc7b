// SPDX-License-Identifier: Apache-2.0
#include <sengen/circuits/euler.hpp>

#include <cmath>
#include <numbers>

namespace sengen::circuits {

namespace {

using std::numbers::pi;
// Entries below are rounding of a diagonal or antidiagonal gate.
constexpr double kRounding = 1e-15;

// angles[i] into (-pi, pi], the signs of the rotations into the phase.
void wrap(Euler& e) {
  int after = 0;
  int before = 0;
  e.after = wrapped_angle(e.after, &after);
  e.before = wrapped_angle(e.before, &before);
  e.phase = wrapped_angle(e.phase + pi * ((after + before) % 2));
}

}  // namespace

double wrapped_angle(double angle, int* turns) {
  const double count = std::ceil((angle - pi) / (2 * pi));
  double rest = angle - 2 * pi * count;
  if (rest <= -pi) rest = pi;
  if (rest > pi) rest = pi;
  if (turns != nullptr) *turns = static_cast<int>(std::lround((angle - rest) / (2 * pi)));
  return rest;
}

Matrix2 rotation_x(double angle) {
  const double c = std::cos(angle / 2);
  const Complex s(0, -std::sin(angle / 2));
  return (Matrix2() << c, s, s, c).finished();
}

Matrix2 rotation_y(double angle) {
  const double c = std::cos(angle / 2);
  const double s = std::sin(angle / 2);
  return (Matrix2() << c, -s, s, c).finished();
}

Matrix2 rotation_z(double angle) {
  const Complex factor = std::polar(1.0, angle / 2);
  return (Matrix2() << std::conj(factor), 0, 0, factor).finished();
}

Matrix2 pauli_x() { return (Matrix2() << 0, 1, 1, 0).finished(); }
Matrix2 pauli_y() { return (Matrix2() << 0, Complex(0, -1), Complex(0, 1), 0).finished(); }
Matrix2 pauli_z() { return (Matrix2() << 1, 0, 0, -1).finished(); }

Euler euler(const Matrix2& u) {
  const double cosine = std::hypot(std::abs(u(0, 0)), std::abs(u(1, 1)));
  const double sine = std::hypot(std::abs(u(0, 1)), std::abs(u(1, 0)));
  Euler e;
  // u00 = e^{i(phase - sum/2)} cos, u11 = e^{i(phase + sum/2)} cos,
  // u10 = e^{i(phase + difference/2)} sin, -u01 = e^{i(phase - difference/2)} sin.
  const double lower = std::arg(u(0, 0));
  const double upper = std::arg(u(1, 1));
  const double left = std::arg(-u(0, 1));
  double right = std::arg(u(1, 0));
  if (sine <= kRounding) {
    e.after = upper - lower;
    e.phase = (upper + lower) / 2;
  } else if (cosine <= kRounding) {
    e.turn = pi;
    e.after = right - left;
    e.phase = (right + left) / 2;
  } else {
    e.turn = 2 * std::atan2(sine, cosine);
    // The two ways to the phase agree up to pi: half a turn of the difference mends it. Where one
    // of the pairs is tiny its phase is noise and hardly matters: the other decides.
    const double by_diagonal = (upper + lower) / 2;
    const double by_rest = (right + left) / 2;
    if (std::cos(by_diagonal - by_rest) < 0) right += 2 * pi;
    const double sum = upper - lower;
    const double difference = right - left;
    e.phase = by_diagonal;
    if (sine > cosine) e.phase += std::remainder((right + left) / 2 - by_diagonal, 2 * pi);
    e.after = (sum + difference) / 2;
    e.before = (sum - difference) / 2;
  }
  wrap(e);
  return e;
}

Euler euler_signed(const Matrix2& u) {
  Euler e = euler(u);
  // Ry(-t) = Rz(pi) Ry(t) Rz(-pi).
  if (e.turn > 0 && e.turn < pi && std::abs(e.after) + std::abs(e.before) > pi) {
    e.turn = -e.turn;
    e.after += e.after > 0 ? -pi : pi;
    const double change = e.before > 0 ? -pi : pi;
    e.before += change;
    // Rz(a) Ry(t) Rz(b) = Rz(a -+ pi) [Rz(+-pi) Ry(t) Rz(+-pi)] Rz(b -+ pi); the bracket is
    // Ry(-t) for opposite signs and Rz(2 pi) = -1 times it for equal ones.
    const Euler plain = euler(u);
    if ((plain.after > 0) == (plain.before > 0)) e.phase = wrapped_angle(e.phase + pi);
  }
  return e;
}

Matrix2 matrix_of(const Euler& e) {
  return std::polar(1.0, e.phase) * rotation_z(e.after) * rotation_y(e.turn) * rotation_z(e.before);
}

}  // namespace sengen::circuits
