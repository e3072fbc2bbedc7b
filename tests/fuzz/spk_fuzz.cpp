// SPDX-License-Identifier: Apache-2.0
// Any bytes as an SPK file: either bad input, or planets that have a place or none at any day.
#include <cstdint>
#include <cstdlib>
#include <limits>

#include <sengen/core/error.hpp>
#include <sengen/solvers/astrodynamics/spk.hpp>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sengen::astrodynamics;
  try {
    const auto file = SpkEphemeris::parse(std::as_bytes(std::span(data, size)), "fuzz.bsp");
    for (int body = 1; body <= 9; ++body) {
      for (const double day : {-1e9, -1.0, 0.0, 0.5, 1e9, std::numeric_limits<double>::infinity(),
                               std::numeric_limits<double>::quiet_NaN()}) {
        file->motion(static_cast<Planet>(body), day);
      }
    }
  } catch (const sengen::Error& error) {
    if (error.kind() != sengen::ErrorKind::kInput) std::abort();
  }
  return 0;
}
