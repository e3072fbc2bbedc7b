// SPDX-License-Identifier: Apache-2.0
#include <sengen/optimise/ant_colony.hpp>

#include <algorithm>
#include <cmath>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include <sengen/core/error.hpp>

namespace sengen::optimise {

double oracle_penalty(double objective, double residual, double oracle) {
  if (std::isinf(oracle)) return residual > 0 ? residual : -1;
  const double distance = std::abs(objective - oracle);
  if (objective <= oracle) return residual > 0 ? residual : -distance;
  double alpha = 0;
  if (residual < distance / 3) {
    const double six_roots = 6 * std::sqrt(3.0);
    alpha = (distance * (six_roots - 2) / six_roots - residual) / (distance - residual);
  } else if (residual <= distance) {
    alpha = 1 - 1 / (2 * std::sqrt(distance / residual));
  } else {
    alpha = 0.5 * std::sqrt(distance / residual);
  }
  return alpha * distance + (1 - alpha) * residual;
}

AntColony::AntColony(const Problem& problem, const AntColonyOptions& options)
    : box_(problem.box()),
      options_(options),
      constraints_(problem.constraints()),
      draws_(options.seed),
      oracle_(options.oracle) {
  check_problem(problem, "ant colony", 1);
  if (options_.kernels == 0) options_.kernels = 13 + box_.size() / 2;
  if (options_.kernels < 3 || options_.ants == 0 || options_.narrowness <= 0) {
    throw Error(ErrorKind::kUsage,
                "ant colony: it takes three kernels or more, ants, and a narrowness above 0");
  }
  double sum = 0;
  for (std::size_t rank = 0; rank < options_.kernels; ++rank) {
    const double z =
        static_cast<double>(rank) / (options_.narrowness * static_cast<double>(options_.kernels));
    cumulative_.push_back(sum += std::exp(-0.5 * z * z));
  }
  std::size_t integers = 0;
  for (std::size_t i = 0; i < box_.size(); ++i) integers += is_integer(box_, i) ? 1 : 0;
  // As MIDACO: a whole number is left often enough, the less so the fewer there are.
  least_whole_width_ = 0.5 * (1 - 1 / std::sqrt(static_cast<double>(integers) + 1));
}

bool AntColony::before(const Kernel& a, const Kernel& b) {
  return std::tie(a.penalty, a.objective) < std::tie(b.penalty, b.objective);
}

void AntColony::start_from(std::span<const double> points) {
  if (points.size() % box_.size() != 0 || evaluations_ != 0 || !asked_.empty()) {
    throw Error(ErrorKind::kUsage, "first points are whole rows, given before the first ask()");
  }
  start_.assign(points.begin(), points.end());
  for (std::size_t i = 0; i < start_.size(); i += box_.size()) {
    clamp_into(box_, std::span(start_).subspan(i, box_.size()));
  }
}

void AntColony::draw_start(std::span<double> x) {
  const std::size_t given = drawn_++ * box_.size();
  if (given < start_.size()) {
    std::copy_n(start_.begin() + static_cast<std::ptrdiff_t>(given), x.size(), x.begin());
    return;
  }
  draw_uniform(box_, draws_, x);
  if (closeness_ <= 0) return;
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (is_integer(box_, i)) {
      if (draws_.uniform() >= 1 / closeness_) x[i] = best_.x[i];
    } else {
      x[i] = inside(i, best_.x[i], draws_.normal() * box_.width(i) / closeness_);
    }
  }
}

// A step that would leave the box is mirrored at the bound.
double AntColony::inside(std::size_t i, double from, double step) {
  double x = from + step;
  if (x < box_.lower[i]) x = 2 * box_.lower[i] - x;
  if (x > box_.upper[i]) x = 2 * box_.upper[i] - x;
  return x >= box_.lower[i] && x <= box_.upper[i]
             ? x
             : box_.lower[i] + draws_.uniform() * box_.width(i);
}

void AntColony::set_widths() {
  const std::size_t n = box_.size(), count = kernels_.size();
  widths_.assign(count * n, 0);
  for (std::size_t k = 0; k < count; ++k) {
    for (std::size_t i = 0; i < n; ++i) {
      double sum = 0;
      for (const Kernel& other : kernels_) sum += std::abs(other.x[i] - kernels_[k].x[i]);
      double width = options_.speed * sum / static_cast<double>(count - 1);
      if (options_.focus > 0) width = std::min(width, box_.width(i) / options_.focus);
      if (is_integer(box_, i)) width = std::max(width, least_whole_width_);
      widths_[k * n + i] = width;
    }
  }
}

void AntColony::draw_along_axes(std::size_t of, std::span<double> x) {
  for (std::size_t i = 0; i < x.size(); ++i) {
    x[i] = inside(i, kernels_[of].x[i], draws_.normal() * widths_[of * x.size() + i]);
  }
}

// A normal combination of the other kernels' differences from this one: its covariance is theirs.
void AntColony::draw_along_scatter(std::size_t of, std::span<double> x) {
  const std::vector<double>& middle = kernels_[of].x;
  std::vector<double> step(x.size(), 0);
  for (const Kernel& other : kernels_) {
    const double share = draws_.normal();
    for (std::size_t i = 0; i < x.size(); ++i) step[i] += share * (other.x[i] - middle[i]);
  }
  const double scale = options_.speed / std::sqrt(static_cast<double>(kernels_.size() - 1));
  for (std::size_t i = 0; i < x.size(); ++i) {
    double by = scale * step[i];
    if (is_integer(box_, i)) by = draws_.normal() * widths_[of * x.size() + i];
    if (options_.focus > 0) {
      const double most = 3 * box_.width(i) / options_.focus;
      by = std::clamp(by, -most, most);
    }
    x[i] = inside(i, middle[i], by);
  }
}

void AntColony::draw_ant(std::span<double> x) {
  const double u = draws_.uniform() * cumulative_.back();
  const auto rank = std::upper_bound(cumulative_.begin(), cumulative_.end(), u);
  const auto of =
      std::min(static_cast<std::size_t>(rank - cumulative_.begin()), kernels_.size() - 1);
  if (draws_.uniform() < options_.scatter_share) {
    draw_along_scatter(of, x);
  } else {
    draw_along_axes(of, x);
  }
  for (std::size_t i = 0; i < x.size(); ++i) {
    // To the nearest whole number: a Gaussian around 3 should mostly mean 3.
    if (is_integer(box_, i)) x[i] = std::floor(x[i] + 0.5);
  }
  clamp_into(box_, x);
}

const std::vector<double>& AntColony::ask(std::size_t at_most) {
  if (!asked_.empty()) return asked_;
  const std::size_t n = box_.size(), missing = options_.kernels - kernels_.size();
  const std::size_t batch = missing > 0 ? missing : options_.ants;
  asked_.resize(std::max<std::size_t>(std::min(at_most, batch), 1) * n);
  if (missing == 0) set_widths();
  for (std::size_t i = 0; i < asked_.size(); i += n) {
    const auto row = std::span(asked_).subspan(i, n);
    if (missing > 0) {
      draw_start(row);
    } else {
      draw_ant(row);
    }
  }
  return asked_;
}

// Whether the kernel is now among the best; a value that is there already adds no knowledge.
bool AntColony::join(Kernel kernel) {
  const auto place = std::lower_bound(kernels_.begin(), kernels_.end(), kernel, before);
  const bool known = place != kernels_.end() && !before(kernel, *place) && place->x == kernel.x;
  const bool full = kernels_.size() >= options_.kernels;
  if (full && (known || place == kernels_.end())) return false;
  kernels_.insert(place, std::move(kernel));
  if (full) kernels_.pop_back();
  return true;
}

void AntColony::tell(std::span<const double> values) {
  const std::size_t n = box_.size(), width = 1 + constraints_, rows = asked_.size() / n;
  if (rows == 0 || values.size() != rows * width) {
    throw Error(ErrorKind::kUsage,
                fmt::format("{} numbers told for {} points of {}", values.size(), rows, width));
  }
  const std::vector<double> points = std::exchange(asked_, {});
  evaluations_ += static_cast<std::int64_t>(rows);
  bool joined = false;
  for (std::size_t i = 0; i < rows; ++i) {
    const auto row = values.subspan(i * width, width);
    double squares = 0;
    for (const double g : row.subspan(1)) squares += g < 0 ? g * g : 0;
    Kernel kernel = {{points.begin() + static_cast<std::ptrdiff_t>(i * n),
                      points.begin() + static_cast<std::ptrdiff_t>((i + 1) * n)},
                     row[0],
                     std::sqrt(squares)};
    if (!std::isfinite(kernel.objective)) kernel.objective = std::numeric_limits<double>::max();
    if (std::tie(kernel.residual, kernel.objective) < std::tie(best_.residual, best_.objective)) {
      best_ = {kernel.x, kernel.objective, kernel.residual};
    }
    kernel.penalty = oracle_penalty(kernel.objective, kernel.residual, oracle_);
    joined = join(std::move(kernel)) || joined;
  }
  idle_ = joined ? 0 : idle_ + 1;
  if (kernels_.size() == options_.kernels && has_settled()) begin_again();
}

bool AntColony::has_settled() const {
  if (idle_ >= options_.patience) return true;
  const double settled = options_.settled / std::max(1.0, closeness_);
  for (std::size_t i = 0; i < box_.size(); ++i) {
    const auto [low, high] =
        std::minmax_element(kernels_.begin(), kernels_.end(),
                            [i](const Kernel& a, const Kernel& b) { return a.x[i] < b.x[i]; });
    if (high->x[i] - low->x[i] > settled * box_.width(i)) return false;
  }
  return true;
}

void AntColony::begin_again() {
  if (best_.residual <= 0) oracle_ = best_.objective;
  kernels_.clear();
  start_.clear();
  idle_ = 0;
  if (runs_++ % 2 == 0) {
    closeness_ = 0;
    return;
  }
  next_closeness_ *= options_.impact;
  if (next_closeness_ > 1e6) next_closeness_ = options_.impact;
  closeness_ = next_closeness_;
}

void minimise_ant_colony(const Problem& problem, AntColony& colony, const AntColonyBudget& budget) {
  const std::int64_t before = colony.evaluations();
  while (true) {
    const std::int64_t left = budget.evaluations - (colony.evaluations() - before);
    const AntColonyBest& best = colony.best();
    if (left <= 0 || (best.residual <= 0 && best.objective <= budget.target)) return;
    if (budget.should_stop && budget.should_stop()) return;
    const auto& points = colony.ask(static_cast<std::size_t>(left));
    colony.tell(evaluate_points(problem, points));
  }
}

}  // namespace sengen::optimise
