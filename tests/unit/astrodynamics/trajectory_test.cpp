// SPDX-License-Identifier: Apache-2.0
// Flights as events and arcs: what their impulses sum up to, where numerical integration arrives,
// calendar dates.
#include <sengen/solvers/astrodynamics/trajectory.hpp>

#include <cmath>

#include <gtest/gtest.h>

#include <sengen/core/error.hpp>
#include <sengen/core/random.hpp>
#include <sengen/solvers/astrodynamics/ephemeris.hpp>
#include <sengen/solvers/astrodynamics/kepler.hpp>
#include <sengen/solvers/astrodynamics/propagation.hpp>

namespace sengen::astrodynamics {
namespace {

std::vector<double> random_vector(const Instance& instance, std::uint64_t seed) {
  const Random random(seed);
  std::vector<double> x;
  for (const Variable& variable : info_of(instance).variables) {
    const double part = random.uniform(x.size());
    double value = variable.lower + part * (variable.upper - variable.lower);
    if (variable.is_integer) value = std::min(8.0, std::floor(value));
    x.push_back(value);
  }
  return x;
}

double impulses(const Trajectory& flight) {
  double sum = 0;
  for (const Event& event : flight.events) sum += event.delta_v;
  return sum;
}

TEST(Propagation, GoesRoundAnEllipse) {
  const State<double> start = {{1.5e8, 0, 1e6}, {2, 25, -3}};
  for (const double days : {10.0, 400.0, 3000.0}) {
    const auto conic = coast(start, days * kDay, kSunMu);
    const auto integrated = propagate(start, days * kDay, kSunMu);
    EXPECT_LT(norm(conic.position - integrated.position), 0.05) << days;
    EXPECT_LT(norm(conic.velocity - integrated.velocity), 1e-8) << days;
  }
  const State<double> escaping = {{1.5e8, 0, 0}, {10, 60, 5}};
  EXPECT_LT(norm(coast(escaping, 1e9, kSunMu).position - propagate(escaping, 1e9, kSunMu).position),
            0.5);
}

TEST(Propagation, SeesAWrongEnd) {
  Trajectory flight;
  const State<double> start = {{1.5e8, 0, 0}, {0, 29, 1}};
  flight.arcs.push_back({0, 1e7, start, coast(start, 1e7, kSunMu)});
  EXPECT_LT(integration_gap(flight), 0.1);
  flight.arcs[0].end.position.x += 5;
  EXPECT_NEAR(integration_gap(flight), 5, 0.1);
}

// How near to the Sun a conic comes, AU: whoever grazes it arrives where rounding says.
double perihelion(const State<double>& state) {
  const double r = norm(state.position);
  const double energy = dot(state.velocity, state.velocity) / 2 - kSunMu / r;
  const auto momentum = cross(state.position, state.velocity);
  const double h2 = dot(momentum, momentum);
  const double e = std::sqrt(std::max(0.0, 1 + 2 * energy * h2 / (kSunMu * kSunMu)));
  return h2 / kSunMu / (1 + e) / kAstronomicalUnit;
}

class Flights : public ::testing::TestWithParam<int> {};

// Of any vector: arcs join, integration meets the bodies to a kilometre, free fly-bys keep the
// speed.
TEST_P(Flights, AreWhatIntegrationFinds) {
  const Instance instance{.mission = static_cast<Mission>(GetParam())};
  int flown = 0;
  for (std::uint64_t seed = 1; seed <= 12; ++seed) {
    const auto x = random_vector(instance, seed);
    if (evaluate(instance, x).failed) continue;
    const Trajectory flight = trajectory_of(instance, x);
    for (const Arc& arc : flight.arcs) {
      Trajectory alone;
      alone.arcs = {arc};
      const double near = perihelion(arc.begin);
      EXPECT_LT(integration_gap(alone), near > 0.1 ? 1 : 1e4) << "seed " << seed << ", " << near;
      flown += near > 0.1 ? 1 : 0;
    }
    for (const Event& event : flight.events) {
      if (event.kind == EventKind::kFlyby && event.delta_v == 0) {
        EXPECT_NEAR(event.speed_before, event.speed_after, 1e-9 * event.speed_before);
      }
    }
    for (std::size_t i = 1; i < flight.arcs.size(); ++i) {
      EXPECT_LT(norm(flight.arcs[i].begin.position - flight.arcs[i - 1].end.position), 1);
    }
    EXPECT_GT(flight.events.back().day, flight.events.front().day);
  }
  EXPECT_GT(flown, 15);
}
INSTANTIATE_TEST_SUITE_P(OfAllInstances, Flights, ::testing::Range(1, 12));

TEST(Flights, ImpulsesAreTheObjective) {
  // Without penalties the objective is the sum of the impulses.
  for (const auto mission :
       {Mission::kCassini2, Mission::kMessenger, Mission::kMessengerFull, Mission::kRosetta}) {
    const Instance instance{.mission = mission};
    const auto x = random_vector(instance, 3);
    const auto found = evaluate(instance, x);
    EXPECT_NEAR(impulses(trajectory_of(instance, x)), found.objectives[0],
                1e-12 * found.objectives[0])
        << info_of(instance).name;
  }
  const Instance cassini;
  const std::vector<double> x = {-789.783943378288200, 158.323732108266285,  449.385881146596375,
                                 54.716205454453835,   1024.696123466647350, 4552.813287140832472};
  const Trajectory flight = trajectory_of(cassini, x);
  EXPECT_NEAR(impulses(flight), 4.9307, 2e-4);
  ASSERT_EQ(flight.events.size(), 6U);
  EXPECT_EQ(flight.events[1].body, "Venus");
  EXPECT_NEAR(flight.events[1].periapsis, 8000, 2000);
  EXPECT_EQ(flight.events[5].kind, EventKind::kArrival);
  EXPECT_EQ(date_of(flight.events[0].day), "1997-11-02 05:11");
}

TEST(Flights, MassesFollowTheRocketEquation) {
  const Instance gtoc1{.mission = Mission::kGtoc1};
  const auto x = random_vector(gtoc1, 2);
  const Trajectory flight = trajectory_of(gtoc1, x);
  EXPECT_TRUE(flight.has_mass);
  EXPECT_NEAR(flight.events.back().mass,
              1500 * std::exp(-1000 * impulses(flight) / (2500 * 9.80665)), 1e-9);
  const Instance tandem{.mission = Mission::kTandem};
  for (std::uint64_t seed = 1; seed < 20; ++seed) {
    const auto y = random_vector(tandem, seed);
    const auto details = tandem_details(tandem, y);
    if (details.launch_mass == 0) continue;
    EXPECT_NEAR(impulses(trajectory_of(tandem, y)), details.delta_v, 1e-9 * details.delta_v);
  }
}

TEST(Flights, RefuseWhatCannotFly) {
  const Instance instance;
  EXPECT_THROW(trajectory_of(instance, std::vector<double>{1, 2}), Error);
  EXPECT_THROW(trajectory_of(instance, std::vector<double>(6, std::nan(""))), Error);
}

TEST(Dates, AreThoseOfTheCalendar) {
  EXPECT_EQ(date_of(0), "2000-01-01 00:00");
  EXPECT_EQ(date_of(59.5), "2000-02-29 12:00");
  EXPECT_EQ(date_of(60), "2000-03-01 00:00");
  EXPECT_EQ(date_of(366), "2001-01-01 00:00");
  EXPECT_EQ(date_of(-1.0 / 1440), "1999-12-31 23:59");
  EXPECT_EQ(date_of(-777.25), "1997-11-14 18:00");
  EXPECT_EQ(date_of(36525), "2100-01-01 00:00");
}

}  // namespace
}  // namespace sengen::astrodynamics
