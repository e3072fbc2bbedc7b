// SPDX-License-Identifier: Apache-2.0
// The normal distribution of CMA-ES and how it learns from points sorted by value: Hansen, The CMA
// Evolution Strategy: A Tutorial, arXiv:1604.00772 (2023), with its constants: recombination with
// active (negative) weights, cumulative step-size adaptation, rank-one and rank-mu update of the
// covariance, whose eigenvectors are found only when it has changed enough.
#pragma once

#include <cstdint>

#include <Eigen/Core>

#include <sengen/optimise/draws.hpp>

namespace sengen::optimise {

class CmaDistribution {
 public:
  // deviations: of each coordinate at first, > 0; offspring: points of a generation, >= 4.
  CmaDistribution(Eigen::VectorXd mean, const Eigen::VectorXd& deviations, std::size_t offspring);

  // A point of the distribution.
  Eigen::VectorXd draw(Draws& draws) const;
  // points: those of a generation, in columns, the best first. They need not be drawn as they are.
  void learn(const Eigen::MatrixXd& points);
  // Widens the steps: for values that are all equal.
  void widen();
  // Narrows the steps where a coordinate's deviation is larger than this.
  void limit_deviation(double most);

  const Eigen::VectorXd& mean() const noexcept { return mean_; }
  double step() const noexcept { return step_; }
  // Of coordinate i.
  double deviation(Eigen::Index i) const { return step_ * std::sqrt(covariance_(i, i)); }
  double path(Eigen::Index i) const { return step_ * path_(i); }
  // Axes of the distribution and their lengths, without step().
  const Eigen::MatrixXd& axes() const noexcept { return axes_; }
  const Eigen::VectorXd& lengths() const noexcept { return lengths_; }
  // Of the covariance; infinite when it is not positive or not a number.
  double condition() const;

 private:
  void set_weights(std::size_t offspring);
  void set_rates();
  void update_covariance(const Eigen::MatrixXd& steps, bool is_steady);
  void decompose();

  Eigen::Index size_;
  Eigen::VectorXd mean_;
  double step_;
  Eigen::MatrixXd covariance_;
  Eigen::MatrixXd axes_;
  Eigen::VectorXd lengths_;
  Eigen::VectorXd path_;       // p_c
  Eigen::VectorXd step_path_;  // p_sigma
  Eigen::VectorXd weights_;    // of all points, the worse ones negative
  Eigen::Index parents_ = 0;   // mu: weights that are positive
  double effective_ = 0;       // mu_eff
  double rate_one_ = 0, rate_mu_ = 0, rate_path_ = 0, rate_step_ = 0, damping_ = 0;
  double expected_length_ = 0;  // of a normal vector
  std::int64_t generation_ = 0;
  std::int64_t decomposed_ = 0;  // generation of axes_
  bool is_sound_ = true;
};

}  // namespace sengen::optimise
