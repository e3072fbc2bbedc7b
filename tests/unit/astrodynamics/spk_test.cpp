// SPDX-License-Identifier: Apache-2.0
// SPK files against the motions that they were made of.
#include <sengen/solvers/astrodynamics/spk.hpp>

#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

#include <sengen/core/error.hpp>
#include <sengen/solvers/astrodynamics/batch.hpp>
#include <sengen/solvers/astrodynamics/ephemeris.hpp>
#include <sengen/solvers/astrodynamics/trajectory.hpp>

#include "spk_bytes.hpp"
#include "vectors.hpp"

namespace sengen::astrodynamics {
namespace {

constexpr double kTilt = 84381.448 / 3600 * M_PI / 180;

double day_of(double seconds) { return seconds / kDay + 0.5; }

Vector3<double> to_equator(const Vector3<double>& v) {
  const double c = std::cos(kTilt), s = std::sin(kTilt);
  return {v.x, c * v.y - s * v.z, s * v.y + c * v.z};
}

// The sun about the barycentre.
Vector3<double> sun(double seconds) {
  const double angle = seconds * 1e-8;
  return {7e5 * std::cos(angle), 6e5 * std::sin(angle), 1e5 * std::sin(2 * angle)};
}

Vector3<double> planet(int body, double seconds) {
  return to_equator(state_of(static_cast<Planet>(body), day_of(seconds)).position) + sun(seconds);
}

// The mean elements of the problems as a file: from day -1100 on, `days` days.
std::vector<std::byte> mean_elements(double days, bool has_earth = true) {
  constexpr double kRecordDays = 16;
  SpkBytes file(-1100 * kDay, kRecordDays * kDay, static_cast<std::size_t>(days / kRecordDays), 18);
  const Vector3<double> moon_pull = {3000, -2000, 1000};
  for (int body = 1; body <= 9; ++body) {
    file.add({body, 0, [=](double seconds) {
                return body == 3 && has_earth ? planet(3, seconds) - moon_pull
                                              : planet(body, seconds);
              }});
  }
  file.add({10, 0, sun});
  file.add({301, 3, [](double) { return Vector3<double>{4e5, 0, 0}; }});
  if (has_earth) file.add({399, 3, [=](double) { return moon_pull; }});
  return std::move(file.bytes());
}

TEST(Spk, PlacesVelocitiesAndAccelerations) {
  for (const bool has_earth : {true, false}) {
    const auto file = SpkEphemeris::parse(mean_elements(2000, has_earth), "mean.bsp");
    for (int body = 1; body <= 9; ++body) {
      const auto which = static_cast<Planet>(body);
      for (const double day : {-1099.0, -500.25, 0.0, 333.3, 890.0}) {
        const auto found = file->motion(which, day);
        ASSERT_TRUE(found);
        const auto expected = state_of(which, day);
        const double scale = norm(expected.position);
        EXPECT_NEAR(found->position[0], expected.position.x, 1e-9 * scale);
        EXPECT_NEAR(found->position[1], expected.position.y, 1e-9 * scale);
        EXPECT_NEAR(found->position[2], expected.position.z, 1e-9 * scale);
        // Not the velocity of the elements, which change with time.
        const auto moved = state_of(which, day + 0.01).position.x;
        const auto before = state_of(which, day - 0.01).position.x;
        EXPECT_NEAR(found->velocity[0], (moved - before) / (0.02 * kDay), 1e-5);
        const double faster = file->motion(which, day + 0.01)->velocity[1];
        const double slower = file->motion(which, day - 0.01)->velocity[1];
        EXPECT_NEAR(found->acceleration[1], (faster - slower) / (0.02 * kDay),
                    1e-5 * kSunMu / (scale * scale));
      }
    }
    EXPECT_FALSE(file->motion(Planet::kMars, -1101));
    EXPECT_FALSE(file->motion(Planet::kMars, 2000));
    EXPECT_FALSE(file->motion(Planet::kMars, std::nan("")));
  }
}

// The problems by a file of their own elements, and gradients through it.
TEST(Spk, MissionsByAFile) {
  const auto file = SpkEphemeris::parse(mean_elements(9000), "mean.bsp");
  for (const char* name : {"cassini1", "messenger", "sagas", "rosetta", "cassini2", "8"}) {
    Instance plain = instance_named(name), filed = plain;
    filed.ephemeris = file;
    std::vector<double> gaps;
    for (std::uint64_t seed = 0; seed < 40; ++seed) {
      auto x = random_vector(plain, seed);
      x[0] = std::clamp(x[0], -1000.0, 3000.0);
      const auto found = evaluate(filed, x);
      if (found.failed) continue;
      const double f = evaluate(plain, x).objectives[0];
      gaps.push_back(std::abs(found.objectives[0] - f) / (1 + std::abs(f)));
      std::vector<double> values(values_of(filed)), slopes(x.size());
      evaluate_batch(filed, x, values);
      EXPECT_EQ(values[0], found.objectives[0]);
      EXPECT_NEAR(gradient(filed, x, slopes), values[0], 1e-9 * (1 + std::abs(values[0])));
      auto later = x, before = x;
      later[0] += 1e-4;
      before[0] -= 1e-4;
      const double wide = evaluate(filed, later).objectives[0];
      const double narrow = evaluate(filed, before).objectives[0];
      const double scale = std::max(1.0, std::abs(slopes[0]));
      if (std::abs(wide - 2 * values[0] + narrow) > 1e-6 * scale) continue;  // a kink
      EXPECT_NEAR(slopes[0], (wide - narrow) / 2e-4, 1e-3 * scale) << name << " seed " << seed;
    }
    // Metres a second of the planets' velocities, which low fly-bys make much of.
    ASSERT_GT(gaps.size(), 5U) << name;
    std::sort(gaps.begin(), gaps.end());
    EXPECT_LT(gaps[gaps.size() / 2], 5e-3) << name;
    EXPECT_GT(gaps.back(), 0) << name;
    auto x = random_vector(plain, 1);
    x[0] = 1e5;
    EXPECT_TRUE(evaluate(filed, x).failed);
  }
}

TEST(Spk, FlightsByAFileAreWhatIntegrationFinds) {
  Instance instance = instance_named("messenger");
  instance.ephemeris = SpkEphemeris::parse(mean_elements(9000), "mean.bsp");
  const auto flight = trajectory_of(instance, random_vector(instance, 3));
  EXPECT_LT(integration_gap(flight), 1);
}

void refuse(std::vector<std::byte> bytes, const std::string& why) {
  try {
    SpkEphemeris::parse(bytes, "bad.bsp");
    FAIL() << why;
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kInput);
    EXPECT_NE(std::string(error.what()).find("bad.bsp"), std::string::npos);
    EXPECT_NE(std::string(error.what()).find(why), std::string::npos) << error.what();
  }
}

TEST(Spk, RefusesWhatIsNotSuchAFile) {
  const auto good = mean_elements(16);
  const auto with = [&](std::size_t at, auto value) {
    auto bytes = good;
    std::memcpy(bytes.data() + at, &value, sizeof(value));
    return bytes;
  };
  refuse({}, "not an SPK file");
  refuse(std::vector<std::byte>(5000), "not an SPK file");
  refuse(with(88, 'B'), "little-endian");
  refuse(with(8, std::int32_t{3}), "summaries");
  refuse(with(76, std::int32_t{900}), "list of segments");
  refuse(with(1024, 2.0), "");  // the list goes round: found by its end or as doubled bodies
  refuse(with(1040, 1e9), "list of segments");
  refuse(with(1040, 3.0), "no segment for body 4");
  refuse(with(1024 + 24 + 16 + 12, std::int32_t{13}), "type 13");
  refuse(with(1024 + 24 + 16 + 16, std::int32_t{-5}), "outside the file");
  refuse(with(1024 + 24 + 16 + 20, std::int32_t{1 << 30}), "outside the file");
  refuse(with(1024 + 24 + 16 + 20, std::int32_t{260}), "segment");
  refuse({good.begin(), good.begin() + 3000}, "outside the file");
}

}  // namespace
}  // namespace sengen::astrodynamics
