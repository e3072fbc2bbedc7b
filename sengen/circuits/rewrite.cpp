// SPDX-License-Identifier: Apache-2.0
#include <sengen/circuits/rewrite.hpp>

#include <algorithm>
#include <numeric>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include <sengen/circuits/elementary.hpp>
#include <sengen/circuits/fresh.hpp>
#include <sengen/circuits/local.hpp>
#include <sengen/core/error.hpp>

namespace sengen::circuits {

namespace {

std::size_t at(int qubit) { return static_cast<std::size_t>(qubit); }

// Gates of a circuit with their one-qubit neighbours.
class Merger {
 public:
  Merger(const Circuit& circuit, double tolerance)
      : tolerance_(tolerance),
        result_{circuit.qubits, circuit.start, {}},
        last_(at(circuit.qubits), -1),
        waiting_(at(circuit.qubits)) {
    for (const auto& gate : circuit.gates) add(gate);
    for (int q = 0; q < circuit.qubits; ++q) finish(q);
  }
  Circuit take() { return std::move(result_); }

 private:
  void add(const Gate& gate) {
    const auto [low, high] = gate.pair;
    if (const auto local = as_product(gate.matrix, tolerance_)) {
      add(low, local->on_low);
      add(high, local->on_high);
      return;
    }
    const auto index = last_[at(low)];
    if (index >= 0 && index == last_[at(high)]) {
      Matrix4& earlier = result_.gates[static_cast<std::size_t>(index)].matrix;
      earlier = gate.matrix * earlier;
      return;
    }
    const auto take = [&](int q) {
      return std::exchange(waiting_[at(q)], std::nullopt).value_or(Matrix2::Identity());
    };
    const Matrix4 before = product(take(low), take(high));
    last_[at(low)] = last_[at(high)] = std::ssize(result_.gates);
    result_.gates.push_back({gate.pair, gate.matrix * before});
  }
  // Into the gate before, or the one to come.
  void add(int qubit, const Matrix2& matrix) {
    const auto index = last_[at(qubit)];
    if (index < 0) {
      auto& slot = waiting_[at(qubit)];
      slot = slot ? Matrix2(matrix * *slot) : matrix;
      return;
    }
    Gate& gate = result_.gates[static_cast<std::size_t>(index)];
    const Matrix2 one = Matrix2::Identity();
    gate.matrix =
        (qubit == gate.pair.low ? product(matrix, one) : product(one, matrix)) * gate.matrix;
  }
  // A qubit without two-qubit gates keeps its own.
  void finish(int qubit) {
    const auto& waiting = waiting_[at(qubit)];
    if (!waiting) return;
    const Matrix2 rest = *waiting;
    const Matrix2 one = Matrix2::Identity();
    if ((rest - one).cwiseAbs().maxCoeff() <= tolerance_) return;
    if (qubit == 0) {
      result_.gates.push_back({{0, 1}, product(rest, one)});
    } else {
      result_.gates.push_back({{0, qubit}, product(one, rest)});
    }
  }

  double tolerance_;
  Circuit result_;
  std::vector<std::ptrdiff_t> last_;
  std::vector<std::optional<Matrix2>> waiting_;
};

std::vector<Fresh> fresh_start(const Circuit& circuit) {
  std::vector<Fresh> fresh;
  for (int q = 0; q < circuit.qubits; ++q) {
    const bool one = ((circuit.start >> q) & 1) != 0;
    fresh.emplace_back(Eigen::Vector2cd(one ? 0 : 1, one ? 1 : 0));
  }
  return fresh;
}

int two_qubit_gates(const ElementaryCircuit& circuit) {
  return static_cast<int>(
      std::count_if(circuit.operations.begin(), circuit.operations.end(),
                    [](const Operation& operation) { return is_two_qubit(operation.op); }));
}

// CX of one gate on these; updates what is fresh.
int cost(const Matrix4& gate, Fresh& low, Fresh& high, double tolerance) {
  ElementaryCircuit scratch{2, 0, {}, {}};
  append_gate(scratch, 0, 1, gate, low, high, tolerance);
  return two_qubit_gates(scratch);
}

bool still_allowed(const Circuit& circuit, std::size_t count, const std::vector<int>& where,
                   const std::vector<Pair>& allowed) {
  if (allowed.empty()) return true;
  for (std::size_t i = 0; i < count; ++i) {
    const auto [low, high] =
        std::minmax(where[at(circuit.gates[i].pair.low)], where[at(circuit.gates[i].pair.high)]);
    if (std::find(allowed.begin(), allowed.end(), Pair{low, high}) == allowed.end()) return false;
  }
  return true;
}

}  // namespace

void check(const Circuit& circuit) {
  if (circuit.qubits < 1 || circuit.qubits > 63 || circuit.start >> circuit.qubits != 0) {
    throw Error(ErrorKind::kInput, fmt::format("a circuit of {} qubits cannot start at index {}",
                                               circuit.qubits, circuit.start));
  }
  for (std::size_t i = 0; i < circuit.gates.size(); ++i) {
    const auto [low, high] = circuit.gates[i].pair;
    if (low < 0 || low >= high || high >= circuit.qubits) {
      throw Error(
          ErrorKind::kInput,
          fmt::format("gate {} acts on qubits {} and {} of {}", i, low, high, circuit.qubits),
          "pairs are low < high, qubits count from 0");
    }
    check_unitary(circuit.gates[i].matrix, 1e-8, fmt::format("gate {}", i).c_str());
  }
}

bool is_real(const Circuit& circuit) {
  return std::all_of(circuit.gates.begin(), circuit.gates.end(),
                     [](const Gate& gate) { return gate.matrix.imag().isZero(0); });
}

Circuit merge_neighbours(const Circuit& circuit, double tolerance) {
  return Merger(circuit, tolerance).take();
}

std::vector<int> cx_counts(const Circuit& circuit, double tolerance) {
  auto fresh = fresh_start(circuit);
  std::vector<int> counts;
  counts.reserve(circuit.gates.size());
  for (const auto& [pair, matrix] : circuit.gates) {
    counts.push_back(cost(matrix, fresh[at(pair.low)], fresh[at(pair.high)], tolerance));
  }
  return counts;
}

Circuit absorb_swaps(const Circuit& circuit, double tolerance, const std::vector<Pair>& allowed) {
  const std::size_t count = circuit.gates.size();
  std::vector<char> worth(count, 0);
  auto fresh = fresh_start(circuit);
  for (std::size_t i = 0; i < count; ++i) {
    const auto& [pair, matrix] = circuit.gates[i];
    Fresh low = fresh[at(pair.high)];
    Fresh high = fresh[at(pair.low)];
    const int with = cost(matrix * swap_matrix(), low, high, tolerance);
    const int without = cost(matrix, fresh[at(pair.low)], fresh[at(pair.high)], tolerance);
    worth[i] = with < without ? 1 : 0;
  }
  // where[q]: what qubit q is called among the gates that are still to come, which are earlier.
  std::vector<int> where(at(circuit.qubits));
  std::iota(where.begin(), where.end(), 0);
  Circuit result{circuit.qubits, 0, std::vector<Gate>(count)};
  for (std::size_t i = count; i-- > 0;) {
    const auto& [pair, matrix] = circuit.gates[i];
    const int low = where[at(pair.low)];
    const int high = where[at(pair.high)];
    Matrix4 kept = matrix;
    if (worth[i] != 0) {
      std::swap(where[at(pair.low)], where[at(pair.high)]);
      if (still_allowed(circuit, i, where, allowed)) {
        kept = matrix * swap_matrix();
      } else {
        std::swap(where[at(pair.low)], where[at(pair.high)]);
      }
    }
    result.gates[i] = {{std::min(low, high), std::max(low, high)},
                       low < high ? kept : exchanged(kept)};
  }
  for (int q = 0; q < circuit.qubits; ++q) {
    result.start |= ((circuit.start >> q) & 1) << where[at(q)];
  }
  return result;
}

}  // namespace sengen::circuits
