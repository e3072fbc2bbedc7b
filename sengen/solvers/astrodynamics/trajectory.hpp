// SPDX-License-Identifier: Apache-2.0
// What a vector of a GTOPX problem means as a flight: events (launch, manoeuvres in deep space,
// fly-bys, arrival) and the free arcs between them, heliocentric in the ecliptic of the planets'
// elements.
#pragma once

#include <span>
#include <string>
#include <vector>

#include <sengen/solvers/astrodynamics/bodies.hpp>
#include <sengen/solvers/astrodynamics/gtopx.hpp>
#include <sengen/solvers/astrodynamics/vector3.hpp>

namespace sengen::astrodynamics {

enum class EventKind : std::uint8_t { kLaunch, kManoeuvre, kFlyby, kArrival, kDistance };
const char* name_of(EventKind kind);

struct Event {
  EventKind kind = EventKind::kLaunch;
  std::string body;                 // "" in deep space
  double day = 0;                   // MJD2000
  Vector3<double> position;         // km
  Vector3<double> velocity_before;  // of the spacecraft, km/s; of the planet at launch
  Vector3<double> velocity_after;   // of the planet at the end
  double delta_v = 0;               // km/s, by engines; of a launch beyond what the launcher gives
  double speed_before = 0;          // relative to the body, km/s; 0 in deep space
  double speed_after = 0;
  double periapsis = 0;  // of a fly-by or an orbit at the end, km from the centre; 0: none
  double mass = 0;       // after it, kg; of missions without a mass: part of the mass at launch
};

struct Arc {
  double day = 0;  // MJD2000 of its begin
  double seconds = 0;
  State<double> begin;
  State<double> end;  // as the event at its end has it
};

struct Trajectory {
  std::vector<Event> events;
  std::vector<Arc> arcs;
  double launch_mass = 1;           // kg where has_mass
  double specific_impulse = 0;      // s
  bool has_mass = false;            // GTOC1 and TandEM give one
  std::vector<std::string> bodies;  // in the order of the route
};

// Specific impulse of engines where the problem gives none, s.
inline constexpr double kUsualImpulse = 312;

// kUsage for another length, kNumerics where a conic of it does not exist.
Trajectory trajectory_of(const Instance& instance, std::span<const double> x);

// The largest distance, km, between the ends of arcs and where numerical integration of their
// begins arrives.
double integration_gap(const Trajectory& trajectory);

// Calendar date and time (Gregorian) of a day of MJD2000: "1997-11-14 06:11".
std::string date_of(double day);
std::string name_of(Planet planet);

}  // namespace sengen::astrodynamics
