// SPDX-License-Identifier: Apache-2.0
#include "field_data.hpp"

#include <cmath>

#include <fmt/format.h>
#include <torch/types.h>

#include <sengen/core/error.hpp>

namespace sengen::flow_modes {

namespace {

constexpr std::int64_t kReadAtOnce = 64;  // snapshots

// Snapshots first .. first + count - 1 as [t, component, y, x].
at::Tensor read_snapshots(const io::SnapshotReader& file, std::int64_t first, std::int64_t count) {
  const io::SnapshotInfo& info = file.info();
  const at::Tensor values =
      at::empty({count, info.shape[1], info.shape[2], info.shape[3]}, at::kFloat);
  file.read(first, count, 0, info.rows(), values.mutable_data_ptr<float>());
  return values.permute({0, 3, 1, 2});
}

at::Tensor fluid_weights(const io::SnapshotInfo& info) {
  const at::Tensor weights = at::empty({info.shape[1], info.shape[2]}, at::kDouble);
  double sum = 0;
  double cells = 0;
  double* target = weights.mutable_data_ptr<double>();
  for (std::size_t i = 0; i < info.weights.size(); ++i) {
    const bool solid = !info.solid.empty() && info.solid[i] != 0;
    target[i] = solid ? 0 : info.weights[i];
    sum += target[i];
    cells += solid ? 0 : 1;
  }
  return weights * (cells / sum);
}

}  // namespace

void require_planes(const io::SnapshotInfo& info) {
  if (info.shape.size() == 4) return;
  throw Error(ErrorKind::kUsage, "networks take planes [t, y, x, c], these data are volumes",
              "cut a plane out of them, or leave train.networks empty");
}

FieldData::FieldData(const io::SnapshotReader& file, std::int64_t memory_megabytes,
                     const at::TensorOptions& options)
    : file_(file), options_(options) {
  const io::SnapshotInfo& info = file_.info();
  require_planes(info);
  const at::Tensor weights = fluid_weights(info);
  sample_weight_ = weights.sum().item<double>() * static_cast<double>(components());
  cell_weights_ = weights.to(options_);
  const std::int64_t bytes = info.snapshots() * info.cells() * components() * 4;
  if (bytes > memory_megabytes << 20) return;
  memory_ = at::empty({info.snapshots(), components(), info.shape[1], info.shape[2]}, at::kFloat);
  for (std::int64_t t = 0; t < info.snapshots(); t += kReadAtOnce) {
    const std::int64_t count = std::min(kReadAtOnce, info.snapshots() - t);
    memory_.narrow(0, t, count).copy_(read_snapshots(file_, t, count));
  }
}

nn::ImageSize FieldData::size() const { return {info().shape[1], info().shape[2]}; }

at::Tensor FieldData::raw(std::span<const std::int64_t> snapshots) const {
  if (memory_.defined()) {
    return memory_.index_select(
        0, at::tensor(at::ArrayRef(snapshots.data(), snapshots.size()), at::kLong));
  }
  std::vector<at::Tensor> list;
  const std::lock_guard lock(*reading_);
  for (const std::int64_t t : snapshots) list.push_back(read_snapshots(file_, t, 1));
  // Laid out as in memory: sums over it are then the same to the last bit.
  return at::cat(list).contiguous();
}

void FieldData::normalise_by(std::span<const std::int64_t> snapshots, double factor,
                             const parallel::Communicator& comm) {
  // Ranks share the snapshots. Two passes, in double: the variance is that of the fluctuations.
  const parallel::Range part = parallel::block_range(static_cast<std::ptrdiff_t>(snapshots.size()),
                                                     comm.size(), comm.rank());
  const auto for_each_block = [&](const auto& body) {
    for (std::ptrdiff_t n = part.begin; n < part.end; n += kReadAtOnce) {
      const auto count =
          static_cast<std::size_t>(std::min<std::ptrdiff_t>(kReadAtOnce, part.end - n));
      body(raw(snapshots.subspan(static_cast<std::size_t>(n), count)).to(at::kDouble));
    }
  };
  const auto samples = static_cast<double>(snapshots.size());
  const auto sum_over_ranks = [&](const at::Tensor& values) {
    comm.allreduce(std::span<double>(values.mutable_data_ptr<double>(),
                                     static_cast<std::size_t>(values.numel())));
  };
  const at::Tensor mean = at::zeros({components(), size().height, size().width}, at::kDouble);
  for_each_block([&](const at::Tensor& block) { mean.add_(block.sum(0)); });
  sum_over_ranks(mean);
  mean.div_(samples);
  const at::Tensor weights = cell_weights_.to(at::kCPU, at::kDouble);
  double energy = 0;
  for_each_block([&](const at::Tensor& block) {
    energy += ((block - mean).square() * weights).sum().item<double>();
  });
  energy = comm.allreduce(energy) / (samples * sample_weight_);
  if (!(energy > 0)) {
    throw Error(ErrorKind::kInput, "nothing fluctuates in the teaching snapshots",
                "there is nothing for a network to learn");
  }
  const double scale = factor > 0 ? factor * std::sqrt(energy) : 1;
  variance_ = energy / (scale * scale);
  normalise({mean.to(at::kFloat), scale});
}

void FieldData::normalise(const Normalisation& normalisation) { normalisation_ = normalisation; }

at::Tensor FieldData::images(std::span<const std::int64_t> snapshots) const {
  const at::Tensor fluctuation = (raw(snapshots) - normalisation_.mean) / normalisation_.scale;
  return fluctuation.to(options_);
}

}  // namespace sengen::flow_modes
