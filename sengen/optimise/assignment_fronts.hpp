// SPDX-License-Identifier: Apache-2.0
// The front of a problem with integers, whose assignments are problems of their own: the first
// round seeks those that promise most, by the least first objective within levels of the second
// (successive halving), the later ones search the front of one assignment each, or of the whole
// problem: mostly those that add to the common front, and all of them now and then. What is found
// for an assignment stays with it, also where another one is better: it may lead on to where none
// is.
// The front depends on the seed, not on threads, ranks or where the search was broken off between
// two rounds.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include <sengen/optimise/front_search.hpp>
#include <sengen/optimise/mixed_integer.hpp>

namespace sengen::optimise {

struct AssignmentFrontsOptions {
  FrontSearchOptions search = {};
  std::vector<double> corner = {};  // objectives beyond which a point is of no interest
  // Of the second objective; each adds its most promising assignments.
  std::vector<double> levels = {};
  Box candidates = {};  // integers to choose from; the whole problem's where empty
  std::size_t promising = 6;
  std::int64_t first_evaluations = 4'000'000;  // of the first round, for each level
  // Of what a constraint or the level lacks, in the first objective: for comparing assignments
  // that have no feasible point yet.
  double price = 0.01;
  std::function<bool()> should_stop = {};  // asked in the first round, which then is none
};

class AssignmentFronts : public FrontRounds {
 public:
  // kUsage unless there are integers, two objectives, a corner and levels. The problem must outlive
  // the search.
  AssignmentFronts(const Problem& problem, AssignmentFrontsOptions options);

  void round(const parallel::Communicator& comm) override;
  const FrontArchive& archive() const override { return archive_; }
  std::int64_t evaluations() const override { return evaluations_; }
  std::vector<double> to_numbers() const override;
  void load(std::span<const double> numbers) override;
  // Those that were chosen.
  std::vector<std::vector<double>> assignments() const;

 private:
  // The front of an assignment, or of the whole problem.
  struct Part {
    std::vector<double> integers;  // empty: the whole problem
    std::unique_ptr<FixedAssignment> rest;
    std::unique_ptr<FrontSearch> search;
  };

  void choose();
  void add_part(std::vector<double> integers);
  std::vector<std::size_t> contributors() const;
  std::size_t next_part() const;
  void collect();

  const Problem& problem_;
  AssignmentFrontsOptions options_;
  std::vector<Part> parts_;
  FrontArchive archive_;
  std::int64_t rounds_ = 0;
  std::int64_t chosen_evaluations_ = 0;
  std::int64_t evaluations_ = 0;
};

}  // namespace sengen::optimise
