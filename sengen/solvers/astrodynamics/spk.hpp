// SPDX-License-Identifier: Apache-2.0
// Planets from an SPK file, as JPL publishes its ephemerides (DE440 and others; NAIF's "SPK
// Required Reading"): double-precision array file with segments of Chebyshev polynomials (type 2)
// in the equatorial frame J2000.
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <sengen/solvers/astrodynamics/bodies.hpp>

namespace sengen::astrodynamics {

class SpkEphemeris {
 public:
  // kInput, naming the file: not such a file, of another byte order, cut off, or without a planet
  // or the Sun.
  static std::shared_ptr<const SpkEphemeris> parse(std::span<const std::byte> bytes,
                                                   const std::string& name);

  // Heliocentric in the ecliptic of J2000: km, km/s, km/s^2.
  struct Motion {
    std::array<double, 3> position, velocity, acceleration;
  };
  // day: MJD2000, barycentric dynamical time. Nothing where the file does not reach. Of Mars and
  // beyond the barycentre of the planet and its moons, of the earth itself where the file has it.
  std::optional<Motion> motion(Planet planet, double day) const;
  // Without its folder.
  std::string file_name() const { return name_.substr(name_.rfind('/') + 1); }

 private:
  struct Segment {
    double begin = 0, end = 0;  // seconds from J2000
    int target = 0, centre = 0;
    double first = 0, length = 0;      // of its records, s
    std::size_t width = 0, count = 0;  // numbers of a record, records
    std::vector<double> numbers;
  };

  void read(std::span<const std::byte> bytes);
  std::optional<Motion> relative(int target, int centre, double seconds) const;
  std::optional<Motion> barycentric(int target, double seconds) const;

  std::string name_;
  std::vector<Segment> segments_;
};

}  // namespace sengen::astrodynamics
