// SPDX-License-Identifier: Apache-2.0
#include "mission_front.hpp"

#include <sengen/core/stop.hpp>
#include <sengen/optimise/assignment_fronts.hpp>

namespace sengen::gtopx {

std::vector<double> corner_of(const astrodynamics::Instance& instance) {
  return {instance.mission == astrodynamics::Mission::kCassini1Mo ? 7.0 : 6.0, 6500.0};
}

std::unique_ptr<optimise::FrontRounds> front_search(const MissionProblem& problem,
                                                    const optimise::FrontSearchOptions& options,
                                                    double budget) {
  if (!has_integers(problem)) return std::make_unique<optimise::FrontSearch>(problem, options);
  const auto corner = corner_of(problem.instance());
  optimise::AssignmentFrontsOptions fronts{.search = options,
                                           .corner = corner,
                                           .levels = {0.46 * corner[1], corner[1]},
                                           .candidates = likely_planets(problem),
                                           .should_stop = stop_requested};
  fronts.first_evaluations =
      evaluations_of_choice(budget / static_cast<double>(fronts.levels.size()));
  return std::make_unique<optimise::AssignmentFronts>(problem, std::move(fronts));
}

}  // namespace sengen::gtopx
