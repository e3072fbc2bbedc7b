// SPDX-License-Identifier: Apache-2.0
#include <sengen/parallel/communicator.hpp>

#include <algorithm>
#include <cstring>
#include <utility>

#include <unistd.h>

#include <fmt/format.h>

#include <sengen/core/error.hpp>
#include <sengen/parallel/transport.hpp>

namespace sengen::parallel {

Communicator::Communicator(std::shared_ptr<const Transport> transport)
    : transport_(std::move(transport)) {}

Communicator Communicator::world() { return Communicator(Transport::world()); }
Communicator Communicator::self() { return Communicator(std::make_shared<const Transport>()); }

int Communicator::rank() const noexcept { return transport_->rank(); }
int Communicator::size() const noexcept { return transport_->size(); }

Communicator Communicator::split(int colour, int key) const {
  if (colour < 0) throw Error(ErrorKind::kInternal, fmt::format("negative colour {}", colour));
  if (size() == 1) return *this;
  return Communicator(transport_->split(colour, key));
}

Communicator Communicator::split_by_host() const {
  if (size() == 1) return *this;
  return Communicator(transport_->split_by_host());
}

void Communicator::barrier() const {
  if (size() > 1) transport_->barrier();
}

void Communicator::allreduce(std::span<double> values, Reduction op) const {
  if (size() > 1) transport_->allreduce(values, op);
}
void Communicator::allreduce(std::span<float> values, Reduction op) const {
  if (size() > 1) transport_->allreduce(values, op);
}
void Communicator::allreduce(std::span<std::int64_t> values, Reduction op) const {
  if (size() > 1) transport_->allreduce(values, op);
}
double Communicator::allreduce(double value, Reduction op) const {
  allreduce(std::span(&value, 1), op);
  return value;
}
std::int64_t Communicator::allreduce(std::int64_t value, Reduction op) const {
  allreduce(std::span(&value, 1), op);
  return value;
}

bool Communicator::any(bool value) const {
  return allreduce(std::int64_t{value}, Reduction::kMax) != 0;
}
bool Communicator::all(bool value) const {
  return allreduce(std::int64_t{value}, Reduction::kMin) != 0;
}

void Communicator::check_rank(int rank, const char* role) const {
  if (rank < 0 || rank >= size()) {
    throw Error(ErrorKind::kInternal,
                fmt::format("{} rank {} is outside [0, {})", role, rank, size()));
  }
}

void Communicator::broadcast(std::span<std::byte> bytes, int root) const {
  check_rank(root, "root");
  if (size() > 1) transport_->broadcast(bytes, root);
}

std::string Communicator::broadcast(std::string text, int root) const {
  auto length = static_cast<std::int64_t>(text.size());
  broadcast(std::as_writable_bytes(std::span(&length, 1)), root);
  text.resize(static_cast<std::size_t>(length));
  broadcast(std::as_writable_bytes(std::span(text)), root);
  return text;
}

std::vector<std::vector<std::byte>> Communicator::gather_pieces(std::span<const std::byte> piece,
                                                                int root) const {
  check_rank(root, "root");
  std::vector<std::vector<std::byte>> pieces;
  if (rank() == root) {
    pieces.resize(static_cast<std::size_t>(size()));
    pieces[static_cast<std::size_t>(root)].assign(piece.begin(), piece.end());
  }
  // Lengths travel by a reduction, pieces one by one: no 32-bit displacements as in MPI_Gatherv.
  std::vector<std::int64_t> lengths(static_cast<std::size_t>(size()));
  lengths[static_cast<std::size_t>(rank())] = static_cast<std::int64_t>(piece.size());
  allreduce(std::span(lengths));
  if (rank() != root) {
    transport_->exchange(piece, root, {}, kNobody, kGatherTag);
    return pieces;
  }
  for (int from = 0; from < size(); ++from) {
    if (from == root) continue;
    auto& target = pieces[static_cast<std::size_t>(from)];
    target.resize(static_cast<std::size_t>(lengths[static_cast<std::size_t>(from)]));
    transport_->exchange({}, kNobody, target, from, kGatherTag);
  }
  return pieces;
}

std::vector<std::byte> Communicator::gather(std::span<const std::byte> piece, int root) const {
  std::vector<std::byte> joined;
  for (const auto& part : gather_pieces(piece, root)) {
    joined.insert(joined.end(), part.begin(), part.end());
  }
  return joined;
}

std::vector<std::string> Communicator::gather(const std::string& text, int root) const {
  std::vector<std::string> texts;
  for (const auto& part : gather_pieces(std::as_bytes(std::span(text)), root)) {
    std::string& copy = texts.emplace_back(part.size(), '\0');
    if (!part.empty()) std::memcpy(copy.data(), part.data(), part.size());
  }
  return texts;
}

void Communicator::send(std::span<const std::byte> bytes, int to, int tag) const {
  check_rank(to, "receiving");
  if (to == rank()) throw Error(ErrorKind::kInternal, "a blocking message to oneself");
  transport_->exchange(bytes, to, {}, kNobody, tag);
}

void Communicator::receive(std::span<std::byte> bytes, int from, int tag) const {
  check_rank(from, "sending");
  if (from == rank()) throw Error(ErrorKind::kInternal, "a blocking message from oneself");
  transport_->exchange({}, kNobody, bytes, from, tag);
}

void Communicator::exchange(std::span<const std::byte> out, int to, std::span<std::byte> in,
                            int from, int tag) const {
  if (to != kNobody) check_rank(to, "receiving");
  if (from != kNobody) check_rank(from, "sending");
  if ((to == rank()) != (from == rank())) {
    throw Error(ErrorKind::kInternal, "a message to oneself needs both halves in one exchange");
  }
  if (to == kNobody && from == kNobody) return;
  if (to != rank()) {
    transport_->exchange(out, to, in, from, tag);
    return;
  }
  if (out.size() != in.size()) {
    throw Error(ErrorKind::kInternal,
                fmt::format("message to oneself of {} bytes, {} expected", out.size(), in.size()));
  }
  if (!out.empty()) std::memmove(in.data(), out.data(), out.size());
}

Range block_range(std::ptrdiff_t count, int parts, int part) {
  if (count < 0 || parts < 1 || part < 0 || part >= parts) {
    throw Error(ErrorKind::kInternal,
                fmt::format("no part {} of {} of {} items", part, parts, count));
  }
  const std::ptrdiff_t base = count / parts;
  const std::ptrdiff_t extra = count % parts;  // the first `extra` parts get one more
  const std::ptrdiff_t begin = base * part + std::min<std::ptrdiff_t>(part, extra);
  return {begin, begin + base + (part < extra ? 1 : 0)};
}

std::string host_name() {
  char name[256] = {};
  if (gethostname(name, sizeof(name) - 1) != 0) return "unknown";
  return name;
}

}  // namespace sengen::parallel
