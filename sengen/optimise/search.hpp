// SPDX-License-Identifier: Apache-2.0
// Ask and tell: a search of a box proposes a batch of points, is told their values and proposes the
// next, so that a loop of the user's own can drive it; minimise() is such a loop over a Problem.
// A search is a function of its options and of what it is told, of nothing else: the same seed and
// the same values give the same points, bit by bit. One objective: constraints are not looked at.
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <span>
#include <vector>

#include <sengen/optimise/problem.hpp>

namespace sengen::optimise {

struct Best {
  double value = std::numeric_limits<double>::infinity();
  std::vector<double> x = {};
};

class Search {
 public:
  // kUsage for bounds that are not finite or in the wrong order.
  explicit Search(Box box);
  virtual ~Search() = default;
  Search(const Search&) = delete;
  Search& operator=(const Search&) = delete;

  const Box& box() const noexcept { return box_; }
  // Rows of box().size() numbers inside the box: the same until tell, none when finished.
  std::span<const double> ask() const noexcept { return batch_; }
  // Points in ask().
  std::size_t batch_size() const noexcept { return batch_.size() / box_.size(); }
  // Values of the points, in their order; what is not finite counts as the largest number. slopes:
  // rows of the gradients where wants_gradient(). Fewer values than points (the budget ended) end
  // the search, its best among them.
  void tell(std::span<const double> values, std::span<const double> slopes = {});
  bool finished() const noexcept { return batch_.empty(); }
  // The best point told so far; the first of equal ones.
  const Best& best() const noexcept { return best_; }
  virtual bool wants_gradient() const { return false; }

 protected:
  // Learns from a whole batch and puts the next into batch(); leaves it empty at the end.
  virtual void learn(std::span<const double> values, std::span<const double> slopes) = 0;
  std::vector<double>& batch() noexcept { return batch_; }

 private:
  Box box_;
  std::vector<double> batch_;
  Best best_;
};

struct Budget {
  std::int64_t evaluations = 0;
  double target = -std::numeric_limits<double>::infinity();  // ends when the best is no larger
};

enum class End : std::uint8_t { kFinished, kTarget, kEvaluations, kStopped };

struct Outcome {
  Best best;
  std::int64_t evaluations = 0;
  End end = End::kFinished;
};

// Asked between batches with the best so far and the evaluations; true ends the search.
using ShouldStop = std::function<bool(const Best&, std::int64_t)>;

// Drives the search with the problem's first objective, whole batches at once; the last is cut so
// that never more than budget.evaluations are made. A gradient counts as one evaluation. kUsage
// when the search wants gradients that the problem has not.
Outcome minimise(const Problem& problem, Search& search, const Budget& budget,
                 const ShouldStop& should_stop = {});

}  // namespace sengen::optimise
