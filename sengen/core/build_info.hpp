// SPDX-License-Identifier: Apache-2.0
// What this program was built from and with: for --version, doctor and the provenance of results.
#pragma once

#include <string>

namespace sengen {

struct BuildInfo {
  std::string version;   // "0.1.0 (1a2b3c4)": release and commit, "-dirty" for uncommitted changes
  std::string compiler;  // "GNU 12.2.0"
  std::string build_type;  // "Release"
  std::string arch;        // what -march was given
  std::string flags;       // the other compiler flags that change code
  std::string features;    // "MPI, LibTorch 2.13.0, HDF5 1.10.8"

  // Several lines, one field a line, each ended by a newline.
  std::string long_text() const;
};

const BuildInfo& build_info();

}  // namespace sengen
