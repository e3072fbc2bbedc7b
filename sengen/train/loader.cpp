// SPDX-License-Identifier: Apache-2.0
#include <sengen/train/loader.hpp>

#include <utility>

#include <fmt/format.h>

#include <sengen/core/error.hpp>
#include <sengen/tensor/runtime.hpp>
#include <sengen/train/permutation.hpp>

namespace sengen::train {

Loader::Loader(const Dataset& dataset, const LoaderOptions& options,
               const parallel::Communicator& comm)
    : dataset_(dataset),
      options_(options),
      part_(parallel::block_range(options.batch, comm.size(), comm.rank())) {
  if (options_.batch < comm.size()) {
    throw Error(
        ErrorKind::kUsage,
        fmt::format("a batch of {} cannot be shared by {} ranks", options_.batch, comm.size()),
        "raise the batch or use fewer ranks");
  }
  if (options_.batch > dataset_.size()) {
    throw Error(ErrorKind::kUsage, fmt::format("a batch of {} is larger than the {} samples",
                                               options_.batch, dataset_.size()));
  }
  worker_ = std::thread([this] { work(); });
}

Loader::~Loader() {
  {
    const std::lock_guard lock(mutex_);
    closing_ = true;
  }
  changed_.notify_all();
  worker_.join();
}

std::vector<std::int64_t> Loader::samples_of(std::int64_t number) const {
  const std::int64_t size = dataset_.size();
  std::vector<std::int64_t> samples;
  for (std::int64_t i = part_.begin; i < part_.end; ++i) {
    const std::int64_t place = number * options_.batch + i;
    const auto within = static_cast<std::uint64_t>(place % size);
    if (!options_.shuffle) {
      samples.push_back(place % size);
      continue;
    }
    const Permutation order(static_cast<std::uint64_t>(size), options_.seed,
                            static_cast<std::uint64_t>(place / size));
    samples.push_back(static_cast<std::int64_t>(order(within)));
  }
  return samples;
}

void Loader::seek(std::int64_t number) {
  {
    const std::lock_guard lock(mutex_);
    ready_.clear();
    failure_ = nullptr;
    next_to_load_ = number;
    ++generation_;
  }
  changed_.notify_all();
}

Batch Loader::take(std::int64_t number) {
  if (number != next_to_take_) seek(number);
  next_to_take_ = number + 1;
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return !ready_.empty() || failure_; });
  if (ready_.empty()) std::rethrow_exception(std::exchange(failure_, nullptr));
  Batch batch = std::move(ready_.front());
  ready_.pop_front();
  lock.unlock();
  changed_.notify_all();
  return batch;
}

void Loader::work() {
  // The cores belong to the training step.
  tensor::use_one_thread_here();
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] {
      return closing_ || (!failure_ && static_cast<std::int64_t>(ready_.size()) < options_.ahead);
    });
    if (closing_) return;
    const std::int64_t number = next_to_load_++;
    const std::int64_t generation = generation_;
    lock.unlock();
    Batch batch;
    std::exception_ptr failure;
    try {
      batch = dataset_.load(samples_of(number));
    } catch (...) {
      failure = std::current_exception();
    }
    lock.lock();
    if (generation != generation_) continue;
    if (failure) {
      failure_ = failure;
    } else {
      ready_.push_back(std::move(batch));
    }
    changed_.notify_all();
  }
}

}  // namespace sengen::train
