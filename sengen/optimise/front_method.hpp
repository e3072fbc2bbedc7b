// SPDX-License-Identifier: Apache-2.0
// Methods that find the front of several objectives, driven by find_front() or by a user's loop:
//   while (...) { points = method.ask(most); method.tell(values of points); }
// Everything feasible that is told goes through the method's archive, which keeps what is not
// dominated, whether or not the population keeps it.
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <span>
#include <vector>

#include <sengen/optimise/pareto.hpp>
#include <sengen/optimise/problem.hpp>
#include <sengen/optimise/variation.hpp>

namespace sengen::optimise {

class FrontMethod {
 public:
  FrontMethod(const Problem& problem, const char* name, std::uint64_t seed, std::size_t archive);
  virtual ~FrontMethod() = default;
  FrontMethod(const FrontMethod&) = delete;
  FrontMethod& operator=(const FrontMethod&) = delete;

  // Rows of at most so many points (>= 1) whose values are wanted; the same rows until they are
  // told.
  const std::vector<double>& ask(std::size_t at_most = std::numeric_limits<std::size_t>::max());
  // Rows of objectives and constraints of the points last asked for; kUsage for another number.
  void tell(std::span<const double> values);

  const FrontArchive& archive() const noexcept { return archive_; }
  std::int64_t evaluations() const noexcept { return evaluations_; }
  // The objectives of the population, rows, the feasible ones only.
  std::vector<double> population_objectives() const;
  // Points that the first population begins with, rows; before the first ask().
  void start_from(std::span<const double> points);

 protected:
  std::size_t size() const noexcept { return box_.size(); }
  std::size_t members() const noexcept { return violations_.size(); }
  std::span<double> point(std::size_t i) { return std::span(points_).subspan(i * size(), size()); }
  std::span<const double> objectives_of(std::size_t i) const {
    return std::span(objectives_).subspan(i * width_, width_);
  }
  // New points of a full population, and what becomes of it: rows of points, their objectives and
  // violations.
  virtual std::vector<double> vary(std::size_t at_most) = 0;
  virtual void select(std::span<const double> points, std::span<const double> objectives,
                      std::span<const double> violations) = 0;
  virtual void population_is_full() {}

  // NOLINTBEGIN(readability-identifier-naming): the methods' own, as if they were private
  Box box_;
  std::size_t width_;           // objectives
  std::size_t population_ = 0;  // members of a full population; set by the method
  std::vector<double> points_, objectives_, violations_;
  Draws draws_;
  // NOLINTEND(readability-identifier-naming)

 private:
  std::vector<double> first_points(std::size_t at_most);
  void set_scales(std::span<const double> values, std::size_t rows);

  std::size_t constraints_;
  std::vector<double> scales_;  // of the constraints: their greatest lack among the first points
  std::vector<double> start_;
  std::vector<double> asked_;
  FrontArchive archive_;
  std::int64_t evaluations_ = 0;
};

struct FrontBudget {
  std::int64_t evaluations = 100000;   // exactly so many where nothing ends it before
  std::vector<double> reference = {};  // of the hypervolume
  double target_hypervolume = std::numeric_limits<double>::infinity();
  std::function<bool()> should_stop = {};
};

enum class FrontEnd : std::uint8_t { kBudget, kTarget, kStopped };

// Drives the method until the budget is spent, the archive's hypervolume has reached the target or
// it is told to stop; evaluations on all threads.
FrontEnd find_front(const Problem& problem, FrontMethod& method, const FrontBudget& budget);

}  // namespace sengen::optimise
