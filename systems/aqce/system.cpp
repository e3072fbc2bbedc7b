// SPDX-License-Identifier: Apache-2.0
// aqce: its name and what it is for.
#include <sengen/study/system.hpp>

namespace sengen::aqce {

study::System make_system() {
  study::System system;
  system.name = "aqce";
  system.summary = "quantum circuits that prepare a given state or picture";
  return system;
}

}  // namespace sengen::aqce
