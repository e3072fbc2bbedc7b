// SPDX-License-Identifier: Apache-2.0
#include <sengen/optimise/cma_distribution.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include <Eigen/Eigenvalues>

namespace sengen::optimise {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

CmaDistribution::CmaDistribution(VectorXd mean, const VectorXd& deviations, std::size_t offspring)
    : size_(mean.size()), mean_(std::move(mean)), step_(deviations.maxCoeff()) {
  lengths_ = deviations / step_;
  axes_ = MatrixXd::Identity(size_, size_);
  covariance_ = lengths_.cwiseAbs2().asDiagonal();
  path_ = VectorXd::Zero(size_);
  step_path_ = VectorXd::Zero(size_);
  set_weights(offspring);
  set_rates();
}

// Equations 49 to 53: the weights before the negative ones are scaled.
void CmaDistribution::set_weights(std::size_t offspring) {
  const auto count = static_cast<Index>(offspring);
  weights_.resize(count);
  const double middle = std::log((static_cast<double>(offspring) + 1) / 2);
  for (Index i = 0; i < count; ++i) weights_(i) = middle - std::log(static_cast<double>(i + 1));
  parents_ = (weights_.array() > 0).count();
  const auto best = weights_.head(parents_);
  effective_ = best.sum() * best.sum() / best.squaredNorm();
}

// Equations 54 to 58 and table 1.
void CmaDistribution::set_rates() {
  const auto n = static_cast<double>(size_);
  const double mu = effective_;
  rate_path_ = (4 + mu / n) / (n + 4 + 2 * mu / n);
  rate_one_ = 2 / ((n + 1.3) * (n + 1.3) + mu);
  rate_mu_ = std::min(1 - rate_one_, 2 * (0.25 + mu + 1 / mu - 2) / ((n + 2) * (n + 2) + mu));
  rate_step_ = (mu + 2) / (n + mu + 5);
  damping_ = 1 + 2 * std::max(0.0, std::sqrt((mu - 1) / (n + 1)) - 1) + rate_step_;
  expected_length_ = std::sqrt(n) * (1 - 1 / (4 * n) + 1 / (21 * n * n));

  auto best = weights_.head(parents_);
  best /= best.sum();
  auto worse = weights_.tail(weights_.size() - parents_);
  const double sum = -worse.sum();
  const double worse_effective = sum * sum / worse.squaredNorm();
  const double most = std::min({1 + rate_one_ / rate_mu_, 1 + 2 * worse_effective / (mu + 2),
                                (1 - rate_one_ - rate_mu_) / (n * rate_mu_)});
  if (sum > 0) worse *= std::max(most, 0.0) / sum;
}

VectorXd CmaDistribution::draw(Draws& draws) const {
  VectorXd normal(size_);
  for (Index i = 0; i < size_; ++i) normal(i) = draws.normal() * lengths_(i);
  return mean_ + step_ * (axes_ * normal);
}

void CmaDistribution::learn(const MatrixXd& points) {
  ++generation_;
  const MatrixXd steps = (points.colwise() - mean_) / step_;
  const VectorXd move = steps.leftCols(parents_) * weights_.head(parents_);
  mean_ += step_ * move;

  const VectorXd whitened =
      axes_ * (axes_.transpose() * move).cwiseQuotient(lengths_);  // C^-1/2 move
  step_path_ = (1 - rate_step_) * step_path_ +
               std::sqrt(rate_step_ * (2 - rate_step_) * effective_) * whitened;
  const double length = step_path_.norm();
  // A path that grows fast at first is no reason to stretch the covariance along it.
  const double grown =
      std::sqrt(1 - std::pow(1 - rate_step_, 2 * static_cast<double>(generation_ + 1)));
  const bool is_steady =
      length / grown < (1.4 + 2 / (static_cast<double>(size_) + 1)) * expected_length_;
  path_ *= 1 - rate_path_;
  if (is_steady) path_ += std::sqrt(rate_path_ * (2 - rate_path_) * effective_) * move;

  update_covariance(steps, is_steady);
  step_ *= std::exp(std::min(1.0, rate_step_ / damping_ * (length / expected_length_ - 1)));
  const double lazy = 1 / (10 * static_cast<double>(size_) * (rate_one_ + rate_mu_));
  if (static_cast<double>(generation_ - decomposed_) > lazy) decompose();
}

void CmaDistribution::update_covariance(const MatrixXd& steps, bool is_steady) {
  VectorXd scaled = weights_;
  for (Index i = parents_; i < scaled.size(); ++i) {
    const VectorXd white = (axes_.transpose() * steps.col(i)).cwiseQuotient(lengths_);
    scaled(i) *= static_cast<double>(size_) / std::max(white.squaredNorm(), 1e-300);
  }
  const double loss = is_steady ? 0 : rate_path_ * (2 - rate_path_);
  covariance_ *= 1 + rate_one_ * loss - rate_one_ - rate_mu_ * weights_.sum();
  covariance_.noalias() += rate_one_ * path_ * path_.transpose();
  covariance_.noalias() += rate_mu_ * steps * scaled.asDiagonal() * steps.transpose();
}

void CmaDistribution::decompose() {
  decomposed_ = generation_;
  is_sound_ = covariance_.allFinite();
  if (!is_sound_) return;
  const MatrixXd symmetric = 0.5 * (covariance_ + covariance_.transpose());
  covariance_ = symmetric;
  const Eigen::SelfAdjointEigenSolver<MatrixXd> solver(covariance_);
  is_sound_ = solver.info() == Eigen::Success && solver.eigenvalues().minCoeff() > 0;
  if (!is_sound_) return;
  axes_ = solver.eigenvectors();
  lengths_ = solver.eigenvalues().cwiseSqrt();
}

void CmaDistribution::widen() { step_ *= std::exp(0.2 + rate_step_ / damping_); }

void CmaDistribution::limit_deviation(double most) {
  const double widest = step_ * std::sqrt(covariance_.diagonal().maxCoeff());
  if (widest > most) step_ *= most / widest;
}

double CmaDistribution::condition() const {
  if (!is_sound_ || !std::isfinite(step_)) return std::numeric_limits<double>::infinity();
  const double ratio = lengths_.maxCoeff() / lengths_.minCoeff();
  return ratio * ratio;
}

}  // namespace sengen::optimise
