// SPDX-License-Identifier: Apache-2.0
#include <sengen/circuits/kak.hpp>

#include <cmath>
#include <limits>
#include <numbers>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <Eigen/Eigenvalues>

#include <sengen/circuits/euler.hpp>
#include <sengen/core/error.hpp>

#include "random_gates.hpp"

namespace sengen::circuits {
namespace {

using std::numbers::pi;

double distance(const Matrix4& a, const Matrix4& b) { return (a - b).cwiseAbs().maxCoeff(); }

bool in_chamber(const std::array<double, 3>& core) {
  const double slack = 1e-11;
  return core[0] <= pi / 4 + slack && core[0] >= core[1] - slack &&
         core[1] >= std::abs(core[2]) - slack;
}

double unitarity(const Matrix2& m) {
  return (m.adjoint() * m - Matrix2::Identity()).cwiseAbs().maxCoeff();
}

// The largest error of the decomposition of a gate.
double fault(const Matrix4& gate) {
  const Cartan c = cartan(gate);
  if (!in_chamber(c.core)) return 1;
  double worst = distance(matrix_of(c), gate);
  for (const Local* local : {&c.after, &c.before}) {
    worst = std::max({worst, unitarity(local->on_low), unitarity(local->on_high)});
  }
  return worst;
}

// exp(i angle H) of a random Hermitian matrix.
Matrix4 near_identity(RandomGates& random, double angle) {
  Matrix4 h;
  for (auto& entry : h.reshaped()) {
    const double real = random.normal();
    entry = Complex(real, random.normal());
  }
  const Eigen::SelfAdjointEigenSolver<Matrix4> solver(Matrix4(h + h.adjoint()));
  Eigen::Vector4cd values;
  for (int i = 0; i < 4; ++i) values(i) = std::polar(1.0, angle * solver.eigenvalues()(i));
  return solver.eigenvectors() * values.asDiagonal() * solver.eigenvectors().adjoint();
}

struct Class {
  std::string name;
  Matrix4 gate;
  int cx;
};

std::vector<Class> degenerate_classes() {
  std::vector<Class> all{{"identity", Matrix4::Identity(), 0},
                         {"minus identity", -Matrix4::Identity(), 0},
                         {"i", Complex(0, 1) * Matrix4::Identity(), 0},
                         {"cx", cx_low_to_high(), 1},
                         {"cx reversed", cx_high_to_low(), 1},
                         {"swap", swap_matrix(), 3},
                         {"iswap", core_matrix({pi / 4, pi / 4, 0}), 2},
                         {"sqrt iswap", core_matrix({pi / 8, pi / 8, 0}), 2},
                         {"sqrt swap", core_matrix({pi / 8, pi / 8, pi / 8}), 3},
                         {"sqrt swap reversed", core_matrix({pi / 8, pi / 8, -pi / 8}), 3},
                         {"b", core_matrix({pi / 4, pi / 8, 0}), 2}};
  Matrix4 cz = Matrix4::Identity();
  cz(3, 3) = -1;
  all.push_back({"cz", cz, 1});
  for (const double angle : {1e-3, 0.5, pi / 2, 3.0}) {
    Matrix4 phase = Matrix4::Identity();
    phase(3, 3) = std::polar(1.0, angle);
    all.push_back({"controlled phase", phase, 2});
  }
  Matrix4 diagonal = Matrix4::Identity();
  diagonal(1, 1) = -1;
  all.push_back({"diagonal", diagonal, 1});
  all.push_back({"double cx", cx_low_to_high() * cx_high_to_low(), 2});
  all.push_back({"x x", product(pauli_x(), pauli_x()), 0});
  all.push_back({"y z", product(pauli_y(), pauli_z()), 0});
  return all;
}

TEST(Euler, EveryUnitaryComesBack) {
  RandomGates random(1);
  for (int i = 0; i < 100000; ++i) {
    const Matrix2 u = random.unitary<2>();
    ASSERT_LT((matrix_of(euler(u)) - u).cwiseAbs().maxCoeff(), 4e-15);
    ASSERT_LT((matrix_of(euler_signed(u)) - u).cwiseAbs().maxCoeff(), 4e-15);
  }
}

TEST(Euler, DegenerateGatesComeBack) {
  RandomGates random(2);
  for (const double tiny : {0.0, 1e-300, 1e-17, 1e-15, 1e-12, 1e-8, 1e-4}) {
    for (const double base : {0.0, pi / 2, pi, -pi / 2, 2 * pi}) {
      for (int i = 0; i < 50; ++i) {
        const Matrix2 u = std::polar(1.0, 6 * random.uniform()) *
                          rotation_z(8 * random.uniform() - 4) * rotation_y(base + tiny) *
                          rotation_z(8 * random.uniform() - 4);
        ASSERT_LT((matrix_of(euler(u)) - u).cwiseAbs().maxCoeff(), 4e-15) << base << ' ' << tiny;
        ASSERT_LT((matrix_of(euler_signed(u)) - u).cwiseAbs().maxCoeff(), 4e-15);
      }
    }
  }
  for (const Matrix2& u : {pauli_x(), pauli_y(), pauli_z(), Matrix2(Matrix2::Identity())}) {
    EXPECT_LT((matrix_of(euler(u)) - u).cwiseAbs().maxCoeff(), 1e-15);
  }
  EXPECT_EQ(euler(pauli_z()).turn, 0);
  EXPECT_EQ(euler(pauli_x()).turn, pi);
}

TEST(Euler, RealRotationsNeedNoRz) {
  for (double angle = -3.1; angle < 3.1; angle += 0.05) {
    const Euler e = euler_signed(rotation_y(angle));
    EXPECT_NEAR(e.turn, angle, 1e-15);
    EXPECT_EQ(e.after, 0);
    EXPECT_EQ(e.before, 0);
    EXPECT_EQ(e.phase, 0);
  }
}

TEST(Cartan, HaarRandomGatesComeBack) {
  RandomGates random(3);
  double worst = 0;
  for (int i = 0; i < 100000; ++i) worst = std::max(worst, fault(random.unitary<4>()));
  RecordProperty("worst", std::to_string(worst * 1e15) + "e-15");
  EXPECT_LT(worst, 1e-13);
}

TEST(Cartan, DegenerateClassesComeBackWithTheirNumberOfCx) {
  RandomGates random(4);
  double worst = 0;
  for (const auto& [name, gate, cx] : degenerate_classes()) {
    EXPECT_LT(fault(gate), 1e-13) << name;
    EXPECT_EQ(cx_count(cartan(gate).core, 1e-13), cx) << name;
    for (int i = 0; i < 500; ++i) {
      const Matrix4 dressed = product(random.unitary<2>(), random.unitary<2>()) * gate *
                              product(random.unitary<2>(), random.unitary<2>());
      worst = std::max(worst, fault(dressed));
      EXPECT_EQ(cx_count(cartan(dressed).core, 1e-13), cx) << name;
    }
  }
  EXPECT_LT(worst, 1e-13);
}

TEST(Cartan, GatesNearDegenerateClassesComeBack) {
  RandomGates random(5);
  double worst = 0;
  for (const auto& [name, gate, cx] : degenerate_classes()) {
    for (int power = 3; power <= 16; ++power) {
      for (int i = 0; i < 20; ++i) {
        const Matrix4 near = near_identity(random, std::pow(10.0, -power));
        worst = std::max({worst, fault(near * gate), fault(gate * near)});
      }
    }
  }
  EXPECT_LT(worst, 1e-13);
}

TEST(Cartan, RealGatesOfDeterminantOneNeedTwoCx) {
  RandomGates random(6);
  double worst = 0;
  for (int i = 0; i < 5000; ++i) {
    const Matrix4 plus = random.orthogonal(1);
    const Matrix4 minus = random.orthogonal(-1);
    worst = std::max({worst, fault(plus), fault(minus)});
    ASSERT_LE(cx_count(cartan(plus).core, 1e-13), 2);
    ASSERT_LE(cx_count(cartan(minus * swap_matrix()).core, 1e-13), 2);
    ASSERT_EQ(cx_count(cartan(minus).core, 1e-13), 3);
  }
  EXPECT_LT(worst, 1e-13);
}

TEST(Cartan, NearlyUnitaryGatesComeBackAsNearAsTheyAre) {
  RandomGates random(7);
  for (int power = 9; power <= 15; ++power) {
    const double size = std::pow(10.0, -power);
    Matrix4 gate = random.unitary<4>();
    for (auto& entry : gate.reshaped()) entry += size * random.normal() * 0.1;
    EXPECT_LT(fault(gate), size + 1e-13);
  }
}

TEST(Cartan, WhatIsNotUnitaryIsRefused) {
  const auto kind_of = [](const Matrix4& gate) {
    try {
      static_cast<void>(cartan(gate));
    } catch (const Error& error) {
      return error.kind();
    }
    return ErrorKind::kInternal;
  };
  Matrix4 gate = Matrix4::Identity();
  gate(2, 3) = 1e-6;
  EXPECT_EQ(kind_of(gate), ErrorKind::kInput);
  EXPECT_EQ(kind_of(2 * Matrix4::Identity()), ErrorKind::kInput);
  EXPECT_EQ(kind_of(Matrix4::Zero()), ErrorKind::kInput);
  gate(2, 3) = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(kind_of(gate), ErrorKind::kInput);
  gate(2, 3) = std::numeric_limits<double>::infinity();
  EXPECT_EQ(kind_of(gate), ErrorKind::kInput);
}

TEST(Local, ProductsAreFoundAndOthersAreNot) {
  RandomGates random(8);
  for (int i = 0; i < 1000; ++i) {
    const Matrix4 gate = product(random.unitary<2>(), random.unitary<2>());
    const auto local = as_product(gate, 1e-14);
    ASSERT_TRUE(local);
    ASSERT_LT(unitarity(local->on_low) + unitarity(local->on_high), 1e-14);
  }
  EXPECT_FALSE(as_product(cx_low_to_high(), 1e-3));
  EXPECT_FALSE(as_product(swap_matrix(), 1e-3));
  EXPECT_FALSE(as_product(core_matrix({1e-9, 0, 0}), 1e-10));
}

}  // namespace
}  // namespace sengen::circuits
