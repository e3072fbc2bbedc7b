// SPDX-License-Identifier: Apache-2.0
// Loader: batches of a dataset in an order that depends on the seed alone. Epochs follow one
// another as one endless series, each a permutation from (seed, epoch), cut into batches of one
// size; rank r of N gets the r-th of N nearly equal parts of every batch and reads only that. A
// thread of its own loads ahead. Its whole state is the number of the next batch.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <exception>
#include <mutex>
#include <span>
#include <thread>
#include <vector>

#include <ATen/core/Tensor.h>

#include <sengen/parallel/communicator.hpp>

namespace sengen::train {

// Inputs, targets, ...: the first extent of each is the sample.
using Batch = std::vector<at::Tensor>;

class Dataset {
 public:
  virtual ~Dataset() = default;
  virtual std::int64_t size() const = 0;
  // The samples in the order asked for. Called from one thread at a time, not the caller's.
  virtual Batch load(std::span<const std::int64_t> samples) const = 0;
};

struct LoaderOptions {
  std::int64_t batch = 1;  // over all ranks
  std::uint64_t seed = 1;
  bool shuffle = true;
  std::int64_t ahead = 2;  // batches in store
};

class Loader {
 public:
  // dataset must outlive this. kUsage when the batch is smaller than the number of ranks or larger
  // than the dataset.
  Loader(const Dataset& dataset, const LoaderOptions& options, const parallel::Communicator& comm);
  ~Loader();
  Loader(const Loader&) = delete;
  Loader& operator=(const Loader&) = delete;

  // This rank's part of a batch; the first is 0. Batches asked for one after the other are loaded
  // ahead. Errors of load() come out here.
  Batch take(std::int64_t number);

  // The samples of a batch of which this rank has a part, in their order.
  std::vector<std::int64_t> samples_of(std::int64_t number) const;

 private:
  void seek(std::int64_t number);
  void work();

  const Dataset& dataset_;
  LoaderOptions options_;
  parallel::Range part_;  // of every batch
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Batch> ready_;
  std::exception_ptr failure_;
  std::int64_t next_to_take_ = 0;
  std::int64_t next_to_load_ = 0;
  std::int64_t generation_ = 0;  // raised by seek(): what was being loaded is stale
  bool closing_ = false;
  std::thread worker_;
};

}  // namespace sengen::train
