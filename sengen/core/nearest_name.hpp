// SPDX-License-Identifier: Apache-2.0
// The name that a misspelt word most likely means, by edit distance.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sengen {

// The nearest candidate; empty when none is near.
std::string nearest_name(std::string_view word, const std::vector<std::string>& candidates);
// "did you mean 'x'?", or the list of all that is there.
std::string suggestion(std::string_view word, const std::vector<std::string>& candidates);

}  // namespace sengen
