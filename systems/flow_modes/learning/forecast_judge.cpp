// SPDX-License-Identifier: Apache-2.0
#include "forecast_judge.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include <torch/types.h>

#include <sengen/linalg/demodulation.hpp>

#include "evaluation.hpp"

namespace sengen::flow_modes {

namespace {

constexpr std::int64_t kAtOnce = 32;  // snapshots
// A shorter forecast has no phase that could be told from its harmonics.
constexpr double kLeastPeriods = 4.1;

at::Tensor rows_of(std::span<const double> latents, std::int64_t columns, std::int64_t first,
                   std::int64_t count, const at::TensorOptions& options) {
  const at::Tensor rows = at::empty({count, columns}, at::kDouble);
  std::copy_n(latents.begin() + first * columns, count * columns, rows.mutable_data_ptr<double>());
  return rows.to(options);
}

double phase_at(const linalg::Demodulation& demodulation, double sample) {
  // On the straight line through all of them.
  const auto count = static_cast<double>(demodulation.phase.size());
  double mean = 0;
  for (const double phase : demodulation.phase) mean += phase / count;
  const double middle = static_cast<double>(demodulation.first) + (count - 1) / 2;
  double products = 0;
  double squares = 0;
  for (std::size_t t = 0; t < demodulation.phase.size(); ++t) {
    const double from = static_cast<double>(demodulation.first) + static_cast<double>(t) - middle;
    products += from * (demodulation.phase[t] - mean);
    squares += from * from;
  }
  return mean + products / squares * (sample - middle);
}

}  // namespace

std::int64_t ForecastSpan::last_period() const {
  return std::min(steps, std::max<std::int64_t>(1, std::llround(snapshots_per_period)));
}

std::int64_t ForecastSpan::beyond() const { return last_period() / 2 + 3; }

ForecastJudge::ForecastJudge(const Autoencoder& network, const FieldData& data,
                             const ForecastSpan& span, const parallel::Communicator& comm)
    : network_(network), data_(data), span_(span), comm_(comm) {
  // Two passes over the true fields: where they fluctuate most, and what is there.
  at::Tensor sum;
  at::Tensor squares;
  const auto for_each_block = [&](const auto& body) {
    for (std::int64_t n = 0; n < span_.steps; n += kAtOnce) {
      std::vector<std::int64_t> block;
      for (std::int64_t t = n; t < std::min(span_.steps, n + kAtOnce); ++t) {
        block.push_back(span_.begin + t);
      }
      body(data_.images(block));
    }
  };
  for_each_block([&](const at::Tensor& images) {
    const at::Tensor wide = images.to(at::kDouble);
    sum = sum.defined() ? sum + wide.sum(0) : wide.sum(0);
    squares = squares.defined() ? squares + wide.square().sum(0) : wide.square().sum(0);
  });
  const auto steps = static_cast<double>(span_.steps);
  probe_cell_ = (squares / steps - (sum / steps).square()).argmax().item<std::int64_t>();
  for_each_block([&](const at::Tensor& images) {
    const at::Tensor column = images.flatten(1).select(1, probe_cell_).to(at::kCPU, at::kDouble);
    for (std::int64_t k = 0; k < column.size(0); ++k) probe_.push_back(column[k].item<double>());
  });
  const std::vector<std::int64_t> last = last_snapshots();
  double lost = 0;
  double energy = 0;
  for (const std::int64_t t : last) {
    const std::vector<std::int64_t> one = {t};
    const Decoded decoded = pass_through(network_, data_.images(one));
    const at::Tensor rest = decoded.images - decoded.modes.sum(1);
    lost += (rest.square() * data_.cell_weights()).sum().item<double>();
    energy += (decoded.images.square() * data_.cell_weights()).sum().item<double>();
  }
  reconstruction_error_ = std::sqrt(lost / energy);
}

std::vector<std::int64_t> ForecastJudge::last_snapshots() const {
  std::vector<std::int64_t> list;
  for (std::int64_t t = span_.steps - span_.last_period(); t < span_.steps; ++t) {
    list.push_back(span_.begin + t);
  }
  return list;
}

double ForecastJudge::error_over_last_period(std::span<const double> latents) const {
  const std::int64_t columns = network_.shape().latents;
  const std::vector<std::int64_t> last = last_snapshots();
  const auto count = static_cast<std::int64_t>(last.size());
  const parallel::Range part = parallel::block_range(count, comm_.size(), comm_.rank());
  std::vector<double> sums(2, 0);
  for (std::int64_t n = part.begin; n < part.end; n += kAtOnce) {
    const std::int64_t size = std::min<std::int64_t>(kAtOnce, part.end - n);
    const at::Tensor truth = data_.images(
        std::span(last).subspan(static_cast<std::size_t>(n), static_cast<std::size_t>(size)));
    const at::Tensor rows =
        rows_of(latents, columns, span_.steps - count + n, size, truth.options());
    const at::Tensor rest = truth - decode_modes(network_, rows).sum(1);
    sums[0] += (rest.square() * data_.cell_weights()).sum().item<double>();
    sums[1] += (truth.square() * data_.cell_weights()).sum().item<double>();
  }
  comm_.allreduce(std::span<double>(sums));
  return std::sqrt(sums[0] / sums[1]);
}

std::vector<double> ForecastJudge::probe_of(std::span<const double> latents) const {
  const std::int64_t columns = network_.shape().latents;
  std::vector<double> values;
  for (std::int64_t n = 0; n < span_.steps; n += kAtOnce) {
    const std::int64_t size = std::min(kAtOnce, span_.steps - n);
    const at::Tensor rows = rows_of(latents, columns, n, size, data_.cell_weights().options());
    const at::Tensor column = decode_modes(network_, rows)
                                  .sum(1)
                                  .flatten(1)
                                  .select(1, probe_cell_)
                                  .to(at::kCPU, at::kDouble);
    for (std::int64_t k = 0; k < size; ++k) values.push_back(column[k].item<double>());
  }
  return values;
}

ForecastJudgement ForecastJudge::judge(std::span<const double> latents) const {
  ForecastJudgement judgement;
  judgement.field_error = error_over_last_period(latents);
  if (static_cast<double>(span_.steps) < kLeastPeriods * span_.snapshots_per_period) {
    constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();
    judgement.strouhal_error = judgement.aligned_error = judgement.lag = kUnknown;
    return judgement;
  }
  const double frequency = 1 / span_.snapshots_per_period;
  const linalg::Demodulation truth = linalg::demodulate(probe_, 1, frequency);
  const linalg::Demodulation made = linalg::demodulate(probe_of(latents), 1, frequency);
  judgement.strouhal_error = std::abs(made.frequency / truth.frequency - 1);
  const double middle =
      static_cast<double>(span_.steps) - static_cast<double>(span_.last_period() + 1) / 2;
  const double ahead = phase_at(made, middle) - phase_at(truth, middle);
  judgement.lag = -ahead / (2 * std::numbers::pi);
  // Whole turns are no lag in the shape of the field.
  const double turn = judgement.lag - std::round(judgement.lag);
  judgement.aligned_error = error_over_last_period(
      shifted_rows(latents, network_.shape().latents, turn * span_.snapshots_per_period));
  return judgement;
}

std::vector<double> shifted_rows(std::span<const double> series, std::int64_t columns,
                                 double shift) {
  const auto rows = static_cast<std::int64_t>(series.size()) / columns;
  std::vector<double> shifted;
  for (std::int64_t t = 0; t < rows; ++t) {
    const double at =
        std::clamp(static_cast<double>(t) + shift, 0.0, static_cast<double>(rows - 1));
    // The cubic through four rows about the place.
    const auto first = std::clamp<std::int64_t>(static_cast<std::int64_t>(std::floor(at)) - 1, 0,
                                                std::max<std::int64_t>(0, rows - 4));
    const std::int64_t points = std::min<std::int64_t>(4, rows);
    for (std::int64_t k = 0; k < columns; ++k) {
      double value = 0;
      for (std::int64_t i = 0; i < points; ++i) {
        double weight = 1;
        for (std::int64_t j = 0; j < points; ++j) {
          if (j == i) continue;
          weight *= (at - static_cast<double>(first + j)) / static_cast<double>(i - j);
        }
        value += weight * series[static_cast<std::size_t>((first + i) * columns + k)];
      }
      shifted.push_back(value);
    }
  }
  return shifted;
}

}  // namespace sengen::flow_modes
