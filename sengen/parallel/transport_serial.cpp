// SPDX-License-Identifier: Apache-2.0
// The transport of a build without MPI: every process is alone, so none of the calls that need a
// second rank is ever made by Communicator.
#ifndef SENGEN_MPI

#include <cstdio>
#include <cstdlib>

#include <sengen/core/error.hpp>
#include <sengen/parallel/transport.hpp>

namespace sengen::parallel {

namespace {
[[noreturn]] void refuse() {
  throw Error(ErrorKind::kInternal, "a call to another rank in a build without MPI");
}
}  // namespace

struct Transport::Handle {};
Transport::Transport() = default;
Transport::~Transport() = default;

std::shared_ptr<const Transport> Transport::world() { return std::make_shared<const Transport>(); }
std::shared_ptr<const Transport> Transport::split(int, int) const { refuse(); }
std::shared_ptr<const Transport> Transport::split_by_host() const { refuse(); }
void Transport::barrier() const { refuse(); }
template <typename T>
void Transport::allreduce(std::span<T>, Reduction) const {
  refuse();
}
template void Transport::allreduce(std::span<double>, Reduction) const;
template void Transport::allreduce(std::span<float>, Reduction) const;
template void Transport::allreduce(std::span<std::int64_t>, Reduction) const;
void Transport::broadcast(std::span<std::byte>, int) const { refuse(); }
void Transport::exchange(std::span<const std::byte>, int, std::span<std::byte>, int, int) const {
  refuse();
}

Environment::Environment(int&, char**&) {}
Environment::~Environment() = default;

void Environment::abort(int exit_code) {
  std::fflush(nullptr);
  std::_Exit(exit_code);
}

int local_ranks() noexcept { return 1; }
std::uint64_t bytes_sent() noexcept { return 0; }

}  // namespace sengen::parallel

#endif  // SENGEN_MPI
