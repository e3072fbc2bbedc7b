// SPDX-License-Identifier: Apache-2.0
// What this machine computes with, in words: figures of speed mean nothing without it.
#pragma once

#include <string>

namespace sengen {

// "AMD EPYC 7B13 64-Core Processor"; the architecture ("aarch64") where the kernel tells no name.
std::string processor_name();

}  // namespace sengen
