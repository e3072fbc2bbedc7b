// SPDX-License-Identifier: Apache-2.0
// Coasts and conics against what they must keep and where they must end.
#include <sengen/solvers/astrodynamics/kepler.hpp>
#include <sengen/solvers/astrodynamics/lambert.hpp>

#include <gtest/gtest.h>

#include <sengen/core/random.hpp>
#include <sengen/solvers/astrodynamics/ephemeris.hpp>
#include <sengen/solvers/astrodynamics/escape.hpp>
#include <sengen/solvers/astrodynamics/flyby.hpp>

namespace sengen::astrodynamics {
namespace {

// Less than a turn: there is nothing to choose from.
constexpr auto kOnly = [](const auto& arc) { return arc.departure.x; };

double energy(const State<double>& s) {
  return dot(s.velocity, s.velocity) / 2 - kSunMu / norm(s.position);
}

double uniform(const Random& random, std::uint64_t index, double low, double high) {
  return low + (high - low) * random.uniform(index);
}

// Near the ecliptic, 0.4 to 10^most AU from the sun.
Vector3<double> random_place(const Random& random, std::uint64_t index, double most) {
  const double r = kAstronomicalUnit * std::pow(10, uniform(random, index, -0.4, most));
  const double angle = uniform(random, index + 1, 0, 2 * M_PI);
  return {r * std::cos(angle), r * std::sin(angle), r * uniform(random, index + 2, -0.1, 0.1)};
}

TEST(Kepler, AnomalyOfEveryEccentricity) {
  const Random random(1);
  for (std::uint64_t i = 0; i < 20000; ++i) {
    const double e = 1 - std::pow(10, -12 * random.uniform(2 * i));
    const double mean = uniform(random, 2 * i + 1, -20, 20);
    const double anomaly = eccentric_anomaly(mean, e);
    EXPECT_NEAR(anomaly - e * std::sin(anomaly), mean,
                1e-14 * std::max(1.0, std::abs(mean)) + 4e-15)
        << "e " << e << " M " << mean;
  }
}

// Every kind of orbit, circle to fast hyperbola: energy and angular momentum stay, there and back
// again in time, and a long coast is two short ones.
TEST(Kepler, CoastsKeepWhatMotionKeeps) {
  const Random random(2);
  for (std::uint64_t i = 0; i < 5000; ++i) {
    const auto draw = [&](std::uint64_t k, double low, double high) {
      return uniform(random, 16 * i + k, low, high);
    };
    const double r = kAstronomicalUnit * std::pow(10, draw(0, -0.5, 1));
    const double speed = std::sqrt(kSunMu / r) * draw(1, 0.3, 3);
    const double angle = draw(2, 0, 2 * M_PI), tilt = draw(3, -1, 1);
    const State<double> start = {{r, 0, 0},
                                 {speed * std::cos(angle), speed * std::sin(angle) * std::cos(tilt),
                                  speed * std::sin(angle) * std::sin(tilt)}};
    const double seconds = kDay * std::pow(10, draw(4, -1, 4));
    const auto end = coast(start, seconds, kSunMu);
    const double scale = speed * speed / 2 + kSunMu / r;
    EXPECT_NEAR(energy(end) / scale, energy(start) / scale, 1e-9);
    const auto before = cross(start.position, start.velocity);
    const auto after = cross(end.position, end.velocity);
    EXPECT_LT(norm(after - before), 1e-9 * (norm(start.position) * speed));
    const auto half = coast(coast(start, 0.3 * seconds, kSunMu), 0.7 * seconds, kSunMu);
    EXPECT_LT(norm(half.position - end.position), 1e-6 * norm(end.position) + 1);
  }
}

TEST(Kepler, CircleAndItsPeriod) {
  const double r = kAstronomicalUnit, v = std::sqrt(kSunMu / r), period = 2 * M_PI * r / v;
  const State<double> start = {{r, 0, 0}, {0, v, 0}};
  const auto quarter = coast(start, period / 4, kSunMu);
  EXPECT_NEAR(quarter.position.x / r, 0, 1e-14);
  EXPECT_NEAR(quarter.position.y / r, 1, 1e-14);
  const auto turns = coast(start, 10 * period, kSunMu);
  EXPECT_NEAR(turns.position.x / r, 1, 1e-12);
}

TEST(Lambert, ArcsEndWhereTheyShould) {
  const Random random(3);
  for (std::uint64_t i = 0; i < 5000; ++i) {
    const auto draw = [&](std::uint64_t k, double low, double high) {
      return uniform(random, 16 * i + k, low, high);
    };
    const auto from = random_place(random, 16 * i, 0.7), to = random_place(random, 16 * i + 3, 0.7);
    const double seconds = kDay * draw(6, 50, 1500);
    for (const bool prograde : {true, false}) {
      bool converged = false;
      const auto arc = lambert_arc(from, to, seconds, kSunMu, prograde, Conics{}, kOnly, converged);
      ASSERT_TRUE(converged);
      const auto end = coast<double>({from, arc.departure}, seconds, kSunMu);
      EXPECT_LT(norm(end.position - to), 1) << "km, case " << i;
      EXPECT_LT(norm(end.velocity - arc.arrival), 1e-5) << "km/s";
      EXPECT_EQ(cross(from, arc.departure).z > 0, prograde);
    }
  }
}

// Of every number of turns two conics, or none where the time is too short; both arrive, after as
// many of their periods.
TEST(Lambert, ConicsOfMoreThanATurn) {
  const Random random(7);
  int found = 0, missing = 0;
  for (std::uint64_t i = 0; i < 3000; ++i) {
    const auto draw = [&](std::uint64_t k, double low, double high) {
      return uniform(random, 16 * i + k, low, high);
    };
    const auto from = random_place(random, 16 * i, 0.4), to = random_place(random, 16 * i + 3, 0.4);
    const double seconds = kDay * draw(6, 300, 3000);
    for (const bool prograde : {true, false}) {
      const auto triangle = triangle_of(from, to, seconds, kSunMu, prograde);
      for (int turns = 1; turns <= 4; ++turns) {
        const auto roots = lambert::solve_turns(triangle.lambda, triangle.time, turns);
        if (!roots) {
          ++missing;
          continue;
        }
        ++found;
        EXPECT_LT((*roots)[0], (*roots)[1]);
        for (const double x : *roots) {
          const auto arc = arc_of(triangle, x, kSunMu);
          const State<double> start = {from, arc.departure};
          const auto end = coast(start, seconds, kSunMu);
          EXPECT_LT(norm(end.position - to), 10) << "km, case " << i << ", " << turns << " turns";
          EXPECT_LT(norm(end.velocity - arc.arrival), 1e-5) << "km/s";
          EXPECT_EQ(cross(from, arc.departure).z > 0, prograde);
          const double axis = -kSunMu / (2 * energy(start));
          const double period = 2 * M_PI * std::sqrt(axis * axis * axis / kSunMu);
          EXPECT_EQ(std::floor(seconds / period), turns) << "case " << i;
        }
      }
    }
  }
  EXPECT_GT(found, 3000);
  EXPECT_GT(missing, 3000);
}

// The cheapest is taken, and what more turns allow is never dearer.
TEST(Lambert, TheCheapestOfAllConics) {
  const Vector3<double> from = {1.5e8, 1e7, 2e6}, to = {-1.0e8, 1.7e8, 1e6};
  const Vector3<double> wanted = {0, 30, 0};
  const auto cost = [&](const auto& arc) { return norm(arc.departure - wanted); };
  double last = 1e9;
  for (int turns = 0; turns <= 4; ++turns) {
    bool converged = false;
    const auto arc =
        lambert_arc(from, to, 1000 * kDay, kSunMu, true, Conics{.turns = turns}, cost, converged);
    ASSERT_TRUE(converged);
    EXPECT_LE(cost(arc), last);
    last = cost(arc);
  }
  EXPECT_LT(last, 11);
}

TEST(Flyby, TurnsAsMuchAsItsPeriapsisLets) {
  const Vector3<double> planet = {3, 34, 0.5};
  const Vector3<double> in = planet + Vector3<double>{4, -3, 1};
  const double mu = planet_mu(Planet::kVenus), periapsis = 7000;
  for (const double b : {-2.0, 0.0, 1.0}) {
    const auto out = unpowered_flyby(in, planet, periapsis, b, mu);
    const auto u = in - planet, w = out - planet;
    EXPECT_NEAR(norm(w), norm(u), 1e-13);
    const double e = 1 + periapsis * dot(u, u) / mu;
    EXPECT_NEAR(std::acos(dot(u, w) / dot(u, u)), 2 * std::asin(1 / e), 1e-13);
    // Both hyperbolas are one: the impulse at the periapsis is none.
    const auto powered = powered_flyby(u, w, mu);
    EXPECT_NEAR(powered.delta_v, 0, 1e-12);
    EXPECT_NEAR(powered.periapsis, periapsis, 1e-6);
  }
}

// The same bits as with every halving from 1 done.
TEST(Flyby, HalvingsThatAreCountedAreThoseThatWouldBeDone) {
  const Random random(5);
  for (std::uint64_t i = 0; i < 20000; ++i) {
    const auto draw = [&](std::uint64_t k, double low, double high) {
      return uniform(random, 4 * i + k, low, high);
    };
    const double a_in = std::pow(10, draw(0, -5, 2)), a_out = a_in * std::pow(10, draw(1, -2, 2));
    const double turn = i % 2 == 0 ? draw(2, 0, M_PI) : std::pow(10, draw(2, -6, 0));
    const flyby::Hyperbolas<double> h = {a_in, a_out, std::sin(turn), std::cos(turn)};
    double expected = 1, step = 1;
    for (int k = 0; k < 30 && step > 1e-8; ++k) {
      double excess = 0, by_slope = 0;
      flyby::excess_of(h, expected, excess, by_slope);
      const double next = expected - excess * by_slope;
      if (next > 0) step = std::abs(next - expected);
      expected = next > 0 ? next : expected / 2;
    }
    EXPECT_EQ(flyby::periapsis_of(h), expected) << a_in << " " << a_out << " " << turn;
  }
}

TEST(Flyby, InsertionIntoACircleFromRest) {
  const double mu = planet_mu(Planet::kSaturn), r = 1e5;
  EXPECT_NEAR(insertion(0.0, r, 0, mu), (std::sqrt(2) - 1) * std::sqrt(mu / r), 1e-12);
}

TEST(Escape, IsWhereTheCoastIs) {
  const Random random(4);
  for (std::uint64_t i = 0; i < 2000; ++i) {
    const double r = kAstronomicalUnit * uniform(random, 4 * i, 1, 6);
    const double factor = i % 7 == 0 ? std::sqrt(2.0) : uniform(random, 4 * i + 1, 1.35, 2.5);
    const double speed = std::sqrt(kSunMu / r) * factor;
    const double angle = uniform(random, 4 * i + 2, -M_PI, M_PI);
    const State<double> start = {{r, 0, 0}, {speed * std::cos(angle), speed * std::sin(angle), 0}};
    const double distance = 50 * kAstronomicalUnit;
    const auto seconds = time_to_distance(start, distance, kSunMu);
    const double alpha = 2 * kSunMu / r - speed * speed;
    if (alpha > 0) {
      const double momentum = r * speed * std::sin(angle);
      const double e = std::sqrt(1 - momentum * momentum * alpha / kSunMu / kSunMu);
      const bool reaches = kSunMu / alpha * (1 + e) >= distance;
      ASSERT_EQ(seconds.has_value(), reaches);
      if (!reaches) continue;
    }
    ASSERT_TRUE(seconds.has_value());
    const auto end = coast(start, *seconds, kSunMu);
    EXPECT_NEAR(norm(end.position) / distance, 1, 1e-9);
    EXPECT_GT(dot(end.position, end.velocity), 0);
  }
}

TEST(Bodies, EarthGoesRoundTheSun) {
  for (const double day : {-1000.0, 0.0, 4000.0, 9000.0}) {
    const auto earth = state_of(Planet::kEarth, day);
    EXPECT_NEAR(norm(earth.position) / kAstronomicalUnit, 1, 0.018);
    EXPECT_EQ(earth.position.z, 0);
    const auto next = state_of(Planet::kEarth, day + 1e-4);
    const auto moved = (next.position - earth.position) / (1e-4 * kDay);
    EXPECT_LT(norm(moved - earth.velocity), 0.01);
  }
}

// A derivative of everything at once, and by differences.
TEST(Duals, FollowCoastsAndArcs) {
  const auto mars = [](const auto& day) { return state_of(Planet::kMars, day); };
  Dual day(1234.5);
  day.slope[0] = 1;
  const auto slope = [](const Dual& number) { return number.slope[0]; };
  const auto state = mars(day);
  const auto later = mars(1234.5 + 1e-3), before = mars(1234.5 - 1e-3);
  EXPECT_NEAR(slope(state.position.y), (later.position.y - before.position.y) / 2e-3, 1);
  const auto arc_x = [&](const auto& seconds) {
    using T = std::decay_t<decltype(seconds)>;
    bool converged = false;
    const Vector3<T> from = {1.5e8, 1e7, 2e6}, to = {-1.0e8, 1.7e8, 1e6};
    const auto arc = lambert_arc(from, to, seconds, kSunMu, true, Conics{}, kOnly, converged);
    const auto end = coast<T>({from, arc.departure}, 0.4 * seconds, kSunMu);
    return end.velocity.x;
  };
  Dual seconds(2e7);
  seconds.slope[0] = 1;
  const double difference = (arc_x(2e7 + 100.0) - arc_x(2e7 - 100.0)) / 200;
  EXPECT_NEAR(slope(arc_x(seconds)), difference, 1e-6 * std::abs(difference));
}

}  // namespace
}  // namespace sengen::astrodynamics
