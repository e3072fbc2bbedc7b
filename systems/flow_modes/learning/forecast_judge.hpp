// SPDX-License-Identifier: Apache-2.0
// How good a forecast of latents is, in the field: its error over one period after many, the error
// that is left when its lag is taken off, and its frequency. Both frequencies are slopes of the
// demodulated phase at one probe, the cell and component that fluctuate most.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include <sengen/parallel/communicator.hpp>

#include "autoencoder.hpp"
#include "field_data.hpp"

namespace sengen::flow_modes {

struct ForecastSpan {
  std::int64_t begin = 0;  // the first snapshot forecast
  std::int64_t steps = 0;
  double snapshots_per_period = 0;

  // How many snapshots the last period has.
  std::int64_t last_period() const;
  // Steps that a forecast goes on for behind its end, so that it can be moved by half a period.
  std::int64_t beyond() const;
};

// All but field_error are NaN for a forecast of less than 4.1 periods.
struct ForecastJudgement {
  double strouhal_error = 0;  // |frequency / that of the flow - 1|
  double field_error = 0;     // relative L2 over the last period
  double aligned_error = 0;   // the same after the forecast is moved in time by its lag there
  double lag = 0;             // in periods, there
};

class ForecastJudge {
 public:
  // Collective. data and network must outlive this.
  ForecastJudge(const Autoencoder& network, const FieldData& data, const ForecastSpan& span,
                const parallel::Communicator& comm);

  // latents: [steps + beyond, latents]. Collective.
  ForecastJudgement judge(std::span<const double> latents) const;
  // Error of the autoencoder itself over the last period: encoded, decoded, nothing forecast.
  double reconstruction_error() const { return reconstruction_error_; }
  // Values at the probe over all steps, physical; where it is.
  const std::vector<double>& probe() const { return probe_; }
  std::vector<double> probe_of(std::span<const double> latents) const;

 private:
  double error_over_last_period(std::span<const double> latents) const;
  std::vector<std::int64_t> last_snapshots() const;

  const Autoencoder& network_;
  const FieldData& data_;
  ForecastSpan span_;
  parallel::Communicator comm_;
  std::int64_t probe_cell_ = 0;  // of component x y x x
  std::vector<double> probe_;
  double reconstruction_error_ = 0;
};

// Rows of a series at times shifted by `shift` steps, by cubic interpolation inside, the nearest
// row outside.
std::vector<double> shifted_rows(std::span<const double> series, std::int64_t columns,
                                 double shift);

}  // namespace sengen::flow_modes
