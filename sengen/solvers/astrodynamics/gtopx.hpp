// SPDX-License-Identifier: Apache-2.0
// The problems of GTOPX (Schlueter et al., SoftwareX 14, 2021, arXiv:2010.07517; ESA's GTOP) and
// TandEM: objectives to be minimised and constraints that hold where they are >= 0.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include <sengen/solvers/astrodynamics/lambert_single.hpp>

namespace sengen::astrodynamics {

class SpkEphemeris;  // spk.hpp

enum class Mission : std::uint8_t {
  kCassini1 = 1,
  kCassini2,
  kMessenger,
  kMessengerFull,
  kGtoc1,
  kRosetta,
  kSagas,
  kCassini1Minlp,
  kCassini1Mo,
  kCassini1MoMinlp,
  kTandem,
};

// A problem, and how it is computed.
struct Instance {
  Mission mission = Mission::kCassini1;
  int tandem_sequence = 6;  // 1 to 24, of kTandem
  LambertPrecision precision = LambertPrecision::kDouble;
  // Sagas with the angles that were meant in place of those that the reference reads.
  bool intended = false;
  // Full turns around the sun that a leg may make; of its conics the cheapest counts: by the next
  // manoeuvre, or the impulse at the fly-by where it begins. 0: as published.
  int revolutions = 0;
  // Planets' places by this in place of mean elements; days without them fail.
  std::shared_ptr<const SpkEphemeris> ephemeris = nullptr;
};

struct Variable {
  std::string name;
  std::string unit;
  double lower = 0;
  double upper = 0;
  bool is_integer = false;
};

struct InstanceInfo {
  int number = 0;
  std::string name;   // cassini1
  std::string title;  // Cassini1: Earth - Venus - Venus - Earth - Jupiter - Saturn
  std::vector<Variable> variables;
  std::vector<std::string> objectives;   // with units
  std::vector<std::string> constraints;  // with units
  double best_known = 0;                 // of the first objective
};
const InstanceInfo& info_of(const Instance& instance);
// By number (1 to 10), name, or tandem:SEQUENCE (a number, or as 3-2-3-3-6). kUsage with the
// nearest name.
Instance instance_named(const std::string& name);
std::vector<std::string> instance_names();

inline constexpr std::size_t kMostVariables = 26;
inline constexpr std::size_t kMostConstraints = 6;

template <class T>
struct Evaluation {
  std::array<T, 2> objectives{};
  std::array<T, kMostConstraints> constraints{};
  // A conic was not found, or a number left its range: objectives are kFailure then, constraints
  // -kFailure.
  bool failed = false;
};
inline constexpr double kFailure = 1e10;

// x: as many numbers as the instance has variables; integers are truncated. Finite for every x.
// Thread-safe. kUsage for another length; NaN gives kFailure.
Evaluation<double> evaluate(const Instance& instance, std::span<const double> x);

// Value (to rounding that of evaluate) and gradient of the first objective; gradient: as long as x,
// 0 for integers.
double gradient(const Instance& instance, std::span<const double> x, std::span<double> gradient);

// Of TandEM: sum of manoeuvres and losses (km/s), mass at launch (kg), time of flight (days).
struct TandemDetails {
  double delta_v = 0;
  double launch_mass = 0;
  double declination = 0;  // degrees
  double days = 0;
};
TandemDetails tandem_details(const Instance& instance, std::span<const double> x);

}  // namespace sengen::astrodynamics
