// SPDX-License-Identifier: Apache-2.0
// Failing together: what one rank cannot do (its disk is full, a file is damaged) becomes the same
// error on every rank, so that none is left waiting for the others. The actions themselves call
// nothing collective.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include <sengen/parallel/communicator.hpp>

namespace sengen::parallel {

// Every rank does the action; the root gets the texts in rank order, the others nothing. Where an
// action threw, all ranks throw the error of the first of these ranks, with its number. Collective.
std::vector<std::string> gather_agreed(const Communicator& comm,
                                       const std::function<std::string()>& action);

// The root does the action; all ranks get its text, or throw its error. Collective.
std::string broadcast_agreed(const Communicator& comm, const std::function<std::string()>& action);

}  // namespace sengen::parallel
