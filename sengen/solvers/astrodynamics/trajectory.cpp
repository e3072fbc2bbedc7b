// SPDX-License-Identifier: Apache-2.0
#include <sengen/solvers/astrodynamics/trajectory.hpp>

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include <sengen/core/error.hpp>
#include <sengen/solvers/astrodynamics/ephemeris.hpp>
#include <sengen/solvers/astrodynamics/missions.hpp>
#include <sengen/solvers/astrodynamics/propagation.hpp>

namespace sengen::astrodynamics {

namespace {

// How a mission ends.
struct Arrival {
  double periapsis = 0;  // km, of the orbit that it ends in; 0: the whole speed is cancelled
  double eccentricity = 0;
  double mu = 0;
  bool is_free = false;  // an impact, or nothing
};

double arrival_impulse(const Arrival& arrival, double speed) {
  if (arrival.is_free) return 0;
  if (arrival.periapsis == 0) return speed;
  return insertion(speed, arrival.periapsis, arrival.eccentricity, arrival.mu);
}

// Events one by one, masses with them.
class Recorder {
 public:
  Recorder(const Instance& instance, double launch_mass, double impulse)
      : has_mass_(instance.mission == Mission::kGtoc1 || instance.mission == Mission::kTandem) {
    flight_.has_mass = has_mass_;
    flight_.launch_mass = mass_ = launch_mass;
    flight_.specific_impulse = impulse;
  }

  void add(Event event) {
    mass_ *= std::exp(-1000 * event.delta_v / (flight_.specific_impulse * missions::kGravity));
    event.mass = mass_;
    flight_.events.push_back(std::move(event));
  }
  void add_arc(double day, double seconds, const State<double>& begin, const State<double>& end) {
    flight_.arcs.push_back({day, seconds, begin, end});
  }
  void visit(const std::string& body) { flight_.bodies.push_back(body); }
  Trajectory take() { return std::move(flight_); }

 private:
  bool has_mass_;
  double mass_;
  Trajectory flight_;
};

Event encounter(EventKind kind, const std::string& body, double day, const State<double>& at,
                const Vector3<double>& before, const Vector3<double>& after) {
  Event event{.kind = kind,
              .body = body,
              .day = day,
              .position = at.position,
              .velocity_before = before,
              .velocity_after = after};
  event.speed_before = norm(before - at.velocity);
  event.speed_after = norm(after - at.velocity);
  return event;
}

struct Route {
  std::vector<Planet> planets;
  const Asteroid* asteroid = nullptr;
  std::string asteroid_name;

  std::string body(std::size_t i) const {
    return i < planets.size() ? name_of(planets[i]) : asteroid_name;
  }
};

void check_found(bool converged, const Instance& instance) {
  if (converged) return;
  throw Error(ErrorKind::kNumerics,
              fmt::format("{}: a leg of this vector has no conic", info_of(instance).name),
              "its objective is 1e10: choose another vector");
}

Trajectory mga_trajectory(const Instance& instance, const Route& route, std::span<const double> x,
                          double launcher, const Arrival& arrival, double mass, double impulse) {
  const auto path = fly_mga<double>({.planets = route.planets,
                                     .asteroid = route.asteroid,
                                     .last_leg_retrograde = route.asteroid != nullptr,
                                     .ephemeris = instance.ephemeris.get()},
                                    x, missions::conics_of(instance));
  check_found(path.converged, instance);
  Recorder recorder(instance, mass, impulse);
  double day = x[0];
  for (std::size_t i = 0; i < path.bodies; ++i) {
    recorder.visit(route.body(i));
    const bool is_last = i + 1 == path.bodies;
    const auto& before = i == 0 ? path.body[0].velocity : path.leg[i - 1].arrival;
    const auto& after = is_last ? path.body[i].velocity : path.leg[i].departure;
    const auto kind = i == 0    ? EventKind::kLaunch
                      : is_last ? EventKind::kArrival
                                : EventKind::kFlyby;
    Event event = encounter(kind, route.body(i), day, path.body[i], before, after);
    if (i == 0) {
      event.delta_v = std::max(0.0, path.launch_speed - launcher);
    } else if (is_last) {
      event.delta_v = arrival_impulse(arrival, path.arrival_speed);
      event.periapsis = arrival.periapsis;
    } else {
      event.delta_v = path.flyby[i - 1].delta_v;
      event.periapsis = path.flyby[i - 1].periapsis;
    }
    recorder.add(event);
    if (is_last) break;
    recorder.add_arc(day, x[i + 1] * kDay, {path.body[i].position, path.leg[i].departure},
                     {path.body[i + 1].position, path.leg[i].arrival});
    day += x[i + 1];
  }
  return recorder.take();
}

// As missions::sagas has it: one fly-by more, whose angles the reference reads one place early.
DsmVector<double> sagas_vector(const Instance& instance, std::span<const double> x) {
  return {x[0],
          x[1],
          x[2],
          x[3],
          x.subspan(4, 2),
          x.subspan(6, 2),
          x.subspan(8, 2),
          x.subspan(instance.intended ? 10 : 9, 2)};
}

// The coast to 50 AU behind Jupiter.
void add_escape(Recorder& recorder, const State<double>& start, double day) {
  constexpr double kDistance = 50 * kAstronomicalUnit;
  const auto seconds = time_to_distance(start, kDistance, kSunMu);
  if (!seconds) return;
  const State<double> end = coast(start, *seconds, kSunMu);
  recorder.add_arc(day, *seconds, start, end);
  recorder.add({.kind = EventKind::kDistance,
                .body = "50 AU",
                .day = day + *seconds / kDay,
                .position = end.position,
                .velocity_before = end.velocity,
                .velocity_after = end.velocity});
}

Event manoeuvre_event(double day, const State<double>& before, const Vector3<double>& after,
                      double delta_v) {
  return {.kind = EventKind::kManoeuvre,
          .body = "",
          .day = day,
          .position = before.position,
          .velocity_before = before.velocity,
          .velocity_after = after,
          .delta_v = delta_v};
}

Trajectory dsm_trajectory(const Instance& instance, const Route& route, std::span<const double> x,
                          bool pays_launch, Arrival arrival, double mass, double losses) {
  const DsmRoute dsm{
      .planets = route.planets, .asteroid = route.asteroid, .ephemeris = instance.ephemeris.get()};
  const std::size_t bodies = route.planets.size() + (route.asteroid != nullptr ? 1 : 0);
  const bool is_sagas = instance.mission == Mission::kSagas;
  const auto vector = is_sagas ? sagas_vector(instance, x) : missions::dsm_vector(x, bodies);
  const auto path = fly_dsm(dsm, vector, missions::conics_of(instance));
  check_found(path.converged, instance);
  if (arrival.periapsis > 0) arrival.mu = dsm_mu(dsm, route.planets.back());
  Recorder recorder(instance, mass, kUsualImpulse);
  double day = x[0];
  recorder.visit(route.body(0));
  Event launch = encounter(EventKind::kLaunch, route.body(0), day, path.body[0],
                           path.body[0].velocity, path.departure[0].velocity);
  launch.delta_v = (pays_launch ? x[1] : 0) + losses;
  recorder.add(launch);
  for (std::size_t i = 0; i + 1 < bodies; ++i) {
    const double days = vector.times[i], coasted = vector.fractions[i] * days;
    recorder.add_arc(day, coasted * kDay, path.departure[i], path.manoeuvre[i]);
    recorder.add(
        manoeuvre_event(day + coasted, path.manoeuvre[i], path.leg[i].departure, path.delta_v[i]));
    recorder.add_arc(day + coasted, (1 - vector.fractions[i]) * days * kDay,
                     {path.manoeuvre[i].position, path.leg[i].departure},
                     {path.body[i + 1].position, path.leg[i].arrival});
    day += days;
    const std::string body = route.body(i + 1);
    recorder.visit(body);
    const bool is_last = i + 2 == bodies && !is_sagas;
    Event event = encounter(is_last ? EventKind::kArrival : EventKind::kFlyby, body, day,
                            path.body[i + 1], path.leg[i].arrival,
                            is_last ? path.body[i + 1].velocity : path.departure[i + 1].velocity);
    if (is_last) {
      event.delta_v = arrival_impulse(arrival, path.arrival_speed);
      event.periapsis = arrival.periapsis;
    } else {
      event.periapsis = vector.periapses[i] * planet_radius(route.planets[i + 1]);
    }
    recorder.add(event);
  }
  if (is_sagas) add_escape(recorder, path.departure[bodies - 1], day);
  return recorder.take();
}

std::vector<Planet> planets_of(const Instance& instance, std::span<const double> x) {
  using enum Planet;
  switch (instance.mission) {
    case Mission::kCassini1Minlp:
    case Mission::kCassini1MoMinlp: {
      std::vector<Planet> planets = {kEarth};
      for (std::size_t i = 6; i < 10; ++i) {
        planets.push_back(static_cast<Planet>(static_cast<int>(x[i])));
      }
      planets.push_back(kSaturn);
      return planets;
    }
    case Mission::kMessenger: return {kEarth, kEarth, kVenus, kVenus, kMercury};
    case Mission::kMessengerFull:
      return {kEarth, kVenus, kVenus, kMercury, kMercury, kMercury, kMercury};
    case Mission::kGtoc1: return {kEarth, kVenus, kEarth, kVenus, kEarth, kJupiter, kSaturn};
    case Mission::kRosetta: return {kEarth, kEarth, kMars, kEarth, kEarth};
    case Mission::kSagas: return {kEarth, kEarth, kJupiter};
    case Mission::kTandem: {
      const auto planets = missions::tandem_planets(instance.tandem_sequence);
      return {planets.begin(), planets.end()};
    }
    default: return {missions::kCassini.begin(), missions::kCassini.end()};
  }
}

Route route_of(const Instance& instance, std::span<const double> x) {
  Route route;
  route.planets = planets_of(instance, x);
  if (instance.mission == Mission::kGtoc1) {
    route.asteroid = &kTw229;
    route.asteroid_name = "TW229";
  } else if (instance.mission == Mission::kRosetta) {
    route.asteroid = &kChuryumovGerasimenko;
    route.asteroid_name = "67P";
  }
  return route;
}

}  // namespace

Trajectory trajectory_of(const Instance& instance, std::span<const double> x) {
  const InstanceInfo& info = info_of(instance);
  if (x.size() != info.variables.size()) {
    throw Error(ErrorKind::kUsage,
                fmt::format("{} numbers, {} takes {}", x.size(), info.name, info.variables.size()));
  }
  if (evaluate(instance, x).failed) check_found(false, instance);
  const Route route = route_of(instance, x);
  switch (instance.mission) {
    case Mission::kCassini1:
    case Mission::kCassini1Minlp:
    case Mission::kCassini1Mo:
    case Mission::kCassini1MoMinlp:
      return mga_trajectory(instance, route, x.first(6), 0,
                            {108950, 0.98, planet_mu(Planet::kSaturn)}, 1, kUsualImpulse);
    case Mission::kGtoc1:
      return mga_trajectory(instance, route, x, 2.5, {.is_free = true}, 1500, 2500);
    case Mission::kCassini2:
    case Mission::kMessenger: return dsm_trajectory(instance, route, x, true, {}, 1, 0);
    case Mission::kRosetta: return dsm_trajectory(instance, route, x, false, {}, 1, 0);
    case Mission::kMessengerFull:
      return dsm_trajectory(instance, route, x, false, {2640, 0.704}, 1, 0);
    case Mission::kSagas: return dsm_trajectory(instance, route, x, true, {.is_free = true}, 1, 0);
    case Mission::kTandem:
      return dsm_trajectory(instance, route, x, false, {80330, 0.98531407996358},
                            tandem_details(instance, x).launch_mass, 0.165);
  }
  throw Error(ErrorKind::kInternal, "no such mission");
}

double integration_gap(const Trajectory& trajectory) {
  double gap = 0;
  for (const Arc& arc : trajectory.arcs) {
    const auto arrived = propagate(arc.begin, arc.seconds, kSunMu);
    gap = std::max(gap, norm(arrived.position - arc.end.position));
  }
  return gap;
}

const char* name_of(EventKind kind) {
  switch (kind) {
    case EventKind::kLaunch: return "launch";
    case EventKind::kManoeuvre: return "manoeuvre";
    case EventKind::kFlyby: return "fly-by";
    case EventKind::kArrival: return "arrival";
    case EventKind::kDistance: return "distance";
  }
  return "";
}

// By civil_from_days (Hinnant, "chrono-compatible low-level date algorithms").
std::string date_of(double day) {
  const double minutes = std::floor(day * 1440 + 0.5);
  const auto whole = static_cast<long>(std::floor(minutes / 1440));
  const auto minute = static_cast<int>(minutes - 1440.0 * static_cast<double>(whole));
  const long z = whole + 730425;  // days from 0000-03-01 to 2000-01-01
  const long era = (z >= 0 ? z : z - 146096) / 146097;
  const long of_era = z - era * 146097;
  const long year_of_era = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
  const long of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const long shifted = (5 * of_year + 2) / 153;
  const long date = of_year - (153 * shifted + 2) / 5 + 1;
  const long month = shifted < 10 ? shifted + 3 : shifted - 9;
  const long year = year_of_era + era * 400 + (month <= 2 ? 1 : 0);
  return fmt::format("{:04}-{:02}-{:02} {:02}:{:02}", year, month, date, minute / 60, minute % 60);
}

std::string name_of(Planet planet) {
  constexpr std::array<const char*, 10> kNames = {
      "", "Mercury", "Venus", "Earth", "Mars", "Jupiter", "Saturn", "Uranus", "Neptune", "Pluto"};
  return kNames.at(static_cast<std::size_t>(planet));
}

}  // namespace sengen::astrodynamics
