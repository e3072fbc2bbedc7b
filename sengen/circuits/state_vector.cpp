// SPDX-License-Identifier: Apache-2.0
#include <sengen/circuits/state_vector.hpp>

#include <algorithm>
#include <bit>
#include <map>
#include <numeric>

#include <fmt/format.h>

#include <sengen/circuits/all_pair_sums.hpp>
#include <sengen/circuits/state_kernels.hpp>
#include <sengen/core/error.hpp>
#include <sengen/core/parallel_for.hpp>

namespace sengen::circuits {

namespace {

// Below so many multiply-adds a team of threads costs more than it saves.
constexpr std::int64_t kSerialWork = std::int64_t{1} << 20;
// Sums are made of pieces, added as a tree: the same bits for any number of threads and ranks. A
// piece of both states fits into the first cache, where all pairs meet it one after the other.
constexpr int kSerialQubits = 14;
constexpr std::int64_t kFirstPieces = 8;
constexpr std::int64_t kMaxPieces = 128;

std::int64_t pieces_of(int qubits) {
  if (qubits < kSerialQubits) return 1;
  return std::min(kMaxPieces, kFirstPieces << (qubits - kSerialQubits));
}

PairMatrix to_pair_matrix(const Matrix4& u) {
  PairMatrix matrix{};
  for (int a = 0; a < 4; ++a) {
    for (int b = 0; b < 4; ++b) {
      matrix.re[a][b] = u(a, b).real();
      matrix.im[a][b] = u(a, b).imag();
    }
  }
  return matrix;
}

Matrix4 to_matrix(const PairMatrix& sums) {
  Matrix4 matrix;
  for (int a = 0; a < 4; ++a) {
    for (int b = 0; b < 4; ++b) matrix(a, b) = Complex(sums.re[a][b], sums.im[a][b]);
  }
  return matrix;
}

void apply_local(const Planes& planes, int qubits, const Pair& pair, const PairMatrix& matrix) {
  const std::int64_t units = kernel_units(qubits, pair.low, pair.high);
  const auto work = [&](std::int64_t begin, std::int64_t end) {
    apply_units(planes, qubits, pair.low, pair.high, matrix, begin, end);
  };
  if (std::int64_t{4} << qubits < kSerialWork) {
    work(0, units);
  } else {
    parallel_for(0, units, work);
  }
}

// found[k] = the sums of pair k, made of so many pieces.
void tensor_sums(const ConstPlanes& x, const ConstPlanes& y, int qubits,
                 std::span<const Pair> pairs, std::int64_t pieces, std::span<PairMatrix> found) {
  const auto count = static_cast<std::int64_t>(pairs.size());
  // Pairs with one high qubit meet the same piece of both states, whatever the low one.
  std::vector<std::size_t> order(pairs.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t i, std::size_t k) {
    return std::pair(pairs[i].high, pairs[i].low) < std::pair(pairs[k].high, pairs[k].low);
  });
  // Kept from call to call: a fresh megabyte each time costs as much as a quarter of the sums.
  static thread_local std::vector<PairMatrix> kept;
  kept.resize(pairs.size() * static_cast<std::size_t>(pieces));
  const std::span sums(kept);
  const auto work = [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t item = begin; item < end; ++item) {
      const std::size_t index = order[static_cast<std::size_t>(item % count)];
      const std::int64_t piece = item / count;
      const Pair& pair = pairs[index];
      const std::int64_t units = kernel_units(qubits, pair.low, pair.high) / pieces;
      tensor_units(
          x, y, qubits, pair.low, pair.high, piece * units, (piece + 1) * units,
          sums[index * static_cast<std::size_t>(pieces) + static_cast<std::size_t>(piece)]);
    }
  };
  const auto items = static_cast<std::int64_t>(sums.size());
  if ((std::int64_t{4} << qubits) * count < kSerialWork) {
    work(0, items);
  } else {
    parallel_for(0, items, work);
  }
  const auto length = static_cast<std::size_t>(pieces);
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    found[i] = tree_sum(sums.subspan(i * length, length), x.im != nullptr);
  }
}

// The bits of rank numbers that a pair's qubits are.
int rank_mask(const StateVector& state, const Pair& pair) {
  int mask = 0;
  if (pair.low >= state.slice_qubits()) mask |= 1 << (pair.low - state.slice_qubits());
  if (pair.high >= state.slice_qubits()) mask |= 1 << (pair.high - state.slice_qubits());
  return mask;
}

// The slices of all ranks whose numbers agree with this rank's but for a mask's bits, one behind
// the other: a state of a few qubits more. Collective.
class Slices {
 public:
  Slices(const StateVector& state, int mask)
      : slice_qubits_(state.slice_qubits()),
        qubits_(slice_qubits_ + std::popcount(static_cast<unsigned>(mask))),
        re_(std::size_t{1} << qubits_),
        im_(state.is_real() ? 0 : re_.size()) {
    const int rank = state.comm().rank();
    own_ = place_of_rank(rank, mask);
    for (int flip = 0; flip <= mask; ++flip) {
      if ((flip & ~mask) != 0) continue;
      const int partner = rank ^ flip;
      fetch(state, partner, state.re(), re_.data(), mask);
      if (!state.is_real()) fetch(state, partner, state.im(), im_.data(), mask);
    }
  }

  int qubits() const { return qubits_; }
  Planes planes() { return {re_.data(), im_.empty() ? nullptr : im_.data()}; }
  ConstPlanes planes() const { return {re_.data(), im_.empty() ? nullptr : im_.data()}; }
  // Where a pair of the mask's qubits (and one of the slice) lies here.
  Pair place_of(const Pair& pair) const {
    return pair.low < slice_qubits_ ? Pair{pair.low, slice_qubits_}
                                    : Pair{slice_qubits_, slice_qubits_ + 1};
  }
  void store_own(StateVector& state) const {
    const auto first = static_cast<std::ptrdiff_t>(own_ << slice_qubits_);
    const auto count = static_cast<std::ptrdiff_t>(state.size());
    std::copy_n(re_.begin() + first, count, state.re());
    if (!state.is_real()) std::copy_n(im_.begin() + first, count, state.im());
  }

 private:
  // A rank's bits at the mask's places, put side by side.
  static std::size_t place_of_rank(int rank, int mask) {
    std::size_t place = 0;
    int bit = 0;
    for (int i = 0; mask >> i != 0; ++i) {
      if ((mask >> i & 1) == 0) continue;
      place |= static_cast<std::size_t>(rank >> i & 1) << bit++;
    }
    return place;
  }
  void fetch(const StateVector& state, int partner, const double* from, double* to, int mask) {
    double* place = to + (place_of_rank(partner, mask) << slice_qubits_);
    const auto out = std::as_bytes(std::span(from, state.size()));
    const auto in = std::as_writable_bytes(std::span(place, state.size()));
    state.comm().exchange(out, partner, in, partner);
  }

  int slice_qubits_;
  int qubits_;
  std::size_t own_ = 0;
  Plane re_;
  Plane im_;
};

// Adds the ranks' parts as the tree that one rank would: ranks that differ only in a pair's own
// qubits have the same part, which counts once. Collective.
void sum_over_ranks(const StateVector& state, std::span<const Pair> pairs,
                    std::vector<PairMatrix>& sums) {
  const auto ranks = static_cast<std::size_t>(state.comm().size());
  std::vector<PairMatrix> all(ranks * sums.size());  // zero but for this rank's
  std::copy(sums.begin(), sums.end(),
            all.begin() + static_cast<std::ptrdiff_t>(
                              static_cast<std::size_t>(state.comm().rank()) * sums.size()));
  state.comm().allreduce(
      std::span(reinterpret_cast<double*>(all.data()), all.size() * sizeof(PairMatrix) / 8));
  for (std::size_t i = 0; i < sums.size(); ++i) {
    const auto mask = static_cast<std::size_t>(rank_mask(state, pairs[i]));
    std::vector<PairMatrix> parts;
    for (std::size_t rank = 0; rank < ranks; ++rank) {
      if ((rank & mask) == 0) parts.push_back(all[rank * sums.size() + i]);
    }
    sums[i] = tree_sum(parts, !state.is_real());
  }
}

void check_pair(const Pair& pair, int qubits) {
  if (pair.low < 0 || pair.low >= pair.high || pair.high >= qubits) {
    throw Error(ErrorKind::kInternal,
                fmt::format("pair ({}, {}) of {} qubits", pair.low, pair.high, qubits));
  }
}

}  // namespace

StateVector::StateVector(int qubits, bool is_real, std::uint64_t index,
                         const parallel::Communicator& comm)
    : qubits_(qubits), comm_(comm) {
  if (qubits < kMinQubits || qubits > kMaxQubits) {
    throw Error(ErrorKind::kUsage, fmt::format("a state of {} qubits: from {} to {} are possible",
                                               qubits, kMinQubits, kMaxQubits));
  }
  const auto ranks = static_cast<unsigned>(comm.size());
  slice_qubits_ = qubits - std::countr_zero(ranks);
  if (!std::has_single_bit(ranks) || (ranks > 1 && slice_qubits_ < kMinSliceQubits)) {
    throw Error(ErrorKind::kUsage,
                fmt::format("a state of {} qubits cannot be sliced over {} ranks", qubits, ranks),
                fmt::format("take a power of two of ranks, at most 2^{}",
                            std::max(0, qubits - kMinSliceQubits)));
  }
  re_.resize(std::size_t{1} << slice_qubits_);
  if (!is_real) im_.resize(re_.size());
  set_basis_state(index);
}

StateVector::StateVector(std::span<const Complex> amplitudes, bool is_real,
                         const parallel::Communicator& comm)
    : StateVector(std::countr_zero(amplitudes.size()), is_real, 0, comm) {
  if (!std::has_single_bit(amplitudes.size())) {
    throw Error(ErrorKind::kInput,
                fmt::format("{} amplitudes are no power of two", amplitudes.size()));
  }
  const std::size_t first = static_cast<std::size_t>(comm.rank()) << slice_qubits_;
  for (std::size_t i = 0; i < size(); ++i) {
    re_[i] = amplitudes[first + i].real();
    if (!is_real) im_[i] = amplitudes[first + i].imag();
  }
}

std::vector<Complex> StateVector::amplitudes() const {
  std::vector<Complex> all(std::size_t{1} << qubits_);
  const std::size_t first = static_cast<std::size_t>(comm_.rank()) << slice_qubits_;
  for (std::size_t i = 0; i < size(); ++i) all[first + i] = amplitude(i);
  // The other ranks' zeros change nothing.
  comm_.allreduce(std::span(reinterpret_cast<double*>(all.data()), 2 * all.size()));
  return all;
}

void StateVector::set_basis_state(std::uint64_t index) {
  std::fill(re_.begin(), re_.end(), 0.0);
  std::fill(im_.begin(), im_.end(), 0.0);
  if (index >> qubits_ != 0) {
    throw Error(ErrorKind::kInternal, fmt::format("basis state {} of {} qubits", index, qubits_));
  }
  if (index >> slice_qubits_ == static_cast<std::uint64_t>(comm_.rank())) {
    re_[index & (size() - 1)] = 1;
  }
}

void apply(StateVector& psi, const Pair& pair, const Matrix4& u) {
  check_pair(pair, psi.qubits());
  const PairMatrix matrix = to_pair_matrix(u);
  const int mask = rank_mask(psi, pair);
  if (mask == 0) {
    apply_local({psi.re(), psi.im()}, psi.slice_qubits(), pair, matrix);
    return;
  }
  Slices slices(psi, mask);
  apply_local(slices.planes(), slices.qubits(), slices.place_of(pair), matrix);
  slices.store_own(psi);
}

StateVector prepare(const Circuit& circuit, bool is_real, const parallel::Communicator& comm) {
  StateVector state(circuit.qubits, is_real, circuit.start, comm);
  for (const Gate& gate : circuit.gates) apply(state, gate.pair, gate.matrix);
  return state;
}

void apply_inverse(StateVector& psi, const Circuit& circuit) {
  for (auto gate = circuit.gates.rbegin(); gate != circuit.gates.rend(); ++gate) {
    apply(psi, gate->pair, gate->matrix.adjoint());
  }
}

std::vector<Matrix4> fidelity_tensors(const StateVector& psi, const StateVector& phi,
                                      std::span<const Pair> pairs) {
  if (psi.qubits() != phi.qubits() || psi.is_real() != phi.is_real()) {
    throw Error(ErrorKind::kInternal, "fidelity tensor of two states of different kind");
  }
  for (const Pair& pair : pairs) check_pair(pair, psi.qubits());
  std::map<int, std::vector<std::size_t>> by_mask;
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    by_mask[rank_mask(psi, pairs[i])].push_back(i);
  }
  std::vector<PairMatrix> sums(pairs.size());
  const auto plan = block_plan(psi.qubits(), psi.slice_qubits(), pairs.size());
  for (const auto& [mask, members] : by_mask) {
    // Pieces of the whole state's sum that lie in what is at hand here.
    const int other_bits = psi.qubits() - psi.slice_qubits() - std::popcount(unsigned(mask));
    const std::int64_t pieces = std::max<std::int64_t>(1, pieces_of(psi.qubits()) >> other_bits);
    const auto sum_group = [&](const ConstPlanes& x, const ConstPlanes& y, int qubits,
                               std::span<const Pair> places) {
      std::vector<PairMatrix> found(places.size());
      if (plan) {
        all_pair_sums(x, y, qubits, *plan, places, found);
      } else {
        tensor_sums(x, y, qubits, places, pieces, found);
      }
      for (std::size_t k = 0; k < members.size(); ++k) sums[members[k]] = found[k];
    };
    std::vector<Pair> places;
    if (mask == 0) {
      for (const std::size_t i : members) places.push_back(pairs[i]);
      sum_group({psi.re(), psi.im()}, {phi.re(), phi.im()}, psi.slice_qubits(), places);
      continue;
    }
    const Slices x(psi, mask);
    const Slices y(phi, mask);
    for (const std::size_t i : members) places.push_back(x.place_of(pairs[i]));
    sum_group(x.planes(), y.planes(), x.qubits(), places);
  }
  if (psi.comm().size() > 1) sum_over_ranks(psi, pairs, sums);
  std::vector<Matrix4> tensors;
  tensors.reserve(pairs.size());
  for (const PairMatrix& sum : sums) tensors.push_back(to_matrix(sum));
  return tensors;
}

std::uint64_t largest_amplitude(const StateVector& state) {
  constexpr double kTie = 1 + 1e-12;  // amplitudes that differ by rounding alone
  const auto ranks = static_cast<std::size_t>(state.comm().size());
  const auto rank = static_cast<std::size_t>(state.comm().rank());
  std::size_t best = 0;
  for (std::size_t i = 1; i < state.size(); ++i) {
    if (std::abs(state.amplitude(i)) > std::abs(state.amplitude(best)) * kTie) best = i;
  }
  std::vector<double> moduli(ranks);
  std::vector<std::int64_t> places(ranks);
  moduli[rank] = std::abs(state.amplitude(best));
  places[rank] = static_cast<std::int64_t>((rank << state.slice_qubits()) + best);
  state.comm().allreduce(std::span(moduli));
  state.comm().allreduce(std::span(places));
  std::size_t winner = 0;
  for (std::size_t i = 1; i < ranks; ++i) {
    if (moduli[i] > moduli[winner] * kTie) winner = i;
  }
  return static_cast<std::uint64_t>(places[winner]);
}

Complex overlap(const StateVector& phi, const StateVector& psi) {
  const Pair pair{0, 1};
  return fidelity_tensors(psi, phi, {&pair, 1})[0].trace();
}

}  // namespace sengen::circuits
