// SPDX-License-Identifier: Apache-2.0
// Transport: the few calls of MPI that Communicator is made of, on one MPI communicator, or none
// of them for a process alone. The only place that knows MPI; private to this room. Messages of
// any length travel in pieces that MPI's 32-bit counts can hold. Errors become sengen::Error.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include <sengen/parallel/communicator.hpp>

namespace sengen::parallel {

class Transport {
 public:
  // A process alone: rank 0 of 1.
  Transport();
  ~Transport();
  Transport(const Transport&) = delete;
  Transport& operator=(const Transport&) = delete;

  // All ranks of the job, alone without MPI.
  static std::shared_ptr<const Transport> world();

  int rank() const noexcept { return rank_; }
  int size() const noexcept { return size_; }

  // What follows is for size() > 1 only; the contracts are those of Communicator.
  std::shared_ptr<const Transport> split(int colour, int key) const;
  std::shared_ptr<const Transport> split_by_host() const;
  void barrier() const;
  template <typename T>
  void allreduce(std::span<T> values, Reduction op) const;
  void broadcast(std::span<std::byte> bytes, int root) const;
  void exchange(std::span<const std::byte> out, int to, std::span<std::byte> in, int from,
                int tag) const;

 private:
  struct Handle;  // owns or borrows an MPI_Comm
  explicit Transport(std::unique_ptr<Handle> handle);

  std::unique_ptr<Handle> handle_;
  int rank_ = 0;
  int size_ = 1;
};

}  // namespace sengen::parallel
