// SPDX-License-Identifier: Apache-2.0
#include <sengen/solvers/lattice_boltzmann/kernel.hpp>

#include <array>
#include <cmath>
#include <random>
#include <vector>

#include <gtest/gtest.h>

#include <sengen/solvers/lattice_boltzmann/lattice.hpp>
#include <sengen/solvers/lattice_boltzmann/populations.hpp>

namespace sengen::lattice_boltzmann {
namespace {

// One row of random populations near rest, collided in the given runs.
template <typename Real>
class Row {
 public:
  Row(Index nx, double force) : nx_(nx), in_(9 * size()), out_(9 * size(), Real(7)) {
    std::mt19937 generator(1);
    std::uniform_real_distribution<double> noise(-0.01, 0.01);
    for (Real& value : in_) value = static_cast<Real>(noise(generator));
    for (Index x = 0; x < nx; ++x) {
      half_even_.push_back(static_cast<Real>(0.9 - 0.001 * static_cast<double>(x)));
      half_odd_.push_back(static_cast<Real>(0.6 + 0.001 * static_cast<double>(x)));
    }
    task_.force_x = static_cast<Real>(force);
    task_.force_y = static_cast<Real>(-0.5 * force);
  }
  const std::vector<Real>& collide(const std::vector<Run>& runs) {
    for (std::size_t i = 0; i < 9; ++i) {
      task_.in[i] = in_.data() + i * size();
      task_.out[i] = out_.data() + i * size();
    }
    task_.half_even = half_even_.data();
    task_.half_odd = half_odd_.data();
    task_.runs = runs;
    collide_row(task_);
    return out_;
  }
  CellPopulations in(Index x) const { return cell(in_, x); }
  CellPopulations out(Index x) const { return cell(out_, x); }
  std::size_t size() const { return static_cast<std::size_t>(nx_); }
  const RowTask<Real>& task() const { return task_; }

 private:
  CellPopulations cell(const std::vector<Real>& from, Index x) const {
    CellPopulations g{};
    for (std::size_t i = 0; i < 9; ++i) {
      g[i] = static_cast<double>(from[i * size() + static_cast<std::size_t>(x)]);
    }
    return g;
  }
  Index nx_;
  std::vector<Real> in_, out_, half_even_, half_odd_;
  RowTask<Real> task_;
};

template <typename Real>
class Kernel : public testing::Test {};
using Reals = testing::Types<float, double>;
TYPED_TEST_SUITE(Kernel, Reals);

TYPED_TEST(Kernel, GivesACellTheSameBitsWhereverItStandsInAVector) {
  for (const double force : {0.0, 1e-3}) {
    Row<TypeParam> whole(67, force);
    Row<TypeParam> single(67, force);
    std::vector<Run> cells;
    for (Index x = 0; x < 67; ++x) cells.push_back({x, x + 1});
    EXPECT_EQ(whole.collide({{0, 67}}), single.collide(cells));
  }
}

TYPED_TEST(Kernel, TouchesNoCellOutsideItsRuns) {
  Row<TypeParam> row(50, 1e-3);
  row.collide({{3, 20}, {22, 23}});
  for (const Index x : {0, 1, 2, 20, 21, 23, 24, 49}) {
    for (const double value : row.out(x)) EXPECT_EQ(value, 7) << "cell " << x;
  }
  EXPECT_NE(row.out(3)[1], 7);
}

TYPED_TEST(Kernel, KeepsMassAndAddsTheForceToMomentum) {
  const double tolerance = sizeof(TypeParam) == 4 ? 1e-7 : 1e-15;
  Row<TypeParam> row(33, 2e-3);
  row.collide({{0, 33}});
  for (Index x = 0; x < 33; ++x) {
    const Macroscopic before = moments(row.in(x), 0, 0);
    const Macroscopic after = moments(row.out(x), 0, 0);
    EXPECT_NEAR(after.rho, before.rho, tolerance);
    EXPECT_NEAR(after.rho * after.u - before.rho * before.u, 2e-3, tolerance);
    EXPECT_NEAR(after.rho * after.v - before.rho * before.v, -1e-3, tolerance);
  }
}

TYPED_TEST(Kernel, IsTheTwoRelaxationTimeCollisionWrittenPlainly) {
  const double fx = 1e-3, fy = -5e-4;
  Row<TypeParam> row(40, fx);
  row.collide({{0, 40}});
  for (const Index x : {0, 7, 39}) {
    const CellPopulations g = row.in(x);
    const Macroscopic m = moments(g, fx, fy);
    const CellPopulations eq = equilibrium(m);
    const double even = 2 * (0.9 - 0.001 * static_cast<double>(x));
    const double odd = 2 * (0.6 + 0.001 * static_cast<double>(x));
    for (std::size_t i = 0; i < 9; ++i) {
      const auto o = static_cast<std::size_t>(kOpposite[i]);
      const double cf = kCx[i] * fx + kCy[i] * fy;
      const double cu = kCx[i] * m.u + kCy[i] * m.v;
      const double push_even = kWeight[i] * (9 * cu * cf - 3 * (m.u * fx + m.v * fy));
      const double expected = g[i] - even * 0.5 * (g[i] + g[o] - eq[i] - eq[o]) -
                              odd * 0.5 * (g[i] - g[o] - eq[i] + eq[o]) +
                              (1 - even / 2) * push_even + (1 - odd / 2) * 3 * kWeight[i] * cf;
      EXPECT_NEAR(row.out(x)[i], expected, sizeof(TypeParam) == 4 ? 3e-8 : 1e-16);
    }
  }
}

TEST(Lattice, HasTheMomentsOfTheEquationsOfFlow) {
  double sum = 0, xx = 0, xxyy = 0;
  for (std::size_t i = 0; i < kDirections; ++i) {
    const auto o = static_cast<std::size_t>(kOpposite[i]);
    EXPECT_EQ(kCx[i], -kCx[o]);
    EXPECT_EQ(kCy[i], -kCy[o]);
    EXPECT_EQ(kCx[i], -kCx[static_cast<std::size_t>(kMirrorX[i])]);
    EXPECT_EQ(kCy[i], kCy[static_cast<std::size_t>(kMirrorX[i])]);
    EXPECT_EQ(kCx[i], kCx[static_cast<std::size_t>(kMirrorY[i])]);
    EXPECT_EQ(kCy[i], -kCy[static_cast<std::size_t>(kMirrorY[i])]);
    sum += kWeight[i];
    xx += kWeight[i] * kCx[i] * kCx[i];
    xxyy += kWeight[i] * kCx[i] * kCx[i] * kCy[i] * kCy[i];
  }
  EXPECT_NEAR(sum, 1, 1e-15);
  EXPECT_NEAR(xx, 1.0 / 3, 1e-15);
  EXPECT_NEAR(xxyy, 1.0 / 9, 1e-15);
  const Macroscopic m = moments(equilibrium({1.1, 0.05, -0.03}), 0, 0);
  EXPECT_NEAR(m.rho, 1.1, 1e-15);
  EXPECT_NEAR(m.u, 0.05, 1e-15);
  EXPECT_NEAR(m.v, -0.03, 1e-15);
}

TEST(Populations, MeanTheSameInBothMeaningsOfASlot) {
  Populations<float> populations(20, 5);
  for (int pass = 0; pass < 2; ++pass, populations.swap_meaning()) {
    std::vector<float*> slots;
    for (Index y = 0; y < 5; ++y) {
      for (Index x = 0; x < 20; ++x) {
        for (int i = 0; i < kDirections; ++i) {
          const auto k = static_cast<std::size_t>(i);
          slots.push_back(populations.incoming(i, y, x));
          EXPECT_EQ(slots.back(), populations.outgoing(i, y - kCy[k], x - kCx[k]));
        }
      }
    }
    std::sort(slots.begin(), slots.end());
    EXPECT_EQ(std::adjacent_find(slots.begin(), slots.end()), slots.end()) << "a slot is shared";
  }
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(populations.row(3, 2)) % 64, 0U);
}

}  // namespace
}  // namespace sengen::lattice_boltzmann
