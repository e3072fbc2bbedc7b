// SPDX-License-Identifier: Apache-2.0
#include <sengen/solvers/astrodynamics/propagation.hpp>

#include <algorithm>
#include <array>
#include <cmath>

#include <sengen/core/error.hpp>

namespace sengen::astrodynamics {

namespace {

using Vector = Vector3<double>;

Vector acceleration(const Vector& position, double mu) {
  const double r = norm(position);
  return (-mu / (r * r * r)) * position;
}

// The rule of an even number of substeps, with Gragg's smoothing: its error is a series in the
// square of the substep.
State<double> midpoint(const State<double>& start, double step, int substeps, double mu) {
  const double h = step / substeps;
  State<double> before = start;
  State<double> now = {start.position + h * start.velocity,
                       start.velocity + h * acceleration(start.position, mu)};
  for (int i = 1; i < substeps; ++i) {
    const State<double> next = {before.position + 2 * h * now.velocity,
                                before.velocity + 2 * h * acceleration(now.position, mu)};
    before = now;
    now = next;
  }
  return {0.5 * (before.position + now.position + h * now.velocity),
          0.5 * (before.velocity + now.velocity + h * acceleration(now.position, mu))};
}

constexpr int kColumns = 9;  // order 18

struct Step {
  State<double> state;
  double error = 0;  // relative
};

Step extrapolated(const State<double>& start, double step, double mu) {
  std::array<State<double>, kColumns> row;
  State<double> last_change{};
  for (int k = 0; k < kColumns; ++k) {
    State<double> value = midpoint(start, step, 2 * (k + 1), mu);
    // Aitken and Neville's scheme along the row, in place.
    for (int j = 1; j <= k; ++j) {
      const double ratio = double(k + 1) / double(k + 1 - j);
      const double weight = 1 / (ratio * ratio - 1);
      State<double>& left = row[static_cast<std::size_t>(j - 1)];
      last_change = {weight * (value.position - left.position),
                     weight * (value.velocity - left.velocity)};
      const State<double> better = {value.position + last_change.position,
                                    value.velocity + last_change.velocity};
      left = value;
      value = better;
    }
    row[static_cast<std::size_t>(k)] = value;
  }
  const State<double>& best = row[kColumns - 1];
  return {best, std::max(norm(last_change.position) / norm(best.position),
                         norm(last_change.velocity) / norm(best.velocity))};
}

}  // namespace

State<double> propagate(const State<double>& start, double seconds, double mu, double tolerance) {
  State<double> state = start;
  double done = 0;
  double step = std::min(seconds, 0.2 * norm(start.position) / norm(start.velocity));
  while (done < seconds) {
    step = std::min(step, seconds - done);
    if (!(step > 1e-12 * seconds)) {
      throw Error(ErrorKind::kNumerics, "the integration of a path came to a halt");
    }
    const Step tried = extrapolated(state, step, mu);
    const double factor =
        0.9 * std::pow(tolerance / std::max(tried.error, 1e-300), 1.0 / (2 * kColumns - 1));
    if (tried.error <= tolerance) {
      state = tried.state;
      done += step;
    }
    // Errors of rounding do not shrink with the step.
    step *= std::clamp(factor, 0.2, 3.0);
  }
  return state;
}

}  // namespace sengen::astrodynamics
