// SPDX-License-Identifier: Apache-2.0
#include <sengen/optimise/basin_hopping.hpp>

#include <algorithm>
#include <cmath>
#include <utility>

#include <sengen/core/error.hpp>
#include <sengen/optimise/compass_search.hpp>
#include <sengen/optimise/nelder_mead.hpp>
#include <sengen/optimise/projected_lbfgs.hpp>

namespace sengen::optimise {

namespace {

constexpr double kSpread = 4;

}  // namespace

LocalSearch local_nelder_mead(double edge, double x_tolerance, std::int64_t most_evaluations) {
  return [=](const Box& box, std::vector<double> start) {
    return std::make_unique<NelderMead>(box,
                                        NelderMeadOptions{.start = std::move(start),
                                                          .edge = edge,
                                                          .x_tolerance = x_tolerance,
                                                          .value_tolerance = 1e-6,
                                                          .most_evaluations = most_evaluations});
  };
}

LocalSearch local_compass(double first_length, double last_length) {
  return [=](const Box& box, std::vector<double> start) {
    return std::make_unique<CompassSearch>(box, CompassSearchOptions{.start = std::move(start),
                                                                     .first_length = first_length,
                                                                     .last_length = last_length});
  };
}

LocalSearch local_projected_lbfgs(std::int64_t most_evaluations) {
  return [=](const Box& box, std::vector<double> start) {
    return std::make_unique<ProjectedLbfgs>(
        box, ProjectedLbfgsOptions{.start = std::move(start),
                                   .gradient_tolerance = 1e-8,
                                   .value_tolerance = 1e-10,
                                   .most_evaluations = most_evaluations});
  };
}

BasinHopping::BasinHopping(Box box, BasinHoppingOptions options)
    : Search(std::move(box)), options_(std::move(options)), draws_(options_.seed, options_.stream) {
  const bool is_sized = options_.start.empty() || options_.start.size() == this->box().size();
  if (!is_sized || options_.perturbation <= 0) {
    throw Error(ErrorKind::kUsage,
                "basin hopping: the start must be of the box, the perturbation positive");
  }
  if (!options_.local) options_.local = local_compass();
  begin(options_.start.empty() ? anywhere() : options_.start);
}

std::vector<double> BasinHopping::anywhere() {
  std::vector<double> x(box().size());
  for (std::size_t i = 0; i < x.size(); ++i) {
    x[i] = std::min(draws_.uniform(box().lower[i], box().upper[i]), box().upper[i]);
  }
  return x;
}

std::vector<double> BasinHopping::nearby(const std::vector<double>& centre) {
  std::vector<double> x = centre;
  // Hops of all lengths: how far apart the basins are is not known.
  const double scale = options_.perturbation * std::pow(kSpread, draws_.uniform(-1, 1));
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double most = scale * box().width(i);
    x[i] = std::clamp(x[i] + draws_.uniform(-most, most), box().lower[i], box().upper[i]);
  }
  return x;
}

void BasinHopping::begin(std::vector<double> start) {
  local_ = options_.local(box(), std::move(start));
  batch().assign(local_->ask().begin(), local_->ask().end());
}

void BasinHopping::learn(std::span<const double> values, std::span<const double> slopes) {
  local_->tell(values, slopes);
  if (!local_->finished()) {
    batch().assign(local_->ask().begin(), local_->ask().end());
    return;
  }
  ++hops_;
  ++failures_;
  if (local_->best().value < basin_.value) {
    basin_ = local_->best();
    failures_ = 0;
  }
  if (options_.patience > 0 && failures_ >= options_.patience) {
    failures_ = 0;
    basin_ = {};
    begin(anywhere());
  } else {
    begin(nearby(basin_.x));
  }
}

}  // namespace sengen::optimise
