// SPDX-License-Identifier: Apache-2.0
// What an optimiser, ours or pagmo2's, is held against: a count of its evaluations.
#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include <sengen/optimise/problem.hpp>
#include <sengen/pagmo/pagmo_search.hpp>

namespace sengen::bench {

// Counts what an optimiser asks for.
struct Tally {
  std::int64_t most = 0;
  std::vector<double> targets = {};  // falling; the last one ends the search
  std::int64_t evaluations = 0;
  double best = std::numeric_limits<double>::infinity();
  std::vector<std::int64_t> hits = {};  // evaluations that the targets took, as far as reached

  void count(double value);
};

// A problem that counts.
class Counted : public optimise::Problem {
 public:
  Counted(const optimise::Problem& problem, Tally& tally) : problem_(problem), tally_(tally) {}
  const optimise::Box& box() const override { return problem_.box(); }
  void evaluate(std::span<const double> points, std::span<double> values) const override;

 private:
  const optimise::Problem& problem_;
  Tally& tally_;
};

// The settings that a namesake of ours is held against; the best of them counts.
std::vector<optimise::PagmoOptions> peers_named(const std::string& name);

// Until the tally's most evaluations or its last target.
void run_peer(optimise::PagmoOptions peer, const optimise::Problem& problem, Tally& tally,
              unsigned seed);

}  // namespace sengen::bench
