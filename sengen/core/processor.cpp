// SPDX-License-Identifier: Apache-2.0
#include <sengen/core/processor.hpp>

#include <fstream>

#include <sys/utsname.h>

namespace sengen {

std::string processor_name() {
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);) {
    if (!line.starts_with("model name")) continue;
    const auto colon = line.find(": ");
    if (colon != std::string::npos) return line.substr(colon + 2);
  }
  utsname machine{};
  return uname(&machine) == 0 ? machine.machine : "unknown";
}

}  // namespace sengen
