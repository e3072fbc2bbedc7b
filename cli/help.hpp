// SPDX-License-Identifier: Apache-2.0
// Help texts from the declarations of options, stages and verbs.
#pragma once

#include <string>

#include <sengen/study/system.hpp>

namespace sengen::cli {

// "length of the domain (2 to 1000) [D], default 28"
std::string describe(const Option& option);
// "sengen flow-modes pod [DATA.h5] [STUDY.toml]"
std::string usage_line(const study::System& system, const study::Verb& verb);
// What -o of this verb names.
std::string describe_output(const study::Verb& verb);
// The keys of a study that mean something to this verb.
std::string keys_help(const study::System& system, const study::Verb& verb);
// A system: its verbs and all keys.
std::string system_help(const study::System& system);

}  // namespace sengen::cli
