// SPDX-License-Identifier: Apache-2.0
#include <sengen/train/updater.hpp>

#include <algorithm>
#include <cmath>
#include <span>
#include <utility>

#include <ATen/core/grad_mode.h>
#include <fmt/format.h>
#include <torch/types.h>

#include <sengen/core/error.hpp>

namespace sengen::train {

namespace {

template <typename T>
void sum_in_buckets(const at::Tensor& flat, std::int64_t bucket_bytes,
                    const parallel::Communicator& comm) {
  const std::span<T> all(flat.mutable_data_ptr<T>(), static_cast<std::size_t>(flat.numel()));
  const auto bucket = std::max<std::size_t>(1, static_cast<std::size_t>(bucket_bytes) / sizeof(T));
  for (std::size_t begin = 0; begin < all.size(); begin += bucket) {
    comm.allreduce(all.subspan(begin, std::min(bucket, all.size() - begin)));
  }
}

// MPI reads the CPU's memory: tensors of another device travel through a copy.
void sum_over(const parallel::Communicator& comm, const at::Tensor& flat,
              std::int64_t bucket_bytes) {
  const at::Tensor here = flat.device().is_cpu() ? flat : flat.cpu();
  here.scalar_type() == at::kDouble ? sum_in_buckets<double>(here, bucket_bytes, comm)
                                    : sum_in_buckets<float>(here, bucket_bytes, comm);
  if (!flat.device().is_cpu()) flat.copy_(here);
}

}  // namespace

Updater::Updater(nn::NamedTensors parameters, const UpdaterOptions& options,
                 const parallel::Communicator& comm)
    : parameters_(std::move(parameters)),
      options_(options),
      comm_(comm),
      optimiser_(parameters_, options.optimiser) {
  const at::NoGradGuard no_gradient;
  if (comm_.size() > 1) {
    if (!comm_.is_root()) parameters_.values().zero_();
    sum_over(comm_, parameters_.values(), options_.bucket_bytes);
  }
  if (options_.average_decay > 0) average_ = parameters_.values().clone();
}

void Updater::sum_over_ranks() const {
  if (comm_.size() > 1) sum_over(comm_, parameters_.gradients(), options_.bucket_bytes);
}

double Updater::apply(std::int64_t update, double loss) {
  const at::NoGradGuard no_gradient;
  loss = comm_.allreduce(loss);
  sum_over_ranks();
  gradient_norm_ = parameters_.gradients().norm().item<double>();
  if (!std::isfinite(loss) || !std::isfinite(gradient_norm_)) refuse(update, loss);
  if (options_.clip_norm > 0 && gradient_norm_ > options_.clip_norm) {
    parameters_.gradients().mul_(options_.clip_norm / gradient_norm_);
  }
  optimiser_.step(options_.schedule.at(update));
  if (average_.defined()) average_.lerp_(parameters_.values(), 1 - options_.average_decay);
  return loss;
}

void Updater::refuse(std::int64_t update, double loss) const {
  std::string what = fmt::format("the loss is {} at update {}", loss, update);
  std::string tensor = parameters_.first_not_finite_value();
  if (!tensor.empty()) {
    what += fmt::format("; the weights '{}' are not finite", tensor);
  } else {
    tensor = parameters_.first_not_finite_gradient();
    what += tensor.empty()
                ? fmt::format("; no weight or gradient is, the largest weights are in '{}'",
                              parameters_.largest_value())
                : fmt::format("; the gradient of '{}' is not finite", tensor);
  }
  throw Error(
      ErrorKind::kNumerics, what,
      "lower the rate, or clip the gradient (train.clip_norm); the last checkpoint is kept");
}

nn::NamedTensors Updater::state() const {
  nn::NamedTensors state = parameters_.views_of(parameters_.values(), "weights.");
  for (const nn::NamedTensor& entry : optimiser_.state()) {
    state.push_back({"optimiser." + entry.name, entry.tensor});
  }
  if (average_.defined()) {
    const nn::NamedTensors averages = parameters_.views_of(average_, "average.");
    state.insert(state.end(), averages.begin(), averages.end());
  }
  return state;
}

void Updater::swap_average() {
  if (!average_.defined()) return;
  const at::NoGradGuard no_gradient;
  const at::Tensor weights = parameters_.values().clone();
  parameters_.values().copy_(average_);
  average_.copy_(weights);
}

}  // namespace sengen::train
