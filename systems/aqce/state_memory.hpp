// SPDX-License-Identifier: Apache-2.0
// Memory that loading a state takes, and that there is.
#pragma once

#include <cstdint>

#include "state_word.hpp"

namespace sengen::aqce {

// What loading takes at most, in bytes; as_mps: as matrix product state, of a word that has such a
// form. kInput where a file cannot be read.
std::uint64_t bytes_needed(const StateWord& word, bool as_mps = false);
// What this process can have: what the machine has left, within the limit of its container.
std::uint64_t bytes_available();
// kResource saying how much is needed and how much is there.
void require_memory(const StateWord& word, bool as_mps = false);

}  // namespace sengen::aqce
