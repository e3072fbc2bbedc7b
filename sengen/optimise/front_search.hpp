// SPDX-License-Identifier: Apache-2.0
// The front of two objectives by many runs with a common archive: NSGA-II, MOEA/D, and sweeps along
// the front (front_sweep.hpp), which carry what is found at one place to its neighbours. A run
// begins with points of the archive, and what it meets goes through the archive afterwards. Runs
// are numbered, run k draws from random numbers of its own, and a round of `lanes` runs is made
// from one archive and folded in in order: the front depends on seed and lanes, not on threads,
// ranks or where the search was broken off.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <sengen/optimise/front_rounds.hpp>
#include <sengen/optimise/problem.hpp>

namespace sengen::optimise {

struct FrontSearchOptions {
  std::uint64_t seed = 1;
  std::int64_t lanes = 8;            // runs of a round
  std::int64_t evaluations = 20000;  // of a run
  std::size_t population = 100;
  std::size_t capacity = 1000;  // of the archive
};

class FrontSearch : public FrontRounds {
 public:
  // kUsage for options out of range. The problem must outlive the search.
  FrontSearch(const Problem& problem, const FrontSearchOptions& options);

  void round(const parallel::Communicator& comm) override;
  const FrontArchive& archive() const override { return archive_; }
  std::int64_t runs() const noexcept { return runs_; }
  std::int64_t evaluations() const override { return evaluations_; }
  std::vector<double> to_numbers() const override;
  void load(std::span<const double> numbers) override;

 private:
  FrontArchive run(std::int64_t number, std::int64_t& evaluations) const;
  FrontArchive evolve(std::int64_t number, std::int64_t& evaluations) const;
  FrontArchive sweep(std::int64_t number, std::int64_t& evaluations) const;
  std::uint64_t seed_of(std::int64_t number) const;
  std::vector<double> start_of(std::int64_t number) const;

  const Problem& problem_;
  FrontSearchOptions options_;
  FrontArchive archive_;
  std::int64_t runs_ = 0;
  std::int64_t evaluations_ = 0;
};

}  // namespace sengen::optimise
