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
// action threw, all ranks throw the error of the first of these ranks, with its number when it is
// not the root and others did not fail. Collective.
std::vector<std::string> gather_agreed(const Communicator& comm,
                                       const std::function<std::string()>& action);

// The same without a text: what every rank does by itself before work starts (reading options,
// opening files) succeeds on all ranks or ends on all of them with one and the same error.
void agree(const Communicator& comm, const std::function<void()>& action);

// The root does the action; all ranks get its text, or throw its error. Collective.
std::string broadcast_agreed(const Communicator& comm, const std::function<std::string()>& action);

}  // namespace sengen::parallel
