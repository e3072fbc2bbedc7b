// SPDX-License-Identifier: Apache-2.0
// Differential evolution (Storn and Price, J. Global Optimization 11, 1997): each member of a
// population is held against a trial, base + F (difference of members) crossed with it, and gives
// way when the trial is not worse. A batch is a generation, or a block of it. Self-adaptive: every
// member carries its F, CR and way of making trials, drawn anew now and then and kept by success
// (jDE, Brest et al., IEEE Trans. Evol. Comp. 10, 2006; the choice of ways as in pagmo's de1220).
// Coordinates that leave the box are put at random between the bound and the member, or anywhere.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <vector>

#include <sengen/optimise/draws.hpp>
#include <sengen/optimise/search.hpp>

namespace sengen::optimise {

enum class DeStrategy : std::uint8_t {
  kRand1,         // base: a member at random
  kBest1,         // base: the best member
  kMixed,         // either, by a coin; F drawn for each trial
  kSelfAdaptive,  // see above
  // Self-adaptive F and CR, base a member at random, crossed in blocks of neighbours: for variables
  // of which neighbours belong together (rand/1/exp with jDE, pagmo's sade).
  kSelfAdaptiveBlock,
};

struct DifferentialEvolutionOptions {
  DeStrategy strategy = DeStrategy::kMixed;
  std::size_t population = 0;   // at least 5; 0: 20
  double weight = 0.8;          // F of kRand1 and kBest1
  double lowest_weight = 0.4;   // F of kMixed is drawn between these
  double highest_weight = 0.9;  //
  double crossover = 0.9;       // CR, but for the self-adaptive ones
  // Every second generation with half of F and CR, as in fast-cma-es; kRand1 and kBest1 only.
  bool alternates = false;
  // Coordinates that leave the box are put anywhere in it.
  bool scatters = false;
  // A member that was not bettered for about this many generations is put anywhere; 0: never. The
  // best is spared.
  double patience = 0;
  // Trials of a batch; 0: one for every member. The smaller, the sooner a success is made use of.
  std::size_t block = 0;
  // A success is followed by a trial of the same member, the best one moved by half of the step
  // that succeeded ("temporal locality" of fast-cma-es).
  bool follows = false;
  // The population has converged when it lies within this part of the box in every coordinate, or
  // when its values are equal to this part.
  double tolerance = 1e-6;
  bool restarts = true;            // converged: begins with a new population, else finishes
  std::vector<double> start = {};  // a member of the first population; empty: none
  std::uint64_t seed = 1;
  std::uint64_t stream = 0;
};

class DifferentialEvolution : public Search {
 public:
  // kUsage for options out of range.
  DifferentialEvolution(Box box, DifferentialEvolutionOptions options);
  // How often a population converged.
  int convergences() const noexcept { return convergences_; }

 private:
  // How a trial is made.
  enum class Way : std::uint8_t { kRand1, kBest1, kTowardsBest1, kRand1Block };
  struct Recipe {
    double weight = 0;
    double crossover = 0;
    Way way = Way::kRand1;
  };
  struct Member {
    std::vector<double> x;
    double value = 0;
    Recipe recipe;
    int born = 0;
  };

  // What a row of the batch is: the trial of a member.
  struct Trial {
    std::size_t member = 0;
    Recipe recipe;
  };
  struct Follower {
    std::size_t member = 0;
    std::vector<double> x;
  };

  void learn(std::span<const double> values, std::span<const double> slopes) override;
  void scatter();
  void found(std::span<const double> values);
  void select(std::span<const double> values);
  void make_trials();
  void make_trial(Trial& trial, std::span<double> x);
  void choose_partners(std::size_t index);
  double donor(const Recipe& recipe, std::size_t index, std::size_t i) const;
  std::vector<bool> crossed(const Recipe& recipe);
  Recipe next_recipe(const Recipe& last);
  double random_coordinate(std::size_t i);
  double inside(double x, std::size_t i, double own);
  void find_best();
  bool has_converged() const;

  DifferentialEvolutionOptions options_;
  Draws draws_;
  std::vector<Member> members_;  // empty while the batch is a first population
  std::vector<Trial> trials_;    // of the rows of the batch
  std::deque<Follower> followers_;
  std::size_t turn_ = 0;          // the member whose trial is the next
  bool ends_generation_ = false;  // the batch
  std::array<std::size_t, 3> partners_{};
  std::size_t best_member_ = 0;
  int generation_ = 0;
  int convergences_ = 0;
};

}  // namespace sengen::optimise
