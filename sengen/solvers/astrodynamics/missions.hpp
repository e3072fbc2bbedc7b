// SPDX-License-Identifier: Apache-2.0
// What the problems of GTOPX make of a flight: objectives and constraints, for doubles, duals and
// SIMD lanes (see real.hpp). Numbers and the order of sums are those of the reference functions.
#if defined(SENGEN_ASTRODYNAMICS_MISSIONS_HPP) == defined(HWY_TARGET_TOGGLE)
#ifdef SENGEN_ASTRODYNAMICS_MISSIONS_HPP
#undef SENGEN_ASTRODYNAMICS_MISSIONS_HPP
#else
#define SENGEN_ASTRODYNAMICS_MISSIONS_HPP
#endif

#include <array>
#include <cmath>
#include <cstdint>
#include <span>

#include <sengen/core/error.hpp>
#include <sengen/solvers/astrodynamics/escape.hpp>
#include <sengen/solvers/astrodynamics/gtopx.hpp>
#include <sengen/solvers/astrodynamics/launcher.hpp>
#include <sengen/solvers/astrodynamics/mga.hpp>
#include <sengen/solvers/astrodynamics/mga_dsm.hpp>

SENGEN_BEFORE_PHYSICS();
namespace sengen::astrodynamics SENGEN_PHYSICS_TARGET {
namespace missions {

using enum Planet;

inline constexpr double kGravity = 9.80665;  // m/s^2, of the rocket equation

inline Conics conics_of(const Instance& instance) {
  return {instance.precision, instance.revolutions};
}

inline const SpkEphemeris* file_of(const Instance& instance) { return instance.ephemeris.get(); }

template <class T>
using Vector = std::span<const T>;
// As Evaluation in gtopx.hpp.
template <class T>
struct Outcome {
  std::array<T, 2> objectives{};
  std::array<T, kMostConstraints> constraints{};
  MaskOf<T> failed;
};

// What a fly-by of a planet costs below its limit, for each km.
template <class C>
struct FlybyPenalty {
  C limit;  // km
  C price;
};
inline FlybyPenalty<double> penalty_of(Planet planet) {
  switch (planet) {
    case kVenus: return {6351.8, 0.01};
    case kEarth: return {6778.1, 0.01};
    case kMars: return {6000, 0.01};
    case kJupiter: return {600000, 0.001};
    case kSaturn: return {70000, 0.01};
    default: return {0, 0};
  }
}
inline FlybyPenalty<double> penalty_of(const MgaRoute& route, std::size_t body) {
  return penalty_of(route.planets[body]);
}

// Impulses of fly-bys, of what `arrival` costs, fly-bys that are too low, and what the launcher
// does not give. The order of the sum is the reference's.
template <class T, class Route>
T mga_cost(const MgaTrajectory<T>& path, const Route& route, const T& arrival, double launcher) {
  T sum = 0.0;
  for (std::size_t i = 1; i + 1 < path.bodies; ++i) sum += path.flyby[i - 1].delta_v;
  sum += arrival;
  for (std::size_t i = 1; i + 1 < path.bodies; ++i) {
    const auto penalty = penalty_of(route, i);
    const T& periapsis = path.flyby[i - 1].periapsis;
    sum += select(value_of(periapsis) < penalty.limit,
                  T(penalty.price * (penalty.limit - periapsis)), T(0.0));
  }
  sum += select(value_of(path.launch_speed) > launcher, T(path.launch_speed - launcher), T(0.0));
  return sum;
}

// Cassini, instances 1, 8, 9, 10.
template <class T, class Route>
Outcome<T> cassini1(const Instance& instance, const Route& route, Vector<T> x) {
  constexpr std::array<double, 4> kLimits = {6351.8, 6351.8, 6778.1, 671492};
  const auto path = fly_mga<T>(route, x.first(6), conics_of(instance));
  Outcome<T> result;
  result.failed = !path.converged;
  const T arrival = insertion(path.arrival_speed, 108950.0, 0.98, planet_mu(kSaturn));
  result.objectives[0] = mga_cost<T>(path, route, arrival, 0);
  for (std::size_t i = 0; i < 4; ++i) {
    result.constraints[i] = path.flyby[i].periapsis - kLimits[i];
  }
  if (instance.mission == Mission::kCassini1Mo || instance.mission == Mission::kCassini1MoMinlp) {
    for (std::size_t i = 1; i < 6; ++i) result.objectives[1] += x[i];
    const double most = instance.mission == Mission::kCassini1Mo ? 7 : 6;
    result.constraints[4] = most - result.objectives[0];
  }
  return result;
}

inline constexpr std::array<Planet, 6> kCassini = {kEarth, kVenus,   kVenus,
                                                   kEarth, kJupiter, kSaturn};

// With fly-bys at planets that x gives.
template <class T>
Outcome<T> cassini1_minlp(const Instance& instance, Vector<T> x) {
  std::array<Planet, 6> planets = kCassini;
  for (std::size_t i = 0; i < 4; ++i) {
    planets[i + 1] = static_cast<Planet>(static_cast<int>(value_of(x[6 + i])));
  }
  return cassini1(instance, MgaRoute{.planets = planets, .ephemeris = file_of(instance)}, x);
}

template <class T>
Outcome<T> gtoc1(const Instance& instance, Vector<T> x) {
  using std::abs;
  using std::exp;
  constexpr std::array<Planet, 7> kPlanets = {kEarth, kVenus,   kEarth, kVenus,
                                              kEarth, kJupiter, kSaturn};
  constexpr std::array<double, 6> kLimits = {6351.8, 6778.1, 6351.8, 6778.1, 600000, 70000};
  constexpr double kImpulse = 2500, kMass = 1500, kLauncher = 2.5;
  const MgaRoute route = {.planets = kPlanets,
                          .asteroid = &kTw229,
                          .last_leg_retrograde = true,
                          .ephemeris = file_of(instance)};
  const auto path = fly_mga<T>(route, x, conics_of(instance));
  Outcome<T> result;
  result.failed = !path.converged;
  const T cost = mga_cost<T>(path, route, T(0.0), kLauncher);
  const T mass = kMass * exp(-cost / (kImpulse * kGravity / 1000));
  const Vector3<T>& asteroid = path.body[7].velocity;
  const T impact = mass * abs(dot(asteroid - path.leg[6].arrival, asteroid));
  // Steps of 2.3e-10, as in the reference.
  result.objectives[0] = (2000000.0 - impact) - 2000000.0;
  for (std::size_t i = 0; i < 6; ++i) {
    result.constraints[i] = path.flyby[i].periapsis - kLimits[i];
  }
  return result;
}

// x of n bodies: launch day, speed, u, v, times, fractions, periapses, angles.
template <class T>
DsmVector<T> dsm_vector(Vector<T> x, std::size_t bodies) {
  const std::size_t legs = bodies - 1, flybys = bodies - 2;
  return {x[0],
          x[1],
          x[2],
          x[3],
          x.subspan(4, legs),
          x.subspan(4 + legs, legs),
          x.subspan(4 + 2 * legs, flybys),
          x.subspan(4 + 2 * legs + flybys, flybys)};
}

template <class T>
T sum_of(std::span<const T> values) {
  T sum = 0.0;
  for (const T& value : values) sum += value;
  return sum;
}

enum class Arrival : std::uint8_t { kRendezvous, kInsertion };

// Instances 2, 3, 4, 6.
template <class T>
Outcome<T> deep_space(const Instance& instance, const DsmRoute& route, Vector<T> x,
                      bool pays_launch, Arrival arrival, double periapsis = 0,
                      double eccentricity = 0) {
  const std::size_t bodies = route.planets.size() + (route.asteroid != nullptr ? 1 : 0);
  const auto path = fly_dsm(route, dsm_vector(x, bodies), conics_of(instance));
  Outcome<T> result;
  result.failed = !path.converged;
  T sum = sum_of(std::span<const T>(path.delta_v).first(bodies - 1));
  if (arrival == Arrival::kRendezvous) {
    sum += path.arrival_speed;
  } else {
    sum +=
        insertion(path.arrival_speed, periapsis, eccentricity, dsm_mu(route, route.planets.back()));
  }
  if (pays_launch) sum += x[1];
  result.objectives[0] = sum;
  return result;
}

// Earth, Earth, Jupiter, and then 50 AU as soon as may be.
template <class T>
Outcome<T> sagas(const Instance& instance, Vector<T> x) {
  constexpr std::array<Planet, 3> kPlanets = {kEarth, kEarth, kJupiter};
  constexpr double kDistance = 50 * kAstronomicalUnit;
  constexpr double kMostTotal = 6.782, kMostOnBoard = 1.782, kUnreachable = 100000;
  // The reference reads the angles one place early: at x10 and x11 in place of x11 and x12.
  const std::array<T, 2> angles = {x[instance.intended ? 10 : 9], x[instance.intended ? 11 : 10]};
  const DsmVector<T> vector = {
      x[0], x[1], x[2], x[3], x.subspan(4, 2), x.subspan(6, 2), x.subspan(8, 2), angles};
  const auto path = fly_dsm<T>({.planets = kPlanets, .ephemeris = file_of(instance)}, vector,
                               conics_of(instance));
  Outcome<T> result;
  result.failed = !path.converged;
  const T on_board = path.delta_v[0] + path.delta_v[1];
  const T total = x[1] + on_board;
  const auto escape = escape_of(path.departure[2], kDistance, kSunMu);
  T years =
      select(escape.reaches, T((escape.seconds / kDay + x[4] + x[5]) / kYear), T(kUnreachable));
  // The reference adds what is left of the sums after they were set to 0 where they are too large.
  const auto dear = value_of(total) > kMostTotal;
  T rest = select(dear, T(0.0), total);
  rest += on_board;
  rest = select(value_of(rest) > kMostOnBoard, T(0.0), rest);
  if (!instance.intended) years += rest / kYear;
  years += select(dear, T(10.0 + 10.0 * total), T(0.0));
  years += select(value_of(on_board) > kMostOnBoard, T(10.0 + 10.0 * on_board), T(0.0));
  result.objectives[0] = years;
  result.constraints[0] = kMostTotal - total;
  result.constraints[1] = kMostOnBoard - on_board;
  return result;
}

inline std::array<Planet, 5> tandem_planets(int sequence) {
  const int index = sequence - 1;
  return {kEarth, static_cast<Planet>(2 + index / 12), static_cast<Planet>(2 + index / 4 % 3),
          static_cast<Planet>(2 + index % 4), kSaturn};
}

template <class T>
struct TandemFlight {
  T delta_v, launch_mass, declination, days;
  MaskOf<T> converged;
};

template <class T>
TandemFlight<T> fly_tandem(const Instance& instance, Vector<T> x) {
  using std::sqrt;
  constexpr double kTilt = 0.409072975;  // of the ecliptic, rad
  constexpr double kLosses = 0.165;
  const auto planets = tandem_planets(instance.tandem_sequence);
  const DsmRoute route{.planets = planets, .ephemeris = file_of(instance)};
  const auto path = fly_dsm(route, dsm_vector(x, 5), conics_of(instance));
  T delta_v = sum_of(std::span<const T>(path.delta_v).first(4));
  delta_v += insertion(path.arrival_speed, 80330.0, 0.98531407996358, route.saturn_mu);
  delta_v += kLosses;
  const Vector3<T>& launch = path.launch_velocity;
  const T north = launch.y * std::sin(kTilt) + launch.z * std::cos(kTilt);
  const T sine = north / norm(launch);
  const T declination = angle_of(sine, T(sqrt((1.0 - sine) * (1.0 + sine)))) * (180 / M_PI);
  return {delta_v, atlas_launch_mass(x[1], declination), declination, sum_of(x.subspan(4, 4)),
          path.converged};
}

template <class T>
Outcome<T> tandem(const Instance& instance, Vector<T> x) {
  using std::exp;
  constexpr double kImpulse = 312, kMostDays = 3652.5;
  const TandemFlight<T> flight = fly_tandem(instance, x);
  Outcome<T> result;
  result.failed = !flight.converged;
  result.objectives[0] =
      -(flight.launch_mass * exp(-1000.0 * flight.delta_v / (kImpulse * kGravity)));
  result.constraints[0] = kMostDays - flight.days;
  return result;
}

template <class T>
Outcome<T> evaluate_any(const Instance& instance, Vector<T> x) {
  constexpr std::array<Planet, 5> kReduced = {kEarth, kEarth, kVenus, kVenus, kMercury};
  constexpr std::array<Planet, 7> kFull = {kEarth,   kVenus,   kVenus,  kMercury,
                                           kMercury, kMercury, kMercury};
  constexpr std::array<Planet, 5> kRosetta = {kEarth, kEarth, kMars, kEarth, kEarth};
  const SpkEphemeris* file = file_of(instance);
  switch (instance.mission) {
    case Mission::kCassini1:
    case Mission::kCassini1Mo:
      return cassini1(instance, MgaRoute{.planets = kCassini, .ephemeris = file_of(instance)}, x);
    case Mission::kCassini1Minlp:
    case Mission::kCassini1MoMinlp: return cassini1_minlp(instance, x);
    case Mission::kCassini2:
      return deep_space(instance, {.planets = kCassini, .ephemeris = file}, x, true,
                        Arrival::kRendezvous);
    case Mission::kMessenger:
      return deep_space(instance, {.planets = kReduced, .ephemeris = file}, x, true,
                        Arrival::kRendezvous);
    case Mission::kMessengerFull:
      return deep_space(instance, {.planets = kFull, .ephemeris = file}, x, false,
                        Arrival::kInsertion, 2640, 0.704);
    case Mission::kGtoc1: return gtoc1(instance, x);
    case Mission::kRosetta:
      return deep_space(
          instance, {.planets = kRosetta, .asteroid = &kChuryumovGerasimenko, .ephemeris = file}, x,
          false, Arrival::kRendezvous);
    case Mission::kSagas: return sagas(instance, x);
    case Mission::kTandem: return tandem(instance, x);
  }
  throw Error(ErrorKind::kInternal, "no such mission");
}

}  // namespace missions
}  // namespace sengen::astrodynamicsSENGEN_PHYSICS_TARGET
SENGEN_AFTER_PHYSICS();

#endif  // per-target include guard
