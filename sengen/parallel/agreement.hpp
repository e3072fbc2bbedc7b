// SPDX-License-Identifier: Apache-2.0
// Failing alike: what every rank does by itself before work starts (reading options, opening files)
// succeeds on all ranks or ends on all of them with one and the same error, so that the program can
// print one message and leave in order.
#pragma once

#include <functional>

#include <sengen/parallel/communicator.hpp>

namespace sengen::parallel {

// Runs work on every rank; when it throws on any, throws the error of the lowest such rank on all,
// with the rank's number when it is not the root and others did not fail. Collective; work itself
// must not be: the ranks on which it succeeded would wait for the others.
void agree(const Communicator& comm, const std::function<void()>& work);

}  // namespace sengen::parallel
