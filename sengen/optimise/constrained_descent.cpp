// SPDX-License-Identifier: Apache-2.0
#include <sengen/optimise/constrained_descent.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include <Eigen/Dense>

#include <sengen/core/error.hpp>
#include <sengen/optimise/variation.hpp>

namespace sengen::optimise {

namespace {

using Matrix = Eigen::MatrixXd;
using Vector = Eigen::VectorXd;

// min 1/2 l'Hl - c'l over l >= 0.
Vector least_nonnegative(const Matrix& h, const Vector& c) {
  const Eigen::Index m = c.size();
  Vector l = Vector::Zero(m);
  std::vector<Eigen::Index> passive;
  const double tolerance = 1e-12 * (1 + c.cwiseAbs().maxCoeff());
  for (Eigen::Index round = 0; round < 10 * m; ++round) {
    const Vector w = c - h * l;
    Eigen::Index enters = -1;
    for (Eigen::Index i = 0; i < m; ++i) {
      const bool is_passive = std::find(passive.begin(), passive.end(), i) != passive.end();
      if (!is_passive && w[i] > tolerance && (enters < 0 || w[i] > w[enters])) enters = i;
    }
    if (enters < 0) break;
    passive.push_back(enters);
    while (!passive.empty()) {
      const Vector s = Matrix(h(passive, passive)).ldlt().solve(Vector(c(passive)));
      double step = 1;
      Eigen::Index leaves = -1;
      for (std::size_t k = 0; k < passive.size(); ++k) {
        const double now = l[passive[k]], then = s[static_cast<Eigen::Index>(k)];
        if (then > 0 || now / (now - then) >= step) continue;
        step = now / (now - then);
        leaves = passive[k];
      }
      for (std::size_t k = 0; k < passive.size(); ++k) {
        l[passive[k]] += step * (s[static_cast<Eigen::Index>(k)] - l[passive[k]]);
      }
      if (leaves >= 0) l[leaves] = 0;
      if (leaves < 0) break;
      std::erase_if(passive, [&](Eigen::Index i) { return l[i] <= 0; });
    }
  }
  return l;
}

}  // namespace

std::vector<double> solve_quadratic(std::span<const double> curvature,
                                    std::span<const double> slope, std::span<const double> rows,
                                    std::span<const double> bounds,
                                    std::vector<double>& multipliers) {
  using RowMatrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  const auto n = static_cast<Eigen::Index>(slope.size());
  const auto m = static_cast<Eigen::Index>(bounds.size());
  if (rows.size() != slope.size() * bounds.size() ||
      curvature.size() != slope.size() * slope.size()) {
    throw Error(ErrorKind::kUsage, "a quadratic programme whose parts are of different sizes");
  }
  const Eigen::Map<const RowMatrix> a(rows.data(), m, n), b(curvature.data(), n, n);
  const Eigen::Map<const Vector> g(slope.data(), n), least(bounds.data(), m);
  const Eigen::LLT<Matrix> factor{Matrix(b)};
  Vector l = Vector::Zero(m);
  if (m > 0) {
    Matrix h = a * factor.solve(Matrix(a.transpose()));
    const double ridge = 1e-10 * h.diagonal().maxCoeff() + 1e-300;
    h.diagonal().array() += ridge;
    const Vector lack = least + a * factor.solve(Vector(g));
    // Three steps of the proximal method: what the ridge did is undone where a solution exists.
    for (int i = 0; i < 3; ++i) l = least_nonnegative(h, lack + ridge * l);
  }
  const Vector d = factor.solve(Vector(a.transpose() * l - g));
  multipliers.assign(l.data(), l.data() + m);
  return {d.data(), d.data() + n};
}

namespace {

// One descent. Coordinates are those of the free variables in widths of the box; lacks and slopes
// are of the constraints and of the limits.
class Descent {
 public:
  Descent(const Problem& problem, std::span<const double> x, const DescentOptions& options,
          FrontArchive* archive)
      : problem_(problem), options_(options), archive_(archive), x_(x.begin(), x.end()) {
    const Box& box = problem.box();
    clamp_into(box, x_);
    for (std::size_t i = 0; i < box.size(); ++i) {
      if (!is_integer(box, i) && box.width(i) > 0) free_.push_back(i);
    }
    for (std::size_t k = 0; k < options.limits.size(); ++k) {
      if (std::isfinite(options.limits[k])) limited_.push_back(k);
    }
    n_ = free_.size();
    m_ = limited_.size() + problem.constraints();
    result_.x = x_;
  }

  DescentResult run() {
    differentiate();
    curvature_ = Matrix::Identity(size(n_), size(n_));
    weights_.assign(m_, 0);
    int failures = 0;
    double radius = options_.largest_step;
    for (int i = 0; i < options_.max_iterations && n_ > 0; ++i) {
      const Vector step = best_step(radius);
      const double length = step.cwiseAbs().maxCoeff();
      if (!std::isfinite(length)) break;
      const double taken = search(step);
      if (taken <= 0 || taken * length < options_.tolerance) {
        // A curvature that has gone wrong is forgotten, once.
        if (++failures > 1) break;
        curvature_.setIdentity();
        is_fresh_ = true;
        radius = std::max(1e-6, 0.1 * radius);
        continue;
      }
      failures = 0;
      radius = taken >= 1 ? std::min(2 * radius, options_.largest_step)
                          : std::max(2 * taken * length, 1e-6);
      learn(taken * step);
    }
    return std::move(result_);
  }

 private:
  static Eigen::Index size(std::size_t n) { return static_cast<Eigen::Index>(n); }
  double coordinate(std::size_t k) const {
    const Box& box = problem_.box();
    return (x_[free_[k]] - box.lower[free_[k]]) / box.width(free_[k]);
  }
  std::vector<double> moved(const Vector& step) const {
    const Box& box = problem_.box();
    std::vector<double> x = x_;
    for (std::size_t k = 0; k < n_; ++k) {
      const std::size_t i = free_[k];
      x[i] = std::clamp(x[i] + step[size(k)] * box.width(i), box.lower[i], box.upper[i]);
    }
    return x;
  }
  // The objective, then limits and constraints, of a row of values.
  std::vector<double> parts(std::span<const double> row) const {
    std::vector<double> result = {row[options_.objective]};
    for (const std::size_t k : limited_) result.push_back(options_.limits[k] - row[k]);
    const auto constraints = row.subspan(problem_.objectives());
    result.insert(result.end(), constraints.begin(), constraints.end());
    return result;
  }
  // Parts of every row; what is feasible is kept.
  std::vector<std::vector<double>> evaluate(const std::vector<double>& points) {
    const std::size_t rows = points.size() / x_.size(), width = problem_.values();
    std::vector<double> values(rows * width);
    problem_.evaluate(points, values);
    result_.evaluations += static_cast<std::int64_t>(rows);
    if (archive_ != nullptr) archive_->add_rows(points, values, rows);
    std::vector<std::vector<double>> all;
    for (std::size_t i = 0; i < rows; ++i) {
      const auto row = std::span(values).subspan(i * width, width);
      all.push_back(parts(row));
      const auto& part = all.back();
      const bool feasible =
          std::all_of(part.begin() + 1, part.end(), [](double c) { return c >= 0; });
      double lacks = 0;
      for (std::size_t j = 1; j < part.size(); ++j) lacks += std::max(0.0, -part[j]);
      const bool better =
          feasible ? !result_.feasible || part[0] < best_ : !result_.feasible && lacks < best_;
      if (better || result_.values.empty()) {
        best_ = feasible ? part[0] : lacks;
        const auto x = std::span(points).subspan(i * x_.size(), x_.size());
        result_.x.assign(x.begin(), x.end());
        result_.values.assign(row.begin(), row.end());
        result_.feasible = feasible;
      }
    }
    return all;
  }

  // Parts and their slopes at x.
  void differentiate() {
    std::vector<double> points = x_, across;
    for (std::size_t k = 0; k < n_; ++k) {
      double from = 0;
      for (const double sign : {-1.0, 1.0}) {
        const auto x = moved(sign * options_.difference * Vector::Unit(size(n_), size(k)));
        points.insert(points.end(), x.begin(), x.end());
        if (sign < 0)
          from = x[free_[k]];
        else
          across.push_back((x[free_[k]] - from) / problem_.box().width(free_[k]));
      }
    }
    const auto all = evaluate(points);
    here_ = all[0];
    slopes_ = Matrix::Zero(size(m_ + 1), size(n_));
    for (std::size_t k = 0; k < n_; ++k) {
      for (std::size_t j = 0; j <= m_; ++j) {
        slopes_(size(j), size(k)) = (all[2 * k + 2][j] - all[2 * k + 1][j]) / across[k];
      }
    }
  }

  Vector best_step(double radius) {
    // So far within a constraint, in widths, that rounding does not leave it.
    constexpr double kMargin = 1e-11;
    using RowMatrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
    const auto rows = size(m_ + 2 * n_);
    RowMatrix a = RowMatrix::Zero(rows, size(n_));
    std::vector<double> bounds(static_cast<std::size_t>(rows)), scales(m_, 1);
    for (std::size_t j = 0; j < m_; ++j) {
      const double norm = slopes_.row(size(j + 1)).norm();
      if (norm > 0 && std::isfinite(norm)) scales[j] = norm;
      a.row(size(j)) = slopes_.row(size(j + 1)) / scales[j];
      // What lies far within cannot bind.
      bounds[j] = kMargin - here_[j + 1] / scales[j];
    }
    for (std::size_t k = 0; k < n_; ++k) {
      const std::size_t j = m_ + 2 * k;
      a(size(j), size(k)) = 1;
      bounds[j] = -std::min(coordinate(k), radius);
      a(size(j + 1), size(k)) = -1;
      bounds[j + 1] = -std::min(1 - coordinate(k), radius);
    }
    const RowMatrix curvature = curvature_;
    const Vector slope = slopes_.row(0);
    std::vector<double> multipliers;
    const auto count = [](const auto& of) { return static_cast<std::size_t>(of.size()); };
    const auto d =
        solve_quadratic({curvature.data(), count(curvature)}, {slope.data(), count(slope)},
                        {a.data(), count(a)}, bounds, multipliers);
    multipliers_.assign(m_, 0);
    for (std::size_t j = 0; j < m_; ++j) {
      multipliers_[j] = multipliers[j] / scales[j];
      weights_[j] = std::max(2 * multipliers_[j], 0.5 * (weights_[j] + 2 * multipliers_[j]));
    }
    return Eigen::Map<const Vector>(d.data(), size(n_));
  }

  double lack(const std::vector<double>& part) const {
    double sum = 0;
    for (std::size_t j = 0; j < m_; ++j) sum += weights_[j] * std::max(0.0, -part[j + 1]);
    return sum;
  }
  double merit(const std::vector<double>& part) const {
    const double sum = part[0] + lack(part);
    return std::isfinite(sum) ? sum : std::numeric_limits<double>::infinity();
  }

  // The best of step lengths 1, 1/2, 1/4, ...; 0 where none is better than none. Along a curved
  // constraint the merit may rise by rounding while the whole step brings the point back to it.
  double search(const Vector& step) {
    constexpr int kLengths = 8;
    std::vector<double> points;
    double length = 1;
    for (int i = 0; i < kLengths; ++i, length *= i < 4 ? 0.5 : 0.125) {
      const auto x = moved(length * step);
      points.insert(points.end(), x.begin(), x.end());
    }
    const auto all = evaluate(points);
    double best = merit(here_), taken = 0;
    length = 1;
    for (int i = 0; i < kLengths; ++i, length *= i < 4 ? 0.5 : 0.125) {
      const double value = merit(all[static_cast<std::size_t>(i)]);
      if (value < best) best = value, taken = length;
    }
    const double slack = 1e-7 * (1 + std::abs(here_[0]));
    if (taken < 1 && lack(all[0]) < 0.3 * lack(here_) && merit(all[0]) < merit(here_) + slack) {
      return 1;
    }
    return taken;
  }

  // Moves, and learns the curvature of the Lagrangian from how its slope has changed.
  void learn(const Vector& step) {
    const auto slope_of_lagrangian = [&] {
      Vector slope = slopes_.row(0);
      for (std::size_t j = 0; j < m_; ++j) slope -= multipliers_[j] * slopes_.row(size(j + 1));
      return slope;
    };
    const Vector before = slope_of_lagrangian();
    x_ = moved(step);
    differentiate();
    Vector change = slope_of_lagrangian() - before;
    if (!change.allFinite()) return;
    if (is_fresh_ && step.dot(change) > 0) {
      curvature_ *= change.squaredNorm() / step.dot(change);
      is_fresh_ = false;
    }
    const Vector bent = curvature_ * step;
    const double by_curvature = step.dot(bent), by_change = step.dot(change);
    if (by_curvature <= 0) return;
    if (by_change < 0.2 * by_curvature) {
      const double share = 0.8 * by_curvature / (by_curvature - by_change);
      change = share * change + (1 - share) * bent;
    }
    curvature_ +=
        change * change.transpose() / step.dot(change) - bent * bent.transpose() / by_curvature;
  }

  const Problem& problem_;
  const DescentOptions& options_;
  FrontArchive* archive_;
  std::vector<double> x_;
  std::vector<std::size_t> free_, limited_;
  std::size_t n_ = 0, m_ = 0;
  std::vector<double> here_;  // parts at x
  Matrix slopes_, curvature_;
  bool is_fresh_ = true;  // the curvature knows nothing yet
  std::vector<double> multipliers_, weights_;
  double best_ = std::numeric_limits<double>::infinity();
  DescentResult result_;
};

}  // namespace

DescentResult descend(const Problem& problem, std::span<const double> x,
                      const DescentOptions& options, FrontArchive* archive) {
  if (x.size() != problem.box().size() || options.objective >= problem.objectives() ||
      (!options.limits.empty() && options.limits.size() != problem.objectives())) {
    throw Error(ErrorKind::kUsage, "a descent from a point, or with limits, of another length");
  }
  return Descent(problem, x, options, archive).run();
}

}  // namespace sengen::optimise
