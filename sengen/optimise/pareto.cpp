// SPDX-License-Identifier: Apache-2.0
#include <sengen/optimise/pareto.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include <fmt/format.h>

#include <sengen/core/error.hpp>
#include <sengen/optimise/order.hpp>

namespace sengen::optimise {

bool dominates(std::span<const double> a, std::span<const double> b) {
  bool better = false;
  for (std::size_t k = 0; k < a.size(); ++k) {
    if (a[k] > b[k]) return false;
    better = better || a[k] < b[k];
  }
  return better;
}

namespace {

std::span<const double> row_of(std::span<const double> rows, std::size_t width, std::size_t i) {
  return rows.subspan(i * width, width);
}

// Rows in the order of their numbers, the first one first.
std::vector<std::size_t> lexicographic(std::span<const double> rows, std::size_t width) {
  std::vector<std::size_t> order(rows.size() / width);
  std::iota(order.begin(), order.end(), std::size_t{0});
  sort_indices(order, [&](std::size_t a, std::size_t b) {
    const auto first = row_of(rows, width, a), second = row_of(rows, width, b);
    return std::lexicographical_compare(first.begin(), first.end(), second.begin(), second.end());
  });
  return order;
}

// In lexicographic order the last row of a front has its least second objective, and these grow
// from front to front.
std::vector<std::size_t> ranks_of_two(std::span<const double> rows) {
  std::vector<std::size_t> ranks(rows.size() / 2), last;
  for (const std::size_t i : lexicographic(rows, 2)) {
    const auto front = std::partition_point(last.begin(), last.end(), [&](std::size_t j) {
      return dominates(row_of(rows, 2, j), row_of(rows, 2, i));
    });
    ranks[i] = static_cast<std::size_t>(front - last.begin());
    if (front == last.end()) {
      last.push_back(i);
    } else {
      *front = i;
    }
  }
  return ranks;
}

}  // namespace

std::vector<std::size_t> pareto_ranks(std::span<const double> objectives, std::size_t width) {
  if (width == 2) return ranks_of_two(objectives);
  // A row is dominated by rows before it only.
  const auto order = lexicographic(objectives, width);
  std::vector<std::size_t> ranks(order.size(), 0);
  for (std::size_t i = 0; i < order.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      if (ranks[order[j]] >= ranks[order[i]] &&
          dominates(row_of(objectives, width, order[j]), row_of(objectives, width, order[i]))) {
        ranks[order[i]] = ranks[order[j]] + 1;
      }
    }
  }
  return ranks;
}

std::vector<double> crowding_distances(std::span<const double> objectives, std::size_t width,
                                       std::span<const std::size_t> members) {
  std::vector<double> distances(members.size(), 0);
  std::vector<std::size_t> order(members.size());
  for (std::size_t k = 0; k < width && !members.empty(); ++k) {
    const auto value = [&](std::size_t i) { return objectives[members[i] * width + k]; };
    std::iota(order.begin(), order.end(), std::size_t{0});
    sort_indices(order, [&](std::size_t a, std::size_t b) { return value(a) < value(b); });
    const double range = value(order.back()) - value(order.front());
    distances[order.front()] = distances[order.back()] = std::numeric_limits<double>::infinity();
    if (range <= 0) continue;
    for (std::size_t i = 1; i + 1 < order.size(); ++i) {
      distances[order[i]] += (value(order[i + 1]) - value(order[i - 1])) / range;
    }
  }
  return distances;
}

double hypervolume(std::span<const double> objectives, std::span<const double> reference) {
  if (reference.size() != 2 || objectives.size() % 2 != 0) {
    throw Error(ErrorKind::kUsage, "the hypervolume is that of two objectives");
  }
  double volume = 0, height = reference[1];
  for (const std::size_t i : lexicographic(objectives, 2)) {
    const auto row = row_of(objectives, 2, i);
    if (row[0] >= reference[0] || row[1] >= height) continue;
    volume += (reference[0] - row[0]) * (height - row[1]);
    height = row[1];
  }
  return volume;
}

double violation_of(std::span<const double> constraints, std::span<const double> scales) {
  double sum = 0;
  for (std::size_t i = 0; i < constraints.size(); ++i) {
    // Not-a-number holds nowhere.
    if (constraints[i] >= 0) continue;
    const double lack =
        std::isnan(constraints[i]) ? std::numeric_limits<double>::max() : -constraints[i];
    sum += scales.empty() ? lack : lack / scales[i];
  }
  return sum;
}

FrontArchive::FrontArchive(std::size_t objectives, std::size_t capacity)
    : width_(objectives), capacity_(capacity) {
  if (capacity < 3 || objectives < 1) {
    throw Error(ErrorKind::kUsage, "an archive of a front holds three points or more");
  }
}

bool FrontArchive::add(std::span<const double> x, std::span<const double> objectives) {
  if (objectives.size() != width_) {
    throw Error(ErrorKind::kUsage,
                fmt::format("{} objectives for an archive of {}", objectives.size(), width_));
  }
  for (const double value : objectives) {
    if (!std::isfinite(value)) return false;
  }
  const auto no_better = [&](const FrontPoint& p) {
    return std::equal(p.objectives.begin(), p.objectives.end(), objectives.begin()) ||
           dominates(p.objectives, objectives);
  };
  const auto dominated = [&](const FrontPoint& p) { return dominates(objectives, p.objectives); };
  auto place =
      std::lower_bound(points_.begin(), points_.end(), objectives,
                       [](const FrontPoint& p, std::span<const double> value) {
                         return std::lexicographical_compare(
                             p.objectives.begin(), p.objectives.end(), value.begin(), value.end());
                       });
  if (width_ == 2) {
    // The second objective falls along the front: only neighbours can matter.
    if (place != points_.begin() && no_better(*(place - 1))) return false;
    if (place != points_.end() && no_better(*place)) return false;
    auto end = place;
    while (end != points_.end() && dominated(*end)) ++end;
    place = points_.erase(place, end);
  } else {
    if (std::any_of(points_.begin(), place, no_better)) return false;
    if (place != points_.end() && no_better(*place)) return false;
    const auto end = std::remove_if(place, points_.end(), dominated);
    const auto offset = place - points_.begin();
    points_.erase(end, points_.end());
    place = points_.begin() + offset;
  }
  points_.insert(place, {{x.begin(), x.end()}, {objectives.begin(), objectives.end()}});
  if (points_.size() > capacity_) thin();
  return true;
}

void FrontArchive::thin() {
  std::size_t least = 1;
  double gap = std::numeric_limits<double>::infinity();
  if (width_ == 2) {
    for (std::size_t i = 1; i + 1 < points_.size(); ++i) {
      const auto& here = points_[i].objectives;
      // The area that this point alone dominates.
      const double area =
          (points_[i + 1].objectives[0] - here[0]) * (points_[i - 1].objectives[1] - here[1]);
      if (area < gap) gap = area, least = i;
    }
  } else {
    const auto rows = objectives();
    std::vector<std::size_t> all(points_.size());
    std::iota(all.begin(), all.end(), std::size_t{0});
    const auto distances = crowding_distances(rows, width_, all);
    least = static_cast<std::size_t>(std::min_element(distances.begin(), distances.end()) -
                                     distances.begin());
  }
  points_.erase(points_.begin() + static_cast<std::ptrdiff_t>(least));
}

void FrontArchive::add_rows(std::span<const double> points, std::span<const double> values,
                            std::size_t rows) {
  if (rows == 0) return;
  const std::size_t size = points.size() / rows, width = values.size() / rows;
  for (std::size_t i = 0; i < rows; ++i) {
    const auto value = values.subspan(i * width, width);
    if (violation_of(value.subspan(width_)) > 0) continue;
    add(points.subspan(i * size, size), value.first(width_));
  }
}

void FrontArchive::add(const FrontArchive& other) {
  for (const FrontPoint& point : other.points_) add(point.x, point.objectives);
}

std::vector<double> FrontArchive::objectives() const {
  std::vector<double> rows;
  for (const FrontPoint& point : points_) {
    rows.insert(rows.end(), point.objectives.begin(), point.objectives.end());
  }
  return rows;
}

}  // namespace sengen::optimise
