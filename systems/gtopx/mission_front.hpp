// SPDX-License-Identifier: Apache-2.0
// How the front of a mission is searched.
#pragma once

#include <memory>
#include <vector>

#include <sengen/optimise/front_search.hpp>

#include "mission_problem.hpp"

namespace sengen::gtopx {

// Beyond it a front is of no interest: km/s, days.
std::vector<double> corner_of(const astrodynamics::Instance& instance);

// Rounds of NSGA-II, MOEA/D and sweeps; with fly-by planets of one's choice, of promising
// sequences, whose choice takes a fifth of the budget (evaluations) at most. The problem
// (View::kFront) must outlive the search.
std::unique_ptr<optimise::FrontRounds> front_search(const MissionProblem& problem,
                                                    const optimise::FrontSearchOptions& options,
                                                    double budget);

}  // namespace sengen::gtopx
