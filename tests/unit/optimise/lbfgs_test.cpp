// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <functional>
#include <vector>

#include <gtest/gtest.h>

#include <sengen/optimise/lbfgs.hpp>

namespace {

using sengen::optimise::LbfgsResult;
using sengen::optimise::minimise_lbfgs;

// A function of flat space.
class Flat : public sengen::optimise::Objective {
 public:
  using Function = std::function<double(const std::vector<double>&, std::span<double>)>;
  Flat(std::vector<double> start, Function function)
      : x(std::move(start)), function_(std::move(function)) {}
  std::size_t size() const override { return x.size(); }
  double evaluate(std::span<const double> step, std::span<double> gradient) override {
    std::vector<double> at = x;
    for (std::size_t i = 0; i < at.size(); ++i) at[i] += step[i];
    return function_(at, gradient);
  }
  void move(std::span<const double> step) override {
    for (std::size_t i = 0; i < x.size(); ++i) x[i] += step[i];
  }
  std::vector<double> x;

 private:
  Function function_;
};

double rosenbrock(const std::vector<double>& x, std::span<double> gradient) {
  double sum = 0;
  std::fill(gradient.begin(), gradient.end(), 0.0);
  for (std::size_t i = 0; i + 1 < x.size(); ++i) {
    const double a = x[i + 1] - x[i] * x[i], b = 1 - x[i];
    sum += 100 * a * a + b * b;
    gradient[i] += -400 * a * x[i] - 2 * b;
    gradient[i + 1] += 200 * a;
  }
  return sum;
}

TEST(Lbfgs, FindsTheValleyOfRosenbrock) {
  Flat flat({-1.2, 1, -1.2, 1, -1.2, 1, -1.2, 1, -1.2, 1}, rosenbrock);
  const LbfgsResult result = minimise_lbfgs(flat, {.max_iterations = 500});
  EXPECT_LT(result.value, 1e-15);
  EXPECT_LE(result.largest_gradient, 1e-6);
  for (const double x : flat.x) EXPECT_NEAR(x, 1, 1e-7);
  EXPECT_LT(result.evaluations, 300);
}

TEST(Lbfgs, NeedsFewStepsForAQuadraticFunction) {
  const auto quadratic = [](const std::vector<double>& x, std::span<double> gradient) {
    double sum = 0;
    for (std::size_t i = 0; i < x.size(); ++i) {
      const double scale = std::pow(10.0, static_cast<double>(i) / 4);
      sum += 0.5 * scale * x[i] * x[i];
      gradient[i] = scale * x[i];
    }
    return sum;
  };
  Flat flat(std::vector<double>(12, 1.0), quadratic);
  const LbfgsResult result = minimise_lbfgs(flat, {.gradient_tolerance = 1e-8});
  EXPECT_LE(result.largest_gradient, 1e-8);
  EXPECT_LT(result.iterations, 150);
}

TEST(Lbfgs, NeverRises) {
  double last = 1e300;
  // Waves on a slope: many line searches meet a second minimum.
  const auto waves = [](const std::vector<double>& x, std::span<double> gradient) {
    gradient[0] = 0.02 * x[0] + 3 * std::cos(3 * x[0]);
    return 0.01 * x[0] * x[0] + std::sin(3 * x[0]);
  };
  for (int i = 0; i < 50; ++i) {
    Flat flat({-10 + 0.37 * i}, waves);
    std::vector<double> gradient(1);
    const double before = waves(flat.x, gradient);
    last = minimise_lbfgs(flat, {}).value;
    EXPECT_LE(last, before);
    EXPECT_NEAR(waves(flat.x, gradient), last, 1e-12);
    EXPECT_NEAR(gradient[0], 0, 1e-6);
  }
}

TEST(Lbfgs, EndsAtTheTargetWhenToldOrAtAMinimum) {
  Flat flat({-1.2, 1}, rosenbrock);
  EXPECT_LE(minimise_lbfgs(flat, {.target = 1}).value, 1);
  EXPECT_GT(std::abs(flat.x[0] - 1), 1e-3);
  int asked = 0;
  EXPECT_EQ(minimise_lbfgs(flat, {.should_stop = [&] { return ++asked > 2; }}).iterations, 2);
  Flat there({1, 1}, rosenbrock);
  EXPECT_EQ(minimise_lbfgs(there, {}).iterations, 0);
}

}  // namespace
