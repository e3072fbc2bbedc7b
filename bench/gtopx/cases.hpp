// SPDX-License-Identifier: Apache-2.0
// The cases of the bench of the space-mission problems.
#pragma once

#include "../results.hpp"

namespace sengen::bench {

// Evaluations of every instance on one thread, one by one and in batches, against the published
// time of the reference functions.
void speed(Results& results);

}  // namespace sengen::bench
