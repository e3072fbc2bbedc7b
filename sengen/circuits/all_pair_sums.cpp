// SPDX-License-Identifier: Apache-2.0
#include <sengen/circuits/all_pair_sums.hpp>

#include <algorithm>
#include <bit>
#include <cstdint>
#include <vector>

#include <sengen/circuits/block_kernels.hpp>
#include <sengen/core/parallel_for.hpp>

namespace sengen::circuits {

namespace {

using Index = std::int64_t;

// Pieces of a whole state, at most: enough for threads to share, and few, since what one core has
// summed another has to fetch.
constexpr int kMostPieceBits = 4;
// From this part of all pairs on sharing pays.
constexpr std::size_t kLeastShare = 3;

void add(PairMatrix& sum, const PairMatrix& other, bool is_complex) {
  for (int a = 0; a < 4; ++a) {
    for (int b = 0; b < 4; ++b) {
      sum.re[a][b] += other.re[a][b];
      if (is_complex) sum.im[a][b] += other.im[a][b];
    }
  }
}

// A bit taken out of a number.
Index without_bit(Index value, int bit) {
  const Index low = value & ((Index{1} << bit) - 1);
  return (value >> (bit + 1)) << bit | low;
}

// Pairs of so many qubits, which is where those of the next one begin.
std::size_t pairs_below(int qubits) {
  const auto count = static_cast<std::size_t>(qubits);
  return count * (count - 1) / 2;
}

int bit_of(Index value, int bit) { return static_cast<int>(value >> bit & 1); }

ConstPlanes at(const ConstPlanes& planes, Index offset) {
  return {planes.re + offset, planes.im == nullptr ? nullptr : planes.im + offset};
}

class AllPairs {
 public:
  AllPairs(const ConstPlanes& psi, const ConstPlanes& phi, int qubits, const BlockPlan& plan,
           std::span<const Pair> pairs)
      : psi_(psi), phi_(phi), qubits_(qubits), plan_(plan), pairs_(pairs) {
    const int blocks = qubits - plan.block_bits;
    joins_block_.assign(static_cast<std::size_t>(blocks), false);
    for (const Pair& pair : pairs) {
      if (is_local(pair.high)) {
        has_local_ = true;
      } else if (is_local(pair.low)) {
        has_joined_ = joins_block_[high_place(pair.high)] = true;
      } else {
        has_high_ = true;
      }
    }
  }

  void run(std::span<PairMatrix> sums) {
    // Kept from call to call: a fresh megabyte each time would cost as much as a part of the sums.
    static thread_local std::vector<PairMatrix> kept;
    const Index groups = Index{1} << outer_bits();
    kept.resize(pairs_.size() * static_cast<std::size_t>(groups));
    pieces_ = kept;
    parallel_for(0, groups, [&](Index begin, Index end) {
      std::vector<PairMatrix> sum(pairs_.size());
      Blocks blocks(*this);
      for (Index group = begin; group < end; ++group) {
        std::fill(sum.begin(), sum.end(), PairMatrix{});
        for (Index block = group << plan_.group_bits; block < (group + 1) << plan_.group_bits;
             ++block) {
          blocks.make(block);
          for (std::size_t i = 0; i < pairs_.size(); ++i) blocks.add_to(sum[i], pairs_[i]);
        }
        for (std::size_t i = 0; i < pairs_.size(); ++i) store(group, i, sum[i]);
      }
    });
    parallel_for(0, std::ssize(pairs_), [&](Index begin, Index end) {
      for (auto i = static_cast<std::size_t>(begin); i < static_cast<std::size_t>(end); ++i) {
        const int own = is_outer(pairs_[i].low) + is_outer(pairs_[i].high);
        sums[i] = tree_sum(pieces_.subspan(i * static_cast<std::size_t>(groups),
                                           static_cast<std::size_t>(groups >> own)),
                           psi_.im != nullptr);
      }
    });
  }

 private:
  // What a block and its neighbours say.
  class Blocks {
   public:
    explicit Blocks(const AllPairs& all)
        : all_(all),
          flipped_(all.joins_block_.size()),
          one_(all.joins_block_.size()),
          both_(one_.size() * one_.size()),
          pairs_(pairs_below(all.plan_.block_bits)) {}

    // One routine for each kind of pair, whatever other pairs there are: the same bits for slices.
    void make(Index block) {
      block_ = block;
      const int bits = all_.plan_.block_bits;
      const ConstPlanes psi = at(all_.psi_, block << bits);
      const auto phi = [&](Index flip) { return at(all_.phi_, (block ^ flip) << bits); };
      if (all_.has_local_) block_pairs(psi, phi(0), bits, pairs_.data());
      if (all_.has_joined_) block_singles(psi, phi(0), bits, own_);
      for (std::size_t q = 0; q < flipped_.size(); ++q) {
        if (all_.joins_block_[q]) block_singles(psi, phi(Index{1} << q), bits, flipped_[q]);
      }
      if (!all_.has_high_) return;
      total_ = block_total(psi, phi(0), bits);
      for (std::size_t q = 0; q < flipped_.size(); ++q) {
        one_[q] = block_total(psi, phi(Index{1} << q), bits);
      }
      for (const Pair& pair : all_.pairs_) {
        if (all_.is_local(pair.low)) continue;
        const std::size_t p = all_.high_place(pair.low), q = all_.high_place(pair.high);
        both_[p * one_.size() + q] = block_total(psi, phi(Index{1} << p | Index{1} << q), bits);
      }
    }

    void add_to(PairMatrix& sum, const Pair& pair) const {
      if (all_.is_local(pair.high)) {
        add(sum, pairs_[pairs_below(pair.high) + static_cast<std::size_t>(pair.low)], is_complex());
      } else if (all_.is_local(pair.low)) {
        add_joined(sum, pair);
      } else {
        add_high(sum, pair);
      }
    }

   private:
    bool is_complex() const { return all_.psi_.im != nullptr; }
    void add_entry(PairMatrix& sum, int a, int b, const Sum& entry) const {
      sum.re[a][b] += entry.re;
      if (is_complex()) sum.im[a][b] += entry.im;
    }
    // The low qubit within the block, the high one a bit of its number.
    void add_joined(PairMatrix& sum, const Pair& pair) const {
      const auto q = all_.high_place(pair.high);
      const BlockSums& flipped = flipped_[q];
      for (int low = 0; low < 2; ++low) {
        const int a = low | bit_of(block_, static_cast<int>(q)) << 1;
        add_entry(sum, a, a, own_.same[pair.low][low]);
        add_entry(sum, a, a ^ 1, own_.flipped[pair.low][low]);
        add_entry(sum, a, a ^ 2, flipped.same[pair.low][low]);
        add_entry(sum, a, a ^ 3, flipped.flipped[pair.low][low]);
      }
    }
    void add_high(PairMatrix& sum, const Pair& pair) const {
      const auto p = all_.high_place(pair.low), q = all_.high_place(pair.high);
      const int a = bit_of(block_, static_cast<int>(p)) | bit_of(block_, static_cast<int>(q)) << 1;
      add_entry(sum, a, a, total_);
      add_entry(sum, a, a ^ 1, one_[p]);
      add_entry(sum, a, a ^ 2, one_[q]);
      add_entry(sum, a, a ^ 3, both_[p * one_.size() + q]);
    }

    const AllPairs& all_;
    Index block_ = 0;
    BlockSums own_;
    std::vector<BlockSums> flipped_;  // beside the block whose number differs in bit q
    Sum total_;
    std::vector<Sum> one_;   // beside that block
    std::vector<Sum> both_;  // beside the block whose number differs in bits p and q
    std::vector<PairMatrix> pairs_;
  };

  bool is_local(int qubit) const { return qubit < plan_.block_bits; }
  int first_outer() const { return plan_.block_bits + plan_.group_bits; }
  bool is_outer(int qubit) const { return qubit >= first_outer(); }
  int outer_bits() const { return qubits_ - first_outer(); }
  std::size_t high_place(int qubit) const {
    return static_cast<std::size_t>(qubit - plan_.block_bits);
  }

  // A group has only those entries of a pair whose bits its number has: two or four groups together
  // make a piece.
  void store(Index group, std::size_t index, const PairMatrix& sum) {
    const Pair& pair = pairs_[index];
    Index piece = group;
    if (is_outer(pair.high)) piece = without_bit(piece, pair.high - first_outer());
    if (is_outer(pair.low)) piece = without_bit(piece, pair.low - first_outer());
    PairMatrix& out = pieces_[(index << outer_bits()) + static_cast<std::size_t>(piece)];
    for (int a = 0; a < 4; ++a) {
      if (is_outer(pair.low) && (a & 1) != bit_of(group, pair.low - first_outer())) continue;
      if (is_outer(pair.high) && (a >> 1) != bit_of(group, pair.high - first_outer())) continue;
      std::copy_n(sum.re[a], 4, out.re[a]);
      if (psi_.im != nullptr) std::copy_n(sum.im[a], 4, out.im[a]);
    }
  }

  ConstPlanes psi_, phi_;
  int qubits_;
  BlockPlan plan_;
  std::span<const Pair> pairs_;
  bool has_local_ = false, has_joined_ = false, has_high_ = false;
  std::vector<bool>
      joins_block_;  // of bit q of a block's number: whether a pair has it and a local
  std::span<PairMatrix> pieces_;
};

}  // namespace

PairMatrix tree_sum(std::span<PairMatrix> pieces, bool is_complex) {
  for (std::size_t half = pieces.size() / 2; half > 0; half /= 2) {
    for (std::size_t i = 0; i < half; ++i) {
      pieces[i] = pieces[2 * i];
      add(pieces[i], pieces[2 * i + 1], is_complex);
    }
  }
  PairMatrix sum = pieces[0];
  if (!is_complex) std::fill_n(&sum.im[0][0], 16, 0.0);
  return sum;
}

std::optional<BlockPlan> block_plan(int qubits, int slice_qubits, std::size_t pairs) {
  const auto all = static_cast<std::size_t>(qubits) * static_cast<std::size_t>(qubits - 1) / 2;
  if (qubits < kLeastBlockBits || kLeastShare * pairs < all) return {};
  BlockPlan plan{.block_bits = std::min(qubits, kBlockBits)};
  plan.group_bits = std::max(0, qubits - plan.block_bits - kMostPieceBits);
  if (slice_qubits < plan.block_bits + plan.group_bits) return {};
  return plan;
}

void all_pair_sums(const ConstPlanes& psi, const ConstPlanes& phi, int qubits,
                   const BlockPlan& plan, std::span<const Pair> pairs, std::span<PairMatrix> sums) {
  AllPairs(psi, phi, qubits, plan, pairs).run(sums);
}

}  // namespace sengen::circuits
