// SPDX-License-Identifier: Apache-2.0
// Communicator: a group of processes (ranks), RAII over an MPI communicator. Built without MPI, or
// run without mpirun, it has size 1 and every operation is the identity: serial code is parallel
// code of one rank. Errors of MPI become sengen::Error (kResource).
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace sengen::parallel {

// Owns MPI_Init / MPI_Finalize; exactly one in main, before the first Communicator. Where a host
// program has started MPI, it is used and left running. While an exception unwinds main,
// MPI_Finalize (which waits for all ranks) is left out and mpirun ends the job.
class Environment {
 public:
  Environment(int& argc, char**& argv);
  ~Environment();
  Environment(const Environment&) = delete;
  Environment& operator=(const Environment&) = delete;

  // Ends the whole job now with this exit code (MPI_Abort when there are other ranks). For the
  // failing rank of main only; does not return.
  [[noreturn]] static void abort(int exit_code);

 private:
  [[maybe_unused]] bool owner_ = false;
};

enum class Reduction { kSum, kMin, kMax };

class Transport;  // the calls of MPI: transport.hpp

class Communicator {
 public:
  // All ranks of the job; a communicator of size 1 without Environment.
  static Communicator world();
  // This process alone.
  static Communicator self();

  int rank() const noexcept;
  int size() const noexcept;
  bool is_root() const noexcept { return rank() == 0; }

  // Collective: ranks of one colour form a new communicator, ordered by (key, rank).
  Communicator split(int colour, int key = 0) const;
  // Ranks that share this machine's memory. Collective.
  Communicator split_by_host() const;

  void barrier() const;

  // In place over all ranks; collective, same length on every rank. The order of a floating-point
  // sum depends on the number of ranks: where bits must agree, sum integers (see exact_sum.hpp).
  void allreduce(std::span<double> values, Reduction op = Reduction::kSum) const;
  void allreduce(std::span<float> values, Reduction op = Reduction::kSum) const;
  void allreduce(std::span<std::int64_t> values, Reduction op = Reduction::kSum) const;
  double allreduce(double value, Reduction op = Reduction::kSum) const;
  std::int64_t allreduce(std::int64_t value, Reduction op = Reduction::kSum) const;
  // True when any / all ranks say true. Collective.
  bool any(bool value) const;
  bool all(bool value) const;

  // From root to all. Collective. The string's length travels along.
  void broadcast(std::span<std::byte> bytes, int root = 0) const;
  std::string broadcast(std::string text, int root = 0) const;

  // Pieces of any length in rank order on the root, empty elsewhere. Collective.
  std::vector<std::byte> gather(std::span<const std::byte> piece, int root = 0) const;
  // One string a rank, in rank order, on the root; empty elsewhere. Collective.
  std::vector<std::string> gather(const std::string& text, int root = 0) const;

  // Blocking messages of bytes of any length, to another rank; the receiver's length must match.
  void send(std::span<const std::byte> bytes, int to, int tag = 0) const;
  void receive(std::span<std::byte> bytes, int from, int tag = 0) const;
  // Both at once without deadlock; a rank of kNobody leaves that half out, this rank in both
  // halves copies (a periodic halo on one rank). Tags: 0 to 32766.
  static constexpr int kNobody = -1;
  void exchange(std::span<const std::byte> out, int to, std::span<std::byte> in, int from,
                int tag = 0) const;

 private:
  static constexpr int kGatherTag = 32767;  // the largest that every MPI has
  explicit Communicator(std::shared_ptr<const Transport> transport);
  void check_rank(int rank, const char* role) const;
  std::vector<std::vector<std::byte>> gather_pieces(std::span<const std::byte> piece,
                                                    int root) const;
  std::shared_ptr<const Transport> transport_;
};

// Ranks of the job on this machine (1 before Environment): the default number of threads is
// available_cpus() / local_ranks() where ranks are not bound to cores.
int local_ranks() noexcept;

// Bytes sent by this process through Communicator since the start (payload, for reports and tests).
std::uint64_t bytes_sent() noexcept;

// Owned part [begin, end) of `count` items cut into `parts` nearly equal contiguous blocks.
struct Range {
  std::ptrdiff_t begin = 0;
  std::ptrdiff_t end = 0;
  std::ptrdiff_t size() const noexcept { return end - begin; }
};
Range block_range(std::ptrdiff_t count, int parts, int part);

// Name of this machine, for logs and lock files.
std::string host_name();

}  // namespace sengen::parallel
