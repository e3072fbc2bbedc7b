// SPDX-License-Identifier: Apache-2.0
#include <sengen/optimise/kinked_descent.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

#include <Eigen/Dense>

#include <sengen/core/error.hpp>
#include <sengen/optimise/order.hpp>
#include <sengen/optimise/variation.hpp>

namespace sengen::optimise {

namespace {

using Matrix = Eigen::MatrixXd;
using Vector = Eigen::VectorXd;

// Constants of the adaptation for n variables and batches of whole vector lanes.
struct Rates {
  explicit Rates(double n) {
    batch = 8 * static_cast<std::size_t>(std::ceil((4 + 3 * std::log(n)) / 8));
    const std::size_t parents = batch / 2;
    double sum = 0, squares = 0;
    for (std::size_t i = 0; i < parents; ++i) {
      weights.push_back(std::log(static_cast<double>(parents) + 0.5) -
                        std::log(static_cast<double>(i) + 1));
      sum += weights.back();
    }
    for (double& w : weights) {
      w /= sum;
      squares += w * w;
    }
    mass = 1 / squares;
    path = (4 + mass / n) / (n + 4 + 2 * mass / n);
    step = (mass + 2) / (n + mass + 5);
    damping = 1 + step + 2 * std::max(0.0, std::sqrt((mass - 1) / (n + 1)) - 1);
    one = 2 / ((n + 1.3) * (n + 1.3) + mass);
    many = std::min(1 - one, 2 * (mass - 2 + 1 / mass) / ((n + 2) * (n + 2) + mass));
    expected = std::sqrt(n) * (1 - 1 / (4 * n) + 1 / (21 * n * n));
  }
  std::size_t batch;
  std::vector<double> weights;
  double mass, path, step, damping, one, many, expected;
};

class Evolution {
 public:
  Evolution(const Problem& problem, std::span<const double> x, const KinkedOptions& options,
            FrontArchive* archive)
      : problem_(problem),
        options_(options),
        archive_(archive),
        x_(x.begin(), x.end()),
        draws_(options.seed) {
    const Box& box = problem.box();
    clamp_into(box, x_);
    for (std::size_t i = 0; i < box.size(); ++i) {
      if (!is_integer(box, i) && box.width(i) > 0) free_.push_back(i);
    }
    weights_.assign(problem.objectives() + problem.constraints(), 0);
  }

  DescentResult run() {
    evaluate(x_);
    if (free_.empty()) return std::move(result_);
    const auto n = static_cast<Eigen::Index>(free_.size());
    const Rates rates(static_cast<double>(n));
    mean_ = Vector(n);
    for (Eigen::Index k = 0; k < n; ++k) mean_[k] = coordinate(static_cast<std::size_t>(k));
    step_ = options_.first_step;
    shape_ = Matrix::Identity(n, n);
    path_ = step_path_ = Vector::Zero(n);
    std::int64_t last_raise = 0;
    while (result_.evaluations < options_.evaluations && step_ > options_.tolerance) {
      breed(rates);
      // A batch without a feasible point after long: constraints weigh too little.
      if (feasible_last_ > 0) last_raise = result_.evaluations;
      if (result_.evaluations - last_raise > 400) {
        for (double& w : weights_) w *= 10;
        last_raise = result_.evaluations;
      }
    }
    return std::move(result_);
  }

 private:
  double coordinate(std::size_t k) const {
    const Box& box = problem_.box();
    return (x_[free_[k]] - box.lower[free_[k]]) / box.width(free_[k]);
  }
  std::vector<double> point_at(const Vector& z) const {
    const Box& box = problem_.box();
    std::vector<double> x = x_;
    for (std::size_t k = 0; k < free_.size(); ++k) {
      double u = std::abs(z[static_cast<Eigen::Index>(k)]);
      if (u > 1) u = std::max(0.0, 2 - u);
      x[free_[k]] = std::min(box.lower[free_[k]] + u * box.width(free_[k]), box.upper[free_[k]]);
    }
    return x;
  }
  double lack(std::size_t j, std::span<const double> row) const {
    if (j >= problem_.objectives()) return std::max(0.0, -row[j]);
    return options_.limits.empty() ? 0 : std::max(0.0, row[j] - options_.limits[j]);
  }

  // Penalised values of rows of points.
  std::vector<double> evaluate(const std::vector<double>& points) {
    const std::size_t rows = points.size() / x_.size(), width = problem_.values();
    std::vector<double> values(rows * width), penalised;
    problem_.evaluate(points, values);
    result_.evaluations += static_cast<std::int64_t>(rows);
    if (archive_ != nullptr) archive_->add_rows(points, values, rows);
    feasible_last_ = 0;
    if (result_.values.empty()) weigh(std::span(values).first(width));
    for (std::size_t i = 0; i < rows; ++i) {
      const auto row = std::span(values).subspan(i * width, width);
      double sum = 0, total = row[options_.objective];
      for (std::size_t j = 0; j < width; ++j) {
        sum += lack(j, row);
        total += weights_[j] * lack(j, row);
      }
      penalised.push_back(std::isfinite(total) ? total : std::numeric_limits<double>::max());
      feasible_last_ += sum <= 0 ? 1 : 0;
      const bool feasible = sum <= 0;
      const bool better = feasible == result_.feasible
                              ? (feasible ? row[options_.objective] < best_ : total < best_)
                              : feasible;
      if (!better && !result_.values.empty()) continue;
      best_ = feasible ? row[options_.objective] : total;
      const auto x = std::span(points).subspan(i * x_.size(), x_.size());
      result_.x.assign(x.begin(), x.end());
      result_.values.assign(row.begin(), row.end());
      result_.feasible = feasible;
    }
    return penalised;
  }

  // First weights: a lack of a thousandth of a number's size costs a hundredth of the objective.
  void weigh(std::span<const double> row) {
    for (std::size_t j = 0; j < weights_.size(); ++j) {
      double size = std::abs(row[j]);
      if (j < problem_.objectives() && !options_.limits.empty() &&
          std::isfinite(options_.limits[j])) {
        size = std::abs(options_.limits[j]);
      }
      weights_[j] = 10 * (std::abs(row[options_.objective]) + 1e-12) / std::max(size, 1.0);
    }
  }

  void breed(const Rates& rates) {
    const Eigen::Index n = mean_.size();
    const Eigen::SelfAdjointEigenSolver<Matrix> axes(shape_);
    const Vector lengths = axes.eigenvalues().cwiseMax(1e-30).cwiseSqrt();
    std::vector<Vector> steps;
    std::vector<double> points;
    for (std::size_t i = 0; i < rates.batch; ++i) {
      Vector z(n);
      for (Eigen::Index k = 0; k < n; ++k) z[k] = draws_.normal();
      steps.push_back(axes.eigenvectors() * lengths.cwiseProduct(z));
      const auto x = point_at(mean_ + step_ * steps.back());
      points.insert(points.end(), x.begin(), x.end());
    }
    const auto values = evaluate(points);
    std::vector<std::size_t> order(rates.batch);
    std::iota(order.begin(), order.end(), std::size_t{0});
    sort_indices(order, [&](std::size_t a, std::size_t b) { return values[a] < values[b]; });
    Vector mean_step = Vector::Zero(n);
    Matrix scatter = Matrix::Zero(n, n);
    for (std::size_t i = 0; i < rates.weights.size(); ++i) {
      const Vector& step = steps[order[i]];
      mean_step += rates.weights[i] * step;
      scatter += rates.weights[i] * step * step.transpose();
    }
    mean_ = (mean_ + step_ * mean_step).cwiseMax(0).cwiseMin(1);
    const Vector white =
        axes.eigenvectors() * (axes.eigenvectors().transpose() * mean_step).cwiseQuotient(lengths);
    step_path_ = (1 - rates.step) * step_path_ +
                 std::sqrt(rates.step * (2 - rates.step) * rates.mass) * white;
    path_ = (1 - rates.path) * path_ +
            std::sqrt(rates.path * (2 - rates.path) * rates.mass) * mean_step;
    shape_ = (1 - rates.one - rates.many) * shape_ + rates.one * path_ * path_.transpose() +
             rates.many * scatter;
    step_ *= std::exp(rates.step / rates.damping * (step_path_.norm() / rates.expected - 1));
    step_ = std::min(step_, 0.3);
  }

  const Problem& problem_;
  const KinkedOptions& options_;
  FrontArchive* archive_;
  std::vector<double> x_;
  Draws draws_;
  std::vector<std::size_t> free_;
  std::vector<double> weights_;  // of the lacks: limits of objectives, constraints
  Vector mean_, path_, step_path_;
  Matrix shape_;
  double step_ = 0, best_ = std::numeric_limits<double>::infinity();
  std::size_t feasible_last_ = 0;
  DescentResult result_;
};

}  // namespace

DescentResult descend_kinked(const Problem& problem, std::span<const double> x,
                             const KinkedOptions& options, FrontArchive* archive) {
  if (x.size() != problem.box().size() || options.objective >= problem.objectives() ||
      (!options.limits.empty() && options.limits.size() != problem.objectives())) {
    throw Error(ErrorKind::kUsage, "a descent from a point, or with limits, of another length");
  }
  return Evolution(problem, x, options, archive).run();
}

}  // namespace sengen::optimise
