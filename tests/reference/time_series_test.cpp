// SPDX-License-Identifier: Apache-2.0
// Time-series tools against numpy's (tests/data/rom): autoregression with delays and its free run,
// frequency by complex demodulation.
#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <sengen/core/error.hpp>
#include <sengen/io/npy.hpp>
#include <sengen/linalg/autoregression.hpp>
#include <sengen/linalg/demodulation.hpp>

namespace sengen::linalg {
namespace {

std::filesystem::path folder() {
  return std::filesystem::path(__FILE__).parent_path() / "../data/rom";
}

std::vector<double> load(const std::string& name) {
  io::NpyReader reader(folder() / (name + ".npy"));
  std::vector<double> values(static_cast<std::size_t>(reader.header().items()));
  reader.read(0, reader.header().items(), values.data());
  return values;
}

std::map<std::string, double> load_values() {
  std::map<std::string, double> values;
  std::ifstream file(folder() / "values.csv");
  std::string line;
  std::getline(file, line);
  while (std::getline(file, line)) {
    const auto comma = line.find(',');
    values[line.substr(0, comma)] = std::stod(line.substr(comma + 1));
  }
  return values;
}

double largest_difference(const std::vector<double>& a, const std::vector<double>& b) {
  EXPECT_EQ(a.size(), b.size());
  double largest = 0;
  for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
    largest = std::max(largest, std::abs(a[i] - b[i]));
  }
  return largest;
}

TEST(Autoregression, IsThatOfNumpy) {
  auto values = load_values();
  for (const std::string name : {"var_periodic", "var_noisy"}) {
    const std::vector<double> series = load(name + "_series");
    const auto delays = static_cast<std::ptrdiff_t>(values[name + ".delays"]);
    const Autoregression model = fit_autoregression(series, 2, delays);
    EXPECT_EQ(static_cast<double>(model.rank), values[name + ".rank"]);
    EXPECT_LT(largest_difference(model.mean, load(name + "_mean")), 1e-13);
    // How far round-off of the data moves the answer bounds what can be asked for.
    const double coefficients = 100 * values[name + ".rounding_moves_coefficients"] + 1e-10;
    EXPECT_LT(largest_difference(model.coefficients, load(name + "_coefficients")), coefficients);
    const std::vector<double> expected = load(name + "_free_run");
    const auto steps = static_cast<std::ptrdiff_t>(expected.size() / 2);
    const double run = 100 * values[name + ".rounding_moves_free_run"] + 1e-9;
    EXPECT_LT(largest_difference(run_freely(model, series, steps), expected), run);
    EXPECT_NEAR(model.residual, values[name + ".residual_rms"],
                1e-6 * values[name + ".residual_rms"] + 1e-13);
  }
}

TEST(Autoregression, RefusesTooFewRows) {
  const std::vector<double> series(20, 1);
  EXPECT_THROW(fit_autoregression(series, 2, 9), Error);
  const Autoregression model = fit_autoregression(std::vector<double>{1, 2, 3, 4, 5, 4}, 1, 2);
  EXPECT_THROW(run_freely(model, std::vector<double>{1}, 3), Error);
}

TEST(Demodulation, IsThatOfNumpy) {
  auto values = load_values();
  const Demodulation found =
      demodulate(load("phase_series"), values["phase.dt"], values["phase.reference_frequency"]);
  std::vector<double> parts;
  for (const std::complex<double>& value : found.values) {
    parts.push_back(value.real());
    parts.push_back(value.imag());
  }
  EXPECT_LT(largest_difference(parts, load("phase_demodulated")), 1e-12);
  EXPECT_NEAR(found.frequency, values["phase.frequency"], 1e-12);
  EXPECT_NEAR(found.frequency / values["phase.true_frequency"], 1, 1e-4);
}

TEST(Demodulation, RefusesWhatHasNoPhase) {
  const std::vector<double> series(30, 0.5);
  EXPECT_THROW(demodulate(series, 1, 0.1), Error);  // too short
  EXPECT_THROW(demodulate(series, 1, 0.6), Error);  // beyond half the sampling rate
  EXPECT_THROW(demodulate(series, 1, -0.1), Error);
}

}  // namespace
}  // namespace sengen::linalg
