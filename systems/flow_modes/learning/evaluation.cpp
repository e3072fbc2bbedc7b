// SPDX-License-Identifier: Apache-2.0
#include "evaluation.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <numeric>

#include <ATen/core/grad_mode.h>
#include <torch/types.h>

#include <sengen/nn/lane_conv.hpp>

#include "network_training.hpp"

namespace sengen::flow_modes {

namespace {

constexpr std::size_t kAtOnce = 32;  // snapshots

using Snapshots = std::span<const std::int64_t>;

// Calls body(batch of snapshots, what the network makes of them) for this rank's share.
template <class Body>
void for_each_batch(const Autoencoder& network, const FieldData& data, Snapshots snapshots,
                    const parallel::Communicator& comm, const Body& body) {
  const parallel::Range part = parallel::block_range(static_cast<std::ptrdiff_t>(snapshots.size()),
                                                     comm.size(), comm.rank());
  for (auto n = static_cast<std::size_t>(part.begin); n < static_cast<std::size_t>(part.end);
       n += kAtOnce) {
    const std::size_t count = std::min(kAtOnce, static_cast<std::size_t>(part.end) - n);
    const Snapshots batch = snapshots.subspan(n, count);
    body(batch, pass_through(network, data.images(batch)));
  }
}

void sum_over_ranks(std::span<double> values, const parallel::Communicator& comm) {
  comm.allreduce(values);
}

void sum_over_ranks(const at::Tensor& values, const parallel::Communicator& comm) {
  comm.allreduce(std::span<double>(values.mutable_data_ptr<double>(),
                                   static_cast<std::size_t>(values.numel())));
}

// Weighted square of fields [..., c, y, x].
double energy_of(const at::Tensor& fields, const FieldData& data) {
  return (fields.square() * data.cell_weights()).sum().item<double>();
}

std::vector<std::int64_t> all_snapshots(const FieldData& data) {
  std::vector<std::int64_t> list(static_cast<std::size_t>(data.snapshots()));
  std::iota(list.begin(), list.end(), 0);
  return list;
}

// Fourier coefficients of fields over the phase, sum over whole periods of field exp(-2 pi i n
// phase) x 2 / snapshots; cosine and sine parts, n = 1 .. kHarmonics.
class HarmonicSum {
 public:
  explicit HarmonicSum(const std::vector<double>& phases) : phases_(&phases) {
    const double whole = std::floor(phases.back() - phases.front());
    const double end = phases.front() + std::max(1.0, whole);
    while (count_ < phases.size() && phases[count_] < end) ++count_;
  }

  // values: [n, ...] of these snapshots.
  void add(Snapshots snapshots, const at::Tensor& values) {
    const std::int64_t rows = 2 * kHarmonics;
    const at::Tensor waves = at::zeros({rows, values.size(0)}, at::kDouble);
    auto wave = waves.accessor<double, 2>();
    for (std::size_t k = 0; k < snapshots.size(); ++k) {
      const auto t = static_cast<std::size_t>(snapshots[k]);
      if (t >= count_) continue;
      for (std::int64_t n = 0; n < kHarmonics; ++n) {
        const double angle = 2 * std::numbers::pi * static_cast<double>(n + 1) * (*phases_)[t];
        wave[2 * n][static_cast<std::int64_t>(k)] = 2 * std::cos(angle);
        wave[2 * n + 1][static_cast<std::int64_t>(k)] = 2 * std::sin(angle);
      }
    }
    const at::Tensor flat = values.to(at::kCPU, at::kDouble).reshape({values.size(0), -1});
    const at::Tensor part = at::mm(waves, flat) / static_cast<double>(count_);
    sum_ = sum_.defined() ? sum_ + part : part;
  }

  // Once, after all: [2 kHarmonics, rest of the values]. Collective. length: of the rest, for ranks
  // without a snapshot.
  at::Tensor take(std::int64_t length, const parallel::Communicator& comm) {
    if (!sum_.defined()) sum_ = at::zeros({2 * kHarmonics, length}, at::kDouble);
    const at::Tensor all = sum_.contiguous();
    sum_over_ranks(all, comm);
    return all;
  }

 private:
  const std::vector<double>* phases_;
  std::size_t count_ = 0;  // snapshots in whole periods
  at::Tensor sum_;
};

// Energies of the harmonics from their coefficients [2 n, cells], cosine and sine by turns.
std::vector<double> harmonic_energies(const at::Tensor& coefficients, const at::Tensor& weights) {
  const at::Tensor energy = (coefficients.square() * weights).sum(1) / 2;
  std::vector<double> list;
  for (std::int64_t n = 0; n < kHarmonics; ++n) {
    list.push_back(energy[2 * n].item<double>() + energy[2 * n + 1].item<double>());
  }
  return list;
}

// Angle between the first harmonics of two series from their coefficients (cosine, sine).
double angle_between(const at::Tensor& first, const at::Tensor& second) {
  const double angle = std::atan2(first[1].item<double>(), first[0].item<double>()) -
                       std::atan2(second[1].item<double>(), second[0].item<double>());
  return std::abs(std::remainder(angle, 2 * std::numbers::pi)) * 180 / std::numbers::pi;
}

// The sums behind an Evaluation, snapshot by snapshot.
class Accumulation {
 public:
  Accumulation(const FieldData& data, const Split& split, std::int64_t latents, std::int64_t modes)
      : data_(data),
        judges_(flags(split.judges(), data.snapshots())),
        taught_(flags(split.snapshots(Part::kTrain), data.snapshots())),
        latent_count_(latents),
        latents_(static_cast<std::size_t>(data.snapshots() * latents), 0),
        modes_(static_cast<std::size_t>(modes)),
        sums_(kModes + 2 * modes_, 0) {
    if (!split.phases.empty()) harmonics_.assign(kModeWaves + modes_, HarmonicSum(split.phases));
  }

  void add(Snapshots batch, const Decoded& decoded, const at::Tensor& mode_means) {
    const at::Tensor rest = decoded.images - decoded.modes.sum(1);
    const at::Tensor latents = decoded.latents.to(at::kCPU, at::kDouble).contiguous();
    for (std::size_t k = 0; k < batch.size(); ++k) {
      const auto row = static_cast<std::int64_t>(k);
      const auto t = static_cast<std::size_t>(batch[k]);
      const double lost = energy_of(rest[row], data_);
      const double energy = energy_of(decoded.images[row], data_);
      sums_[kJudgedLost] += judges_[t] * lost;
      sums_[kJudged] += judges_[t] * energy;
      sums_[kTaughtLost] += taught_[t] * lost;
      sums_[kTaught] += taught_[t] * energy;
      sums_[kEverything] += energy;
      std::copy_n(latents[row].const_data_ptr<double>(), latent_count_,
                  latents_.begin() + batch[k] * latent_count_);
    }
    for (std::size_t k = 0; k < modes_; ++k) {
      const auto number = static_cast<std::int64_t>(k);
      const at::Tensor mode = decoded.modes.select(1, number) - mode_means[number];
      sums_[kModes + 2 * k] += energy_of(mode, data_);
      sums_[kModes + 2 * k + 1] += energy_of(decoded.images - mode, data_);
      if (!harmonics_.empty()) harmonics_[kModeWaves + k].add(batch, mode);
    }
    if (harmonics_.empty()) return;
    harmonics_[kFlowWaves].add(batch, decoded.images);
    harmonics_[kLostWaves].add(batch, rest);
    harmonics_[kLatentWaves].add(batch, latents);
  }

  // Collective.
  Evaluation finish(const parallel::Communicator& comm) {
    sum_over_ranks(sums_, comm);
    sum_over_ranks(latents_, comm);
    Evaluation result;
    result.error = std::sqrt(sums_[kJudgedLost] / sums_[kJudged]);
    result.training_error = std::sqrt(sums_[kTaughtLost] / sums_[kTaught]);
    result.latents = std::move(latents_);
    result.latent_angle = std::numeric_limits<double>::quiet_NaN();
    for (std::size_t k = 0; k < modes_; ++k) {
      result.modes.push_back({sums_[kModes + 2 * k] / sums_[kEverything],
                              1 - sums_[kModes + 2 * k + 1] / sums_[kEverything],
                              {}});
    }
    if (!harmonics_.empty()) finish_harmonics(result, comm);
    return result;
  }

 private:
  // Places in sums_; two more for every mode.
  enum Sum : std::size_t { kJudgedLost, kJudged, kTaughtLost, kTaught, kEverything, kModes };
  // Places in harmonics_; one more for every mode.
  enum Waves : std::size_t { kFlowWaves, kLostWaves, kLatentWaves, kModeWaves };

  static std::vector<double> flags(const std::vector<std::int64_t>& snapshots, std::int64_t count) {
    std::vector<double> list(static_cast<std::size_t>(count), 0);
    for (const std::int64_t t : snapshots) list[static_cast<std::size_t>(t)] = 1;
    return list;
  }

  void finish_harmonics(Evaluation& result, const parallel::Communicator& comm) {
    const at::Tensor weights = data_.cell_weights()
                                   .to(at::kCPU, at::kDouble)
                                   .reshape({1, -1})
                                   .repeat({1, data_.components()});
    const double per_snapshot = static_cast<double>(data_.snapshots()) / sums_[kEverything];
    const auto energies = [&](HarmonicSum& sum) {
      std::vector<double> list = harmonic_energies(sum.take(weights.size(1), comm), weights);
      for (double& energy : list) energy *= per_snapshot;
      return list;
    };
    result.flow_harmonics = energies(harmonics_[kFlowWaves]);
    result.lost_harmonics = energies(harmonics_[kLostWaves]);
    for (std::size_t k = 0; k < modes_; ++k) {
      result.modes[k].harmonics = energies(harmonics_[kModeWaves + k]);
    }
    const at::Tensor waves = harmonics_[kLatentWaves].take(latent_count_, comm);
    if (latent_count_ > 1) {
      result.latent_angle = angle_between(waves.select(1, 0), waves.select(1, 1));
    }
  }

  const FieldData& data_;
  std::vector<double> judges_;  // 1 for a snapshot that judges
  std::vector<double> taught_;
  std::int64_t latent_count_;
  std::vector<double> latents_;
  std::size_t modes_;
  std::vector<double> sums_;
  std::vector<HarmonicSum> harmonics_;  // empty: no phases
};

}  // namespace

Decoded pass_through(const Autoencoder& network, const at::Tensor& images) {
  const at::NoGradGuard no_gradient;
  const bool lanes = uses_lanes(network.shape(), images.options());
  Decoded decoded;
  decoded.images = images;
  const at::Tensor input = lanes ? nn::to_lanes(images) : images;
  decoded.latents = network.encode(input).narrow(0, 0, images.size(0));
  decoded.modes = decode_modes(network, decoded.latents);
  return decoded;
}

at::Tensor decode_modes(const Autoencoder& network, const at::Tensor& latents) {
  const at::NoGradGuard no_gradient;
  const bool lanes = uses_lanes(network.shape(), latents.options());
  const std::int64_t samples = latents.size(0);
  at::Tensor filled = latents;
  if (lanes) {
    const std::int64_t missing = (nn::kLanes - samples % nn::kLanes) % nn::kLanes;
    filled = at::constant_pad_nd(latents, {0, 0, 0, missing});
  }
  std::vector<at::Tensor> modes = network.decode_modes(filled, lanes);
  if (lanes) {
    for (at::Tensor& mode : modes) mode = nn::from_lanes(mode, samples);
  }
  return at::stack(modes, 1);
}

at::Tensor settle_gauge(Autoencoder& network, const FieldData& data, const Split& split,
                        const parallel::Communicator& comm) {
  const std::vector<std::int64_t> teaching = split.snapshots(Part::kTrain);
  const std::int64_t modes = network.shape().joint ? 1 : network.shape().latents;
  const at::Tensor mean =
      at::zeros({modes, data.components(), data.size().height, data.size().width}, at::kDouble);
  std::vector<double> squares(static_cast<std::size_t>(modes));
  for_each_batch(network, data, teaching, comm, [&](Snapshots, const Decoded& decoded) {
    mean.add_(decoded.modes.to(at::kCPU, at::kDouble).sum(0));
    for (std::int64_t k = 0; k < modes; ++k) {
      squares[static_cast<std::size_t>(k)] += energy_of(decoded.modes.select(1, k), data);
    }
  });
  sum_over_ranks(mean, comm);
  sum_over_ranks(squares, comm);
  const auto count = static_cast<double>(teaching.size());
  mean.div_(count);
  std::vector<std::int64_t> order(static_cast<std::size_t>(modes));
  std::iota(order.begin(), order.end(), 0);
  for (std::int64_t k = 0; k < modes; ++k) {
    squares[static_cast<std::size_t>(k)] -=
        count * energy_of(mean[k].to(data.cell_weights().options()), data);
  }
  std::stable_sort(order.begin(), order.end(), [&](std::int64_t a, std::int64_t b) {
    return squares[static_cast<std::size_t>(a)] > squares[static_cast<std::size_t>(b)];
  });
  if (network.shape().joint) return mean.to(data.cell_weights().options());
  network.reorder(order);
  return mean.index_select(0, at::tensor(order, at::kLong)).to(data.cell_weights().options());
}

Evaluation evaluate(const Autoencoder& network, const at::Tensor& mode_means, const FieldData& data,
                    const Split& split, const parallel::Communicator& comm) {
  Accumulation sums(data, split, network.shape().latents, mode_means.size(0));
  const std::vector<std::int64_t> everything = all_snapshots(data);
  for_each_batch(network, data, everything, comm, [&](Snapshots batch, const Decoded& decoded) {
    sums.add(batch, decoded, mode_means);
  });
  return sums.finish(comm);
}

double phase_interpolation_error(const FieldData& data, const Split& split,
                                 const parallel::Communicator& comm) {
  if (split.phases.empty()) return std::numeric_limits<double>::quiet_NaN();
  std::vector<std::pair<double, std::int64_t>> teaching;  // by phase within the period
  for (const std::int64_t t : split.snapshots(Part::kTrain)) {
    const double phase = split.phases[static_cast<std::size_t>(t)];
    teaching.emplace_back(phase - std::floor(phase), t);
  }
  std::sort(teaching.begin(), teaching.end());
  const std::vector<std::int64_t> judges = split.judges();
  const parallel::Range part =
      parallel::block_range(static_cast<std::ptrdiff_t>(judges.size()), comm.size(), comm.rank());
  std::vector<double> sums(2, 0);
  for (std::ptrdiff_t n = part.begin; n < part.end; ++n) {
    const std::int64_t t = judges[static_cast<std::size_t>(n)];
    const double whole = split.phases[static_cast<std::size_t>(t)];
    const double phase = whole - std::floor(whole);
    auto after = std::lower_bound(teaching.begin(), teaching.end(), std::pair(phase, t));
    const auto& next = after == teaching.end() ? teaching.front() : *after;
    const auto& before = after == teaching.begin() ? teaching.back() : *std::prev(after);
    const auto turn = [](double difference) { return difference - std::floor(difference); };
    const double gap = turn(next.first - before.first);
    const double share = gap > 0 ? turn(phase - before.first) / gap : 0;
    const std::vector<std::int64_t> three = {t, before.second, next.second};
    const at::Tensor images = data.images(three);
    const at::Tensor guess = (1 - share) * images[1] + share * images[2];
    sums[0] += energy_of(images[0] - guess, data);
    sums[1] += energy_of(images[0], data);
  }
  sum_over_ranks(sums, comm);
  return std::sqrt(sums[0] / sums[1]);
}

}  // namespace sengen::flow_modes
