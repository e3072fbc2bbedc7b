// SPDX-License-Identifier: Apache-2.0
#include <sengen/solvers/astrodynamics/gtopx_c.h>

#include <algorithm>
#include <atomic>
#include <optional>
#include <span>

#include <sengen/solvers/astrodynamics/batch.hpp>
#include <sengen/solvers/astrodynamics/gtopx.hpp>

namespace {

using namespace sengen::astrodynamics;  // NOLINT(google-build-using-namespace): its C face

constexpr int kTandemBase = 1100, kSequences = 24;

std::atomic<bool> legacy_float{false};

std::optional<Instance> instance_of(int number) {
  Instance instance;
  if (number >= 1 && number <= static_cast<int>(Mission::kTandem)) {
    instance.mission = static_cast<Mission>(number);
  } else if (number > kTandemBase && number <= kTandemBase + kSequences) {
    instance.mission = Mission::kTandem;
    instance.tandem_sequence = number - kTandemBase;
  } else {
    return std::nullopt;
  }
  if (legacy_float) instance.precision = LambertPrecision::kSingle;
  return instance;
}

void put(int* place, std::ptrdiff_t value) {
  if (place != nullptr) *place = static_cast<int>(value);
}

}  // namespace

// Nothing throws: lengths are those of the instance.
extern "C" {

void gtopx(int number, double* f, double* g, double* x) {
  const auto instance = instance_of(number);
  if (!instance) {
    f[0] = kFailure;
    return;
  }
  const InstanceInfo& info = info_of(*instance);
  const auto result = evaluate(*instance, std::span<const double>(x, info.variables.size()));
  std::copy_n(result.objectives.begin(), info.objectives.size(), f);
  std::copy_n(result.constraints.begin(), info.constraints.size(), g);
}

int gtopx_dimensions(int number, int* variables, int* integers, int* objectives, int* constraints) {
  const auto instance = instance_of(number);
  if (!instance) return 1;
  const InstanceInfo& info = info_of(*instance);
  put(variables, std::ssize(info.variables));
  put(integers, std::count_if(info.variables.begin(), info.variables.end(),
                              [](const Variable& variable) { return variable.is_integer; }));
  put(objectives, std::ssize(info.objectives));
  put(constraints, std::ssize(info.constraints));
  return 0;
}

int gtopx_bounds(int number, double* lower, double* upper) {
  const auto instance = instance_of(number);
  if (!instance) return 1;
  for (const Variable& variable : info_of(*instance).variables) {
    *lower++ = variable.lower;
    *upper++ = variable.upper;
  }
  return 0;
}

int gtopx_batch(int number, long count, const double* points, double* values) {
  const auto instance = instance_of(number);
  if (!instance || count < 0) return 1;
  const InstanceInfo& info = info_of(*instance);
  const auto rows = static_cast<std::size_t>(count);
  evaluate_batch(*instance, std::span(points, rows * info.variables.size()),
                 std::span(values, rows * (info.objectives.size() + info.constraints.size())));
  return 0;
}

double gtopx_gradient(int number, const double* x, double* gradient) {
  const auto instance = instance_of(number);
  if (!instance) return kFailure;
  const std::size_t n = info_of(*instance).variables.size();
  return sengen::astrodynamics::gradient(*instance, std::span(x, n), std::span(gradient, n));
}

void gtopx_legacy_float(int on) { legacy_float = on != 0; }

}  // extern "C"
