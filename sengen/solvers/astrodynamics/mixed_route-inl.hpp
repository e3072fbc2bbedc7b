// SPDX-License-Identifier: Apache-2.0
// What lanes do one by one: planets that differ from lane to lane (instances 8 and 10), and the
// launcher's table.
#if defined(SENGEN_ASTRODYNAMICS_MIXED_ROUTE_INL) == defined(HWY_TARGET_TOGGLE)
#ifdef SENGEN_ASTRODYNAMICS_MIXED_ROUTE_INL
#undef SENGEN_ASTRODYNAMICS_MIXED_ROUTE_INL
#else
#define SENGEN_ASTRODYNAMICS_MIXED_ROUTE_INL
#endif

#include <array>
#include <span>

#include <sengen/solvers/astrodynamics/lanes-inl.hpp>
#include <sengen/solvers/astrodynamics/missions.hpp>

HWY_BEFORE_NAMESPACE();
namespace sengen::astrodynamics::HWY_NAMESPACE {

// f of numbers, lane by lane.
template <class F, class... Numbers>
Lanes each_lane(const F& f, const Numbers&... numbers) {
  constexpr std::size_t kCount = sizeof...(Numbers);
  double in[kCount][kLanes], out[kLanes];
  std::size_t k = 0;
  (store(numbers, in[k++]), ...);
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    if constexpr (kCount == 1) {
      out[lane] = f(in[0][lane]);
    } else {
      out[lane] = f(in[0][lane], in[1][lane]);
    }
  }
  return load(out);
}

inline Lanes atlas_launch_mass(const Lanes& speed, const Lanes& declination) {
  return each_lane([](double s, double d) { return atlas_launch_mass<double>(s, d); }, speed,
                   declination);
}

// As PlanetTable, mu and penalty of a body, by lane.
struct MixedBody {
  std::array<std::array<Lanes, kTableTerms>, 6> table;
  double epoch;
  Lanes mu;
  missions::FlybyPenalty<Lanes> penalty;
};

inline MixedBody mixed_body(const Lanes& number) {
  double numbers[kLanes], table[6][kTableTerms][kLanes], more[3][kLanes];
  store(number, numbers);
  MixedBody body;
  body.epoch = planet_table(Planet::kEarth).epoch;
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    const auto planet = static_cast<Planet>(static_cast<int>(numbers[lane]));
    const auto& coefficients = planet_table(planet).coefficients;
    for (std::size_t k = 0; k < 6; ++k) {
      for (std::size_t j = 0; j < kTableTerms; ++j) table[k][j][lane] = coefficients[k][j];
    }
    const auto penalty = missions::penalty_of(planet);
    more[0][lane] = planet_mu(planet);
    more[1][lane] = penalty.limit;
    more[2][lane] = penalty.price;
  }
  for (std::size_t k = 0; k < 6; ++k) {
    for (std::size_t j = 0; j < kTableTerms; ++j) body.table[k][j] = load(table[k][j]);
  }
  body.mu = load(more[0]);
  body.penalty = {load(more[1]), load(more[2])};
  return body;
}

// Earth, four bodies of one's choice but Pluto, Saturn.
struct MixedRoute {
  std::array<MixedBody, 4> flybys;
  static constexpr bool last_leg_retrograde = false;
};
inline std::size_t bodies_of(const MixedRoute& route) { return route.flybys.size() + 2; }
inline State<Lanes> body_at(const MixedRoute& route, std::size_t body, const Lanes& day) {
  if (body == 0) return state_of(Planet::kEarth, day);
  if (body > route.flybys.size()) return state_of(Planet::kSaturn, day);
  const MixedBody& mixed = route.flybys[body - 1];
  return state_by_table<kTableTerms>(mixed.table, Lanes((day - mixed.epoch) / 36525.0));
}
inline const Lanes& mu_of(const MixedRoute& route, std::size_t body) {
  return route.flybys[body - 1].mu;
}
inline const missions::FlybyPenalty<Lanes>& penalty_of(const MixedRoute& route, std::size_t body) {
  return route.flybys[body - 1].penalty;
}

inline missions::Outcome<Lanes> cassini1_minlp(const Instance& instance, std::span<const Lanes> x) {
  MixedRoute route;
  for (std::size_t i = 0; i < 4; ++i) route.flybys[i] = mixed_body(x[6 + i]);
  return missions::cassini1(instance, route, x);
}

}  // namespace sengen::astrodynamics::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // per-target include guard
