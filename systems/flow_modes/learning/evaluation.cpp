// SPDX-License-Identifier: Apache-2.0
#include "evaluation.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <numeric>

#include <ATen/core/grad_mode.h>
#include <torch/types.h>

#include "network_training.hpp"

namespace sengen::flow_modes {

namespace {

constexpr std::size_t kAtOnce = 32;  // snapshots

using Snapshots = std::span<const std::int64_t>;

// Calls body(batch of snapshots, what the network makes of them) for this rank's share.
template <class Body>
void for_each_batch(const Autoencoder& network, const FieldData& data, Snapshots snapshots,
                    const parallel::Communicator& comm, const Body& body) {
  const parallel::Range part = parallel::block_range(
      static_cast<std::ptrdiff_t>(snapshots.size()), comm.size(), comm.rank());
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
  HarmonicSum(const Split& split, const parallel::Communicator& comm) : split_(split), comm_(comm) {
    const double whole = std::floor(split.phases.back() - split.phases.front());
    const double end = split.phases.front() + std::max(1.0, whole);
    while (count_ < split.phases.size() && split.phases[count_] < end) ++count_;
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
        const double angle =
            2 * std::numbers::pi * static_cast<double>(n + 1) * split_.phases[t];
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
  at::Tensor take(std::int64_t length) {
    if (!sum_.defined()) sum_ = at::zeros({2 * kHarmonics, length}, at::kDouble);
    const at::Tensor all = sum_.contiguous();
    sum_over_ranks(all, comm_);
    return all;
  }

 private:
  const Split& split_;
  const parallel::Communicator& comm_;
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

std::vector<double> scaled(std::vector<double> values, double factor) {
  for (double& value : values) value *= factor;
  return values;
}

// Angle between the first harmonics of two series from their coefficients (cosine, sine).
double angle_between(const at::Tensor& first, const at::Tensor& second) {
  const double angle = std::atan2(first[1].item<double>(), first[0].item<double>()) -
                       std::atan2(second[1].item<double>(), second[0].item<double>());
  return std::abs(std::remainder(angle, 2 * std::numbers::pi)) * 180 / std::numbers::pi;
}

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
    constexpr std::int64_t kLanes = 16;
    const std::int64_t missing = (kLanes - samples % kLanes) % kLanes;
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
  const at::Tensor mean = at::zeros(
      {modes, data.components(), data.size().height, data.size().width}, at::kDouble);
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

Evaluation evaluate(const Autoencoder& network, const at::Tensor& mode_means,
                    const FieldData& data, const Split& split,
                    const parallel::Communicator& comm) {
  const std::vector<std::int64_t> judges = split.judges();
  std::vector<double> role(static_cast<std::size_t>(data.snapshots()), 0);  // 1 judges, 2 taught
  for (const std::int64_t t : split.snapshots(Part::kTrain)) role[static_cast<std::size_t>(t)] = 2;
  const bool same = split.snapshots(Part::kTrain) == judges;
  for (const std::int64_t t : judges) role[static_cast<std::size_t>(t)] = 1;

  const std::int64_t latents = network.shape().latents;
  const std::int64_t modes = mode_means.size(0);
  const bool periodic = !split.phases.empty();
  Evaluation result;
  result.latents.assign(static_cast<std::size_t>(data.snapshots() * latents), 0);
  // Errors and energies of the two roles; over all snapshots: energy, of modes, of what they leave.
  std::vector<double> sums(5 + 2 * static_cast<std::size_t>(modes), 0);
  std::vector<HarmonicSum> harmonics;  // of x, of x - x_r, of the latents, of every mode
  if (periodic) harmonics.assign(3 + static_cast<std::size_t>(modes), HarmonicSum(split, comm));
  const std::vector<std::int64_t> everything = all_snapshots(data);
  for_each_batch(network, data, everything, comm, [&](Snapshots batch, const Decoded& decoded) {
    const at::Tensor fields = decoded.modes - mode_means;
    const at::Tensor rest = decoded.images - decoded.modes.sum(1);
    // The flow's own fluctuation: about the mean in which the modes' means are.
    const at::Tensor flow = decoded.images;
    const at::Tensor wide = decoded.latents.to(at::kCPU, at::kDouble).contiguous();
    for (std::size_t k = 0; k < batch.size(); ++k) {
      const auto row = static_cast<std::int64_t>(k);
      const double lost = energy_of(rest[row], data);
      const double energy = energy_of(flow[row], data);
      const double which = role[static_cast<std::size_t>(batch[k])];
      if (which == 1 || (same && which == 2)) sums[0] += lost, sums[1] += energy;
      if (which == 2 || (same && which == 1)) sums[2] += lost, sums[3] += energy;
      sums[4] += energy;
      std::copy_n(wide[row].const_data_ptr<double>(), latents,
                  result.latents.begin() + batch[k] * latents);
    }
    for (std::int64_t k = 0; k < modes; ++k) {
      const at::Tensor mode = fields.select(1, k);
      sums[5 + 2 * static_cast<std::size_t>(k)] += energy_of(mode, data);
      sums[6 + 2 * static_cast<std::size_t>(k)] += energy_of(flow - mode, data);
      if (periodic) harmonics[3 + static_cast<std::size_t>(k)].add(batch, mode);
    }
    if (!periodic) return;
    harmonics[0].add(batch, flow);
    harmonics[1].add(batch, rest);
    harmonics[2].add(batch, decoded.latents);
  });
  sum_over_ranks(sums, comm);
  sum_over_ranks(result.latents, comm);
  result.error = std::sqrt(sums[0] / sums[1]);
  result.training_error = std::sqrt(sums[2] / sums[3]);
  result.latent_angle = std::numeric_limits<double>::quiet_NaN();
  for (std::size_t k = 0; k < static_cast<std::size_t>(modes); ++k) {
    result.modes.push_back({sums[5 + 2 * k] / sums[4], 1 - sums[6 + 2 * k] / sums[4], {}});
  }
  if (!periodic) return result;

  const at::Tensor weights = data.cell_weights()
                                 .to(at::kCPU, at::kDouble)
                                 .reshape({1, -1})
                                 .repeat({1, data.components()});
  const double per_snapshot = static_cast<double>(data.snapshots()) / sums[4];
  const std::int64_t cells = weights.size(1);
  result.flow_harmonics =
      scaled(harmonic_energies(harmonics[0].take(cells), weights), per_snapshot);
  result.lost_harmonics =
      scaled(harmonic_energies(harmonics[1].take(cells), weights), per_snapshot);
  const at::Tensor waves = harmonics[2].take(latents);
  if (latents > 1) result.latent_angle = angle_between(waves.select(1, 0), waves.select(1, 1));
  for (std::size_t k = 0; k < static_cast<std::size_t>(modes); ++k) {
    result.modes[k].harmonics =
        scaled(harmonic_energies(harmonics[3 + k].take(cells), weights), per_snapshot);
  }
  return result;
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
  const parallel::Range part = parallel::block_range(static_cast<std::ptrdiff_t>(judges.size()),
                                                     comm.size(), comm.rank());
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
