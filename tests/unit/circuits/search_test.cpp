// SPDX-License-Identifier: Apache-2.0
// The search for circuits: sweeps, insertion, growth, relocation and the whole of it.
#include <gtest/gtest.h>
#include <Eigen/LU>

#include <sengen/circuits/coupling.hpp>
#include <sengen/circuits/encoder.hpp>
#include <sengen/circuits/synthesis.hpp>
#include <sengen/core/error.hpp>
#include <sengen/core/parallel_for.hpp>

#include "random_states.hpp"

namespace sengen::circuits {
namespace {

Targets target_of(const std::vector<Complex>& psi, bool is_real) {
  Targets targets;
  targets.states.emplace_back(psi, is_real);
  return targets;
}

EncodeOptions options_of(int qubits, int gates, GateKind kind) {
  EncodeOptions options;
  options.growth.sweep.pairs = all_pairs(qubits);
  options.growth.sweep.kind = kind;
  options.growth.max_gates = gates;
  options.growth.first = 4;
  options.growth.more = 2;
  options.starts = 6;
  options.moves = 20;
  options.cnots = [](const Circuit& circuit) {
    return size_of(synthesise(circuit)).two_qubit_gates;
  };
  return options;
}

EncodeResult found(const Targets& targets, const EncodeOptions& options) {
  EncodeStore store;
  return encode(targets, options, parallel::Communicator::self(), store, {}, {});
}

TEST(Sweep, IsMonotoneAndReachesTheBestPairs) {
  const Circuit original = random_circuit(6, 3, true, 5);
  const Targets targets = target_of(prepare(original, true).amplitudes(), true);
  Circuit circuit = original;
  for (Gate& gate : circuit.gates) gate = {{0, 1}};
  Sweeper sweeper(targets, circuit, {.pairs = all_pairs(6), .kind = GateKind::kReal});
  double last = 0;
  for (int i = 0; i < 30; ++i) {
    const double now = sweeper.sweep();
    EXPECT_GE(now, last - 1e-12);
    EXPECT_NEAR(now, mean_overlap(targets, circuit), 1e-12);
    last = now;
  }
  EXPECT_GT(last, 0.7);
}

TEST(Sweep, RivalsBetweenSearchesKeepItMonotone) {
  const Targets targets = target_of(random_state(7, true, 3), true);
  Circuit circuit = random_circuit(7, 10, true, 4);
  Sweeper sweeper(targets, circuit, {.pairs = all_pairs(7), .search_every = 3, .rivals = 2});
  double last = 0;
  for (int i = 0; i < 9; ++i) {
    const double now = sweeper.sweep();
    EXPECT_GE(now, last - 1e-12);
    last = now;
  }
}

TEST(Sweep, RotationsStayRotations) {
  const Targets targets = target_of(random_state(5, true, 3), true);
  Circuit circuit{.qubits = 5};
  for (const Pair& pair : line_pairs(5)) circuit.gates.push_back({pair});
  Sweeper sweeper(targets, circuit, {.pairs = line_pairs(5), .kind = GateKind::kRotation});
  for (int i = 0; i < 5; ++i) sweeper.sweep();
  for (const Gate& gate : circuit.gates) {
    EXPECT_NEAR(Eigen::Matrix4d(gate.matrix.real()).determinant(), 1, 1e-12);
    EXPECT_EQ(gate.pair.high, gate.pair.low + 1);
  }
  EXPECT_LE(size_of(synthesise(circuit)).two_qubit_gates, 8);
}

TEST(Sweep, ShotsOfManyAreNearlyExact) {
  const auto psi = random_state(5, true, 3);
  const StateVector state(psi, true), other(random_state(5, true, 9), true);
  const auto pairs = all_pairs(5);
  const auto exact = fidelity_tensors(state, other, pairs);
  auto coarse = exact, fine = exact;
  measure(coarse, pairs, true, {.shots = 100}, 0);
  measure(fine, pairs, true, {.shots = 1000000}, 0);
  double coarse_error = 0, fine_error = 0;
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    coarse_error += (coarse[i] - exact[i]).norm();
    fine_error += (fine[i] - exact[i]).norm();
  }
  // 1 / sqrt(shots).
  EXPECT_NEAR(coarse_error / fine_error, 100, 30);
  // Every bracket's standard deviation is 0.1, a tensor's norm is half of all sixteen's.
  EXPECT_NEAR(coarse_error / static_cast<double>(pairs.size()), 0.5 * 0.1 * 4, 0.06);
  EXPECT_EQ(bracket_count(pairs, 5), 1 + 3 * 5 + 9 * 10);
  EXPECT_LT(coarse[0].imag().norm(), 1e-14);
}

TEST(Insertion, PlacesAreNoneWhereAGateWouldBeSwallowed) {
  const Targets targets = target_of(random_state(3, true, 3), true);
  Circuit circuit{.qubits = 3};
  circuit.gates.push_back({{0, 1}, random_gate(true, 1)});
  const auto places = best_places(targets, circuit, all_pairs(3), GateKind::kReal, 100);
  for (const Place& place : places) EXPECT_NE(place.pair, (Pair{0, 1}));
  ASSERT_EQ(places.size(), 4U);
  for (std::size_t i = 1; i < places.size(); ++i) {
    EXPECT_LE(places[i].overlap, places[i - 1].overlap);
  }
  // What was promised is reached.
  insert_gate(circuit, places[0], GateKind::kReal);
  EXPECT_NEAR(mean_overlap(targets, circuit), places[0].overlap, 1e-12);
}

TEST(Insertion, DensityMatricesTakeEntanglementAway) {
  const Circuit original = random_circuit(5, 2, false, 6);
  const Targets targets = target_of(prepare(original, false).amplitudes(), false);
  Circuit circuit{.qubits = 5};
  insert_in_front(targets, circuit, all_pairs(5), Insertion::kEntropy, 6);
  EXPECT_GT(mean_overlap(targets, circuit), 1 - 1e-9);
}

// Exactness: product states, GHZ, W, states of a known circuit.
TEST(Encode, ProductStateNeedsNoEntanglingGate) {
  std::vector<Complex> psi = {1};
  for (int q = 0; q < 5; ++q) {
    const double angle = 0.3 + q;
    std::vector<Complex> next;
    for (const double factor : {std::cos(angle), std::sin(angle)}) {
      for (const Complex& amplitude : psi) next.push_back(factor * amplitude);
    }
    psi = next;
  }
  auto options = options_of(5, 8, GateKind::kReal);
  options.growth.overlap_target = 1 - 1e-13;
  const EncodeResult result = found(target_of(psi, true), options);
  EXPECT_GT(result.overlap, 1 - 1e-12);
  EXPECT_EQ(size_of(synthesise(result.circuit, {.tolerance = 1e-6})).two_qubit_gates, 0);
}

TEST(Encode, GhzAndW) {
  for (const int qubits : {4, 6}) {
    std::vector<Complex> ghz(std::size_t{1} << qubits);
    ghz.front() = ghz.back() = std::sqrt(0.5);
    std::vector<Complex> w(std::size_t{1} << qubits);
    for (int q = 0; q < qubits; ++q) w[std::size_t{1} << q] = 1 / std::sqrt(double(qubits));
    auto options = options_of(qubits, 2 * qubits, GateKind::kReal);
    options.growth.overlap_target = 1 - 1e-12;
    const EncodeResult one = found(target_of(ghz, true), options);
    EXPECT_GT(one.overlap, 1 - 1e-11);
    EXPECT_EQ(one.circuit.gates.size(), static_cast<std::size_t>(qubits - 1));
    const EncodeResult two = found(target_of(w, true), options);
    EXPECT_GT(two.overlap, 1 - 1e-11);
    EXPECT_EQ(two.circuit.gates.size(), static_cast<std::size_t>(qubits - 1));
  }
}

TEST(Encode, FindsBackWhatAFewGatesMade) {
  int successes = 0;
  for (std::uint64_t seed = 0; seed < 6; ++seed) {
    const Circuit original = random_circuit(6, 6, true, seed + 100);
    auto options = options_of(6, 8, GateKind::kReal);
    options.growth.overlap_target = 1 - 1e-9;
    options.starts = 12;
    const auto result = found(target_of(prepare(original, true).amplitudes(), true), options);
    if (result.overlap > 1 - 1e-8) ++successes;
  }
  EXPECT_GE(successes, 5);
}

TEST(Encode, GivesTheSameCircuitForAnyNumberOfThreads) {
  const Targets targets = target_of(random_state(6, true, 3), true);
  const auto options = options_of(6, 8, GateKind::kReal);
  const int before = threads();
  std::vector<EncodeResult> results;
  for (const int count : {1, 3}) {
    set_threads(count);
    results.push_back(found(targets, options));
  }
  set_threads(before);
  EXPECT_EQ(to_bytes(results[0]), to_bytes(results[1]));
}

// A store in memory that asks for a stop after so many saves.
class Interrupted : public EncodeStore {
 public:
  explicit Interrupted(int saves) : left_(saves) {}
  std::vector<GrowthStage> load_growth(int start) override { return growth_[start]; }
  void save_growth(int start, const std::vector<GrowthStage>& stages) override {
    growth_[start] = stages;
    --left_;
  }
  std::optional<Relocation> load_relocation(int kept) override {
    const auto found = relocations_.find(kept);
    return found == relocations_.end() ? std::nullopt : std::optional(found->second);
  }
  void save_relocation(int kept, const Relocation& state) override {
    relocations_[kept] = state;
    --left_;
  }
  bool is_over() const { return left_ <= 0; }
  void go_on(int saves) { left_ = saves; }

 private:
  int left_;
  std::map<int, std::vector<GrowthStage>> growth_;
  std::map<int, Relocation> relocations_;
};

TEST(Encode, StoppedAnywhereItGoesOnToTheSameCircuit) {
  const Targets targets = target_of(random_state(6, true, 3), true);
  const auto options = options_of(6, 8, GateKind::kReal);
  const EncodeResult whole = found(targets, options);
  Interrupted store(3);
  EncodeResult result;
  int calls = 0;
  do {
    store.go_on(3);
    result = encode(targets, options, parallel::Communicator::self(), store, {},
                    [&] { return store.is_over(); });
    ++calls;
  } while (!result.is_complete && calls < 100);
  EXPECT_GT(calls, 3);
  EXPECT_EQ(to_bytes(result), to_bytes(whole));
}

TEST(Encode, AddsToAFinishedCircuit) {
  const Targets targets = target_of(random_state(5, true, 3), true);
  auto options = options_of(5, 6, GateKind::kReal);
  const EncodeResult six = found(targets, options);
  options.from = six.circuit;
  options.growth.max_gates = 10;
  const EncodeResult ten = found(targets, options);
  EXPECT_GT(ten.circuit.gates.size(), six.circuit.gates.size());
  EXPECT_GT(ten.overlap, six.overlap);
}

TEST(Encode, KeepsToItsBudgetOfCnots) {
  const Targets targets = target_of(random_state(6, true, 3), true);
  auto options = options_of(6, 30, GateKind::kReal);
  options.max_cnots = 20;
  options.growth.more = 1;
  const EncodeResult result = found(targets, options);
  EXPECT_LE(options.cnots(result.circuit), 20);
  EXPECT_GE(options.cnots(result.circuit), 16);
}

TEST(Encode, StaysOnTheCoupling) {
  const Targets targets = target_of(random_state(5, false, 3), false);
  auto options = options_of(5, 8, GateKind::kComplex);
  options.growth.sweep.pairs = line_pairs(5);
  for (const Gate& gate : found(targets, options).circuit.gates) {
    EXPECT_EQ(gate.pair.high, gate.pair.low + 1);
  }
}

TEST(Encode, SpendsNoGatesBeyondTheFidelityAskedFor) {
  const Targets targets = target_of(random_state(6, true, 3), true);
  auto options = options_of(6, 40, GateKind::kReal);
  options.growth.overlap_target = std::sqrt(0.7);
  const EncodeResult result = found(targets, options);
  EXPECT_GE(result.overlap * result.overlap, 0.7);
  EXPECT_LT(result.circuit.gates.size(), 10U);
}

TEST(Coupling, ReadsPairsAndNamesTheLineThatIsWrong) {
  const auto pairs = parse_pairs("# a device\n0 1\n2 1 # turned\n\n1 2\n", 3, "map.txt");
  EXPECT_EQ(pairs, (std::vector<Pair>{{0, 1}, {1, 2}}));
  for (const char* text :
       {"0 1\n1\n", "0 1\n1 3\n", "0 1\n1 1\n", "0 1\na b\n", "0 1\n1 2 3\n", "0 1\n-1 2\n"}) {
    try {
      parse_pairs(text, 3, "map.txt");
      FAIL() << text;
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::kInput);
      EXPECT_EQ(error.message().rfind("map.txt:2: ", 0), 0U) << error.message();
    }
  }
  EXPECT_THROW(check_connected(std::vector<Pair>{{0, 1}, {2, 3}}, 4, "map.txt"), Error);
  EXPECT_NO_THROW(check_connected(grid_pairs(2, 3), 6, "map.txt"));
  EXPECT_EQ(grid_pairs(2, 2), (std::vector<Pair>{{0, 1}, {0, 2}, {1, 3}, {2, 3}}));
}

}  // namespace
}  // namespace sengen::circuits
