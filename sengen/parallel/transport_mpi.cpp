// SPDX-License-Identifier: Apache-2.0
#ifdef SENGEN_MPI

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include <sys/uio.h>
#include <unistd.h>

#include <fmt/format.h>
#include <mpi.h>

#include <sengen/core/error.hpp>
#include <sengen/parallel/transport.hpp>

namespace sengen::parallel {

namespace {

constexpr std::size_t kPiece = std::size_t{1} << 30;  // elements of one MPI call, below 2^31

std::atomic<std::uint64_t> sent_bytes{0};
std::atomic<int> ranks_on_host{1};

void check(int code, const char* call) {
  if (code == MPI_SUCCESS) return;
  char text[MPI_MAX_ERROR_STRING] = {};
  int length = 0;
  MPI_Error_string(code, text, &length);
  throw Error(ErrorKind::kResource, fmt::format("{} failed: {}", call, text),
              "look at the messages of the other ranks and of mpirun");
}

bool mpi_is_up() {
  int initialised = 0;
  int finalised = 0;
  MPI_Initialized(&initialised);
  MPI_Finalized(&finalised);
  return initialised != 0 && finalised == 0;
}

MPI_Op to_mpi(Reduction op) {
  switch (op) {
    case Reduction::kSum: return MPI_SUM;
    case Reduction::kMin: return MPI_MIN;
    case Reduction::kMax: return MPI_MAX;
  }
  return MPI_OP_NULL;
}

template <typename T>
MPI_Datatype mpi_type();
template <>
MPI_Datatype mpi_type<double>() {
  return MPI_DOUBLE;
}
template <>
MPI_Datatype mpi_type<float>() {
  return MPI_FLOAT;
}
template <>
MPI_Datatype mpi_type<std::int64_t>() {
  return MPI_INT64_T;
}

// Piece number `index` of a message; empty when it has fewer.
template <typename Byte>
std::span<Byte> piece_of(std::span<Byte> bytes, std::size_t index) {
  const std::size_t begin = std::min(index * kPiece, bytes.size());
  return bytes.subspan(begin, std::min(kPiece, bytes.size() - begin));
}

// An empty message is one empty piece, so that it arrives.
std::size_t pieces(std::size_t bytes) {
  return std::max<std::size_t>(1, (bytes + kPiece - 1) / kPiece);
}

// Settings of Open MPI for the time of MPI_Init, as environment variables; what the user has set
// stays. At the end they are taken back with those that Open MPI adds itself: programs that this
// one starts would inherit them, and an mpirun among them would fail.
class InitSettings {
 public:
  InitSettings() {
    // Two alarming but harmless messages: copying out of another process's memory is forbidden in
    // many containers, and a network's driver may be installed without its card.
    if (!may_read_processes()) set("OMPI_MCA_btl_vader_single_copy_mechanism", "none");
    set("OMPI_MCA_btl_base_warn_component_unused", "0");
    // A program started without mpirun needs no helper daemon (it would outlive a kill -9) and no
    // network: 0.03 s in place of 0.33 s.
    set("OMPI_MCA_ess_singleton_isolated", "1");
    if (!launched()) {
      set("OMPI_MCA_pml", "ob1");
      set("OMPI_MCA_btl", "self");
    }
  }
  ~InitSettings() {
    for (const std::string& name : variables()) {
      if (!before_.contains(name)) unsetenv(name.c_str());
    }
  }
  InitSettings(const InitSettings&) = delete;
  InitSettings& operator=(const InitSettings&) = delete;

 private:
  static bool may_read_processes() {
    char from = 'x';
    char to = 0;
    const iovec local{&to, 1};
    const iovec remote{&from, 1};
    return process_vm_readv(getpid(), &local, 1, &remote, 1, 0) == 1;
  }

  // True under mpirun, srun and every other launcher that Open MPI understands.
  static bool launched() {
    for (const char* name : {"OMPI_COMM_WORLD_SIZE", "PMIX_RANK", "PMI_RANK", "PMI_FD",
                             "SLURM_PROCID", "FLUX_TASK_RANK", "JSM_NAMESPACE_RANK"}) {
      if (std::getenv(name) != nullptr) return true;
    }
    return false;
  }

  static void set(const char* name, const char* value) { setenv(name, value, 0); }

  // Names of the environment variables that belong to Open MPI.
  static std::set<std::string> variables() {
    std::set<std::string> names;
    for (char** entry = environ; *entry != nullptr; ++entry) {
      const std::string_view text(*entry);
      if (!text.starts_with("OMPI_") && !text.starts_with("PMIX_")) continue;
      names.emplace(text.substr(0, text.find('=')));
    }
    return names;
  }

  const std::set<std::string> before_ = variables();
};

}  // namespace

struct Transport::Handle {
  Handle(MPI_Comm communicator, bool is_owned) : comm(communicator), owned(is_owned) {}
  // Freeing is collective: while an exception unwinds this rank the others may be elsewhere.
  ~Handle() {
    if (owned && std::uncaught_exceptions() == 0 && mpi_is_up()) MPI_Comm_free(&comm);
  }
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;

  MPI_Comm comm;
  bool owned;
};

Transport::Transport(std::unique_ptr<Handle> handle) : handle_(std::move(handle)) {
  check(MPI_Comm_set_errhandler(handle_->comm, MPI_ERRORS_RETURN), "MPI_Comm_set_errhandler");
  check(MPI_Comm_rank(handle_->comm, &rank_), "MPI_Comm_rank");
  check(MPI_Comm_size(handle_->comm, &size_), "MPI_Comm_size");
}
Transport::Transport() = default;
Transport::~Transport() = default;

std::shared_ptr<const Transport> Transport::world() {
  if (!mpi_is_up()) return std::make_shared<const Transport>();
  auto handle = std::make_unique<Handle>(MPI_COMM_WORLD, false);
  return std::shared_ptr<const Transport>(new Transport(std::move(handle)));
}

std::shared_ptr<const Transport> Transport::split(int colour, int key) const {
  MPI_Comm part = MPI_COMM_NULL;
  check(MPI_Comm_split(handle_->comm, colour, key, &part), "MPI_Comm_split");
  return std::shared_ptr<const Transport>(new Transport(std::make_unique<Handle>(part, true)));
}

std::shared_ptr<const Transport> Transport::split_by_host() const {
  MPI_Comm part = MPI_COMM_NULL;
  check(MPI_Comm_split_type(handle_->comm, MPI_COMM_TYPE_SHARED, 0, MPI_INFO_NULL, &part),
        "MPI_Comm_split_type");
  return std::shared_ptr<const Transport>(new Transport(std::make_unique<Handle>(part, true)));
}

void Transport::barrier() const { check(MPI_Barrier(handle_->comm), "MPI_Barrier"); }

template <typename T>
void Transport::allreduce(std::span<T> values, Reduction op) const {
  sent_bytes += values.size_bytes();
  for (std::size_t begin = 0; begin < values.size(); begin += kPiece) {
    const std::size_t count = std::min(kPiece, values.size() - begin);
    check(MPI_Allreduce(MPI_IN_PLACE, values.data() + begin, static_cast<int>(count), mpi_type<T>(),
                        to_mpi(op), handle_->comm),
          "MPI_Allreduce");
  }
}
template void Transport::allreduce(std::span<double>, Reduction) const;
template void Transport::allreduce(std::span<float>, Reduction) const;
template void Transport::allreduce(std::span<std::int64_t>, Reduction) const;

void Transport::broadcast(std::span<std::byte> bytes, int root) const {
  if (rank_ == root) sent_bytes += bytes.size();
  for (std::size_t begin = 0; begin < bytes.size(); begin += kPiece) {
    const std::size_t count = std::min(kPiece, bytes.size() - begin);
    check(MPI_Bcast(bytes.data() + begin, static_cast<int>(count), MPI_BYTE, root, handle_->comm),
          "MPI_Bcast");
  }
}

void Transport::exchange(std::span<const std::byte> out, int to, std::span<std::byte> in, int from,
                         int tag) const {
  const bool sends = to != Communicator::kNobody;
  const bool receives = from != Communicator::kNobody;
  const std::size_t out_pieces = sends ? pieces(out.size()) : 0;
  const std::size_t in_pieces = receives ? pieces(in.size()) : 0;
  if (sends) sent_bytes += out.size();
  for (std::size_t i = 0; i < std::max(out_pieces, in_pieces); ++i) {
    const auto out_piece = piece_of(out, i);
    const auto in_piece = piece_of(in, i);
    MPI_Status status;
    check(MPI_Sendrecv(out_piece.data(), static_cast<int>(out_piece.size()), MPI_BYTE,
                       i < out_pieces ? to : MPI_PROC_NULL, tag, in_piece.data(),
                       static_cast<int>(in_piece.size()), MPI_BYTE,
                       i < in_pieces ? from : MPI_PROC_NULL, tag, handle_->comm, &status),
          "MPI_Sendrecv");
    if (i >= in_pieces) continue;
    int received = 0;
    check(MPI_Get_count(&status, MPI_BYTE, &received), "MPI_Get_count");
    if (static_cast<std::size_t>(received) != in_piece.size()) {
      throw Error(ErrorKind::kInternal,
                  fmt::format("message of {} bytes from rank {}, {} expected (tag {})", received,
                              from, in_piece.size(), tag));
    }
  }
}

Environment::Environment(int& argc, char**& argv) {
  if (mpi_is_up()) return;
  int provided = MPI_THREAD_SINGLE;
  {
    const InitSettings settings;
    check(MPI_Init_thread(&argc, &argv, MPI_THREAD_SERIALIZED, &provided), "MPI_Init_thread");
  }
  owner_ = true;
  if (provided < MPI_THREAD_FUNNELED) {
    throw Error(ErrorKind::kResource, "this MPI cannot be used by a program with threads",
                "use an MPI library built with thread support");
  }
  ranks_on_host = Communicator::world().split_by_host().size();
}

Environment::~Environment() {
  // MPI_Finalize waits for all ranks: one that is unwinding leaves, and mpirun ends the job.
  if (owner_ && std::uncaught_exceptions() == 0 && mpi_is_up()) MPI_Finalize();
}

void Environment::abort(int exit_code) {
  std::fflush(nullptr);
  if (mpi_is_up() && Communicator::world().size() > 1) MPI_Abort(MPI_COMM_WORLD, exit_code);
  std::_Exit(exit_code);
}

int local_ranks() noexcept { return ranks_on_host; }
std::uint64_t bytes_sent() noexcept { return sent_bytes; }

}  // namespace sengen::parallel

#endif  // SENGEN_MPI
