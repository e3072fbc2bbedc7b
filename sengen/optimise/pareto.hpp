// SPDX-License-Identifier: Apache-2.0
// Pareto order of objectives that are to be small: domination, ranks (non-dominated sorting; for
// two objectives by the sweep of Jensen 2003), crowding distance (Deb et al. 2002), hypervolume of
// two objectives, and an archive of the non-dominated points met. Objectives are rows of numbers.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace sengen::optimise {

// No worse in any objective and better in one.
bool dominates(std::span<const double> a, std::span<const double> b);

// Rank of every row: 0 where no row dominates it, k where one of rank k - 1 does and none of rank k
// or more.
std::vector<std::size_t> pareto_ranks(std::span<const double> objectives, std::size_t width);

// Of the rows `members` (a front): sum over the objectives of the distance between neighbours, in
// ranges of the front; infinite at its ends.
std::vector<double> crowding_distances(std::span<const double> objectives, std::size_t width,
                                       std::span<const std::size_t> members);

// Area that rows of two objectives dominate below the reference point; exact. Rows may be dominated
// or beyond the reference, which then add nothing.
double hypervolume(std::span<const double> objectives, std::span<const double> reference);

// Sum of what constraints (>= 0 holds) lack, each divided by its scale where scales are given. 0:
// feasible.
double violation_of(std::span<const double> constraints, std::span<const double> scales = {});

struct FrontPoint {
  std::vector<double> x;
  std::vector<double> objectives;
};

// Non-dominated points in the order of their first objective. Of equal objectives the first point
// stays. Beyond the capacity the inner point goes that leaves the least gap.
class FrontArchive {
 public:
  explicit FrontArchive(std::size_t objectives = 2, std::size_t capacity = 1000);

  // Whether the point has joined. kUsage for another number of objectives; a point that is not
  // finite never joins.
  bool add(std::span<const double> x, std::span<const double> objectives);
  // The feasible rows of values (objectives, then constraints).
  void add_rows(std::span<const double> points, std::span<const double> values, std::size_t rows);
  void add(const FrontArchive& other);

  const std::vector<FrontPoint>& points() const noexcept { return points_; }
  std::size_t size() const noexcept { return points_.size(); }
  std::size_t capacity() const noexcept { return capacity_; }
  // Rows.
  std::vector<double> objectives() const;

 private:
  void thin();

  std::size_t width_;
  std::size_t capacity_;
  std::vector<FrontPoint> points_;
};

}  // namespace sengen::optimise
