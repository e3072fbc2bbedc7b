// SPDX-License-Identifier: Apache-2.0
// Circuits for states over ranks: starts that ranks share, and amplitudes that lie in slices.
#include <bit>

#include <gtest/gtest.h>

#include <sengen/circuits/coupling.hpp>
#include <sengen/circuits/encoder.hpp>
#include <sengen/core/error.hpp>

#include "../unit/circuits/random_states.hpp"
#include "mpi_main.hpp"

namespace sengen::circuits {
namespace {

using parallel::Communicator;

Targets target_of(const std::vector<Complex>& psi, bool is_real,
                  const Communicator& slices = Communicator::self()) {
  Targets targets;
  targets.states.emplace_back(psi, is_real, slices);
  return targets;
}

EncodeOptions options_of(int qubits, GateKind kind, int starts) {
  EncodeOptions options;
  options.growth.sweep.pairs = all_pairs(qubits);
  options.growth.sweep.kind = kind;
  options.growth.max_gates = 8;
  options.growth.first = 6;
  options.growth.more = 2;
  options.growth.sweeps = 3;
  options.growth.polish_iterations = 10;
  options.starts = starts;
  options.moves = starts > 2 ? 6 : 0;
  options.finish_iterations = 10;
  return options;
}

std::string found(const Targets& targets, const EncodeOptions& options, const Communicator& comm) {
  EncodeStore store;
  return to_bytes(encode(targets, options, comm, store, {}, {}));
}

// Stages of the winning start differ in nothing either.
TEST(Encoder, RanksThatShareStartsFindTheCircuitOfOne) {
  const Targets targets = target_of(random_state(6, true, 3), true);
  const EncodeOptions options = options_of(6, GateKind::kReal, 5);
  EXPECT_EQ(found(targets, options, Communicator::world()),
            found(targets, options, Communicator::self()));
}

bool can_slice() {
  return std::has_single_bit(static_cast<unsigned>(Communicator::world().size()));
}

TEST(Slices, GatesAndTensorsAreThoseOfOneRankToTheLastBit) {
  if (!can_slice()) {
    EXPECT_THROW(StateVector(14, true, 0, Communicator::world()), Error);
    return;
  }
  constexpr int kQubits = 14;
  for (const bool is_real : {true, false}) {
    const auto psi = random_state(kQubits, is_real, 3), phi = random_state(kQubits, is_real, 4);
    StateVector whole(psi, is_real), sliced(psi, is_real, Communicator::world());
    const StateVector whole_phi(phi, is_real), sliced_phi(phi, is_real, Communicator::world());
    Matrix4 gate = Matrix4::Identity();
    gate.row(0).swap(gate.row(2));
    gate *= is_real ? Complex(1) : Complex(0.6, 0.8);
    for (const Pair& pair : {Pair{0, 1}, Pair{2, 12}, Pair{3, 13}, Pair{12, 13}, Pair{11, 12}}) {
      apply(whole, pair, gate);
      apply(sliced, pair, gate);
    }
    EXPECT_EQ(whole.amplitudes(), sliced.amplitudes());
    const auto pairs = all_pairs(kQubits);
    const auto one = fidelity_tensors(whole, whole_phi, pairs);
    const auto many = fidelity_tensors(sliced, sliced_phi, pairs);
    for (std::size_t i = 0; i < pairs.size(); ++i) {
      ASSERT_EQ(one[i], many[i]) << pairs[i].low << ' ' << pairs[i].high;
    }
    EXPECT_EQ(largest_amplitude(whole), largest_amplitude(sliced));
  }
}

TEST(Slices, GiveTheCircuitOfOneRank) {
  if (!can_slice()) return;
  constexpr int kQubits = 14;
  const auto psi = random_state(kQubits, true, 5);
  const EncodeOptions options = options_of(kQubits, GateKind::kReal, 1);
  EXPECT_EQ(found(target_of(psi, true, Communicator::world()), options, Communicator::self()),
            found(target_of(psi, true), options, Communicator::self()));
}

}  // namespace
}  // namespace sengen::circuits
