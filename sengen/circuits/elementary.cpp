// SPDX-License-Identifier: Apache-2.0
#include <sengen/circuits/elementary.hpp>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <optional>
#include <utility>

#include <sengen/circuits/euler.hpp>
#include <sengen/circuits/kak.hpp>
#include <sengen/circuits/local.hpp>
#include <sengen/core/error.hpp>

namespace sengen::circuits {

namespace {

using std::numbers::pi;
using std::numbers::sqrt2;

template <typename Qubits>
std::vector<int> soonest(int qubits, std::size_t count, bool passing, Qubits&& qubits_of) {
  std::vector<int> next(static_cast<std::size_t>(qubits), 0);
  std::vector<int> columns;
  columns.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    const auto [first, second] = qubits_of(i);
    const auto low = next.begin() + std::min(first, second);
    const auto high = next.begin() + std::max(first, second);
    int column = std::max(*low, *high);
    if (passing) column = *std::max_element(low, high + 1);
    columns.push_back(column);
    *low = *high = column + 1;
    if (passing) std::fill(low, high + 1, column + 1);
  }
  return columns;
}

std::pair<int, int> wires(const Operation& operation) {
  const bool two = is_two_qubit(operation.op);
  return {operation.first, two ? operation.second : operation.first};
}

}  // namespace

std::string_view name_of(Op op) {
  switch (op) {
    case Op::kX: return "x";
    case Op::kSx: return "sx";
    case Op::kRx: return "rx";
    case Op::kRy: return "ry";
    case Op::kRz: return "rz";
    case Op::kOneQubit: return "u";
    case Op::kCx: return "cx";
    case Op::kCz: return "cz";
    case Op::kEcr: return "ecr";
    case Op::kRxx: return "rxx";
    case Op::kTwoQubit: return "unitary";
  }
  return "";
}

void ElementaryCircuit::add_rxx(int first, int second, double angle) {
  operations.push_back({Op::kRxx, first, second, angle});
}

void ElementaryCircuit::add_matrix(int qubit, const Matrix2& matrix) {
  operations.push_back({Op::kOneQubit, qubit, -1, 0, static_cast<std::int32_t>(matrices.size())});
  Matrix4 padded = Matrix4::Identity();
  padded.topLeftCorner<2, 2>() = matrix;
  matrices.push_back(padded);
}

void ElementaryCircuit::add_matrix(int first, int second, const Matrix4& matrix) {
  operations.push_back(
      {Op::kTwoQubit, first, second, 0, static_cast<std::int32_t>(matrices.size())});
  matrices.push_back(matrix);
}

Matrix2 one_qubit_matrix(const ElementaryCircuit& circuit, const Operation& operation) {
  switch (operation.op) {
    case Op::kX: return pauli_x();
    case Op::kSx: return std::polar(1.0, pi / 4) * rotation_x(pi / 2);
    case Op::kRx: return rotation_x(operation.angle);
    case Op::kRy: return rotation_y(operation.angle);
    case Op::kRz: return rotation_z(operation.angle);
    case Op::kOneQubit:
      return circuit.matrices.at(static_cast<std::size_t>(operation.matrix)).topLeftCorner<2, 2>();
    default: throw Error(ErrorKind::kInternal, "not a one-qubit gate");
  }
}

Matrix4 two_qubit_matrix(const ElementaryCircuit& circuit, const Operation& operation) {
  switch (operation.op) {
    case Op::kCx: return cx_low_to_high();
    case Op::kCz: {
      Matrix4 cz = Matrix4::Identity();
      cz(3, 3) = -1;
      return cz;
    }
    case Op::kEcr: {  // (X - Y x X) / sqrt 2, second on the left of x
      const Matrix4 x = product(pauli_x(), Matrix2::Identity());
      return (x - product(pauli_y(), pauli_x())) / sqrt2;
    }
    case Op::kRxx: return core_matrix({-operation.angle / 2, 0, 0});
    case Op::kTwoQubit: return circuit.matrices.at(static_cast<std::size_t>(operation.matrix));
    default: throw Error(ErrorKind::kInternal, "not a two-qubit gate");
  }
}

std::vector<int> columns_of(const ElementaryCircuit& circuit, bool passing) {
  return soonest(circuit.qubits, circuit.operations.size(), passing,
                 [&](std::size_t i) { return wires(circuit.operations[i]); });
}

std::vector<int> columns_of(const Circuit& circuit, bool passing) {
  return soonest(circuit.qubits, circuit.gates.size(), passing, [&](std::size_t i) {
    return std::pair(circuit.gates[i].pair.low, circuit.gates[i].pair.high);
  });
}

Size size_of(const ElementaryCircuit& circuit) {
  Size size;
  std::vector<Operation> twos;
  for (const auto& operation : circuit.operations) {
    if (is_two_qubit(operation.op)) twos.push_back(operation);
  }
  size.two_qubit_gates = static_cast<int>(twos.size());
  size.one_qubit_gates = static_cast<int>(circuit.operations.size()) - size.two_qubit_gates;
  for (const int column : columns_of(circuit)) size.depth = std::max(size.depth, column + 1);
  const auto of_twos =
      soonest(circuit.qubits, twos.size(), false, [&](std::size_t i) { return wires(twos[i]); });
  for (const int column : of_twos)
    size.two_qubit_depth = std::max(size.two_qubit_depth, column + 1);
  return size;
}

Circuit to_circuit(const ElementaryCircuit& source) {
  if (source.qubits < 2) {
    throw Error(ErrorKind::kInput, "a circuit of two-qubit gates needs at least two qubits");
  }
  Circuit result{source.qubits, 0, {}};
  const auto qubits = static_cast<std::size_t>(source.qubits);
  std::vector<std::optional<Matrix2>> waiting(qubits);
  std::vector<std::ptrdiff_t> last(qubits, -1);
  const auto take = [&](int qubit) {
    auto& slot = waiting[static_cast<std::size_t>(qubit)];
    return std::exchange(slot, std::nullopt).value_or(Matrix2::Identity());
  };
  for (const auto& operation : source.operations) {
    if (!is_two_qubit(operation.op)) {
      const Matrix2 matrix = one_qubit_matrix(source, operation) * take(operation.first);
      waiting[static_cast<std::size_t>(operation.first)] = matrix;
      continue;
    }
    Matrix4 matrix = two_qubit_matrix(source, operation);
    auto [low, high] = std::minmax(operation.first, operation.second);
    if (operation.first > operation.second) matrix = exchanged(matrix);
    matrix = matrix * product(take(low), take(high));
    last[static_cast<std::size_t>(low)] = last[static_cast<std::size_t>(high)] =
        std::ssize(result.gates);
    result.gates.push_back({{low, high}, matrix});
  }
  for (int q = 0; q < source.qubits; ++q) {
    if (!waiting[static_cast<std::size_t>(q)]) continue;
    const Matrix2 rest = take(q);
    const std::ptrdiff_t index = last[static_cast<std::size_t>(q)];
    if (index < 0) {
      const int other = q == 0 ? 1 : 0;
      const Pair pair{std::min(q, other), std::max(q, other)};
      result.gates.push_back({pair, q < other ? product(rest, Matrix2::Identity())
                                              : product(Matrix2::Identity(), rest)});
      continue;
    }
    Gate& gate = result.gates[static_cast<std::size_t>(index)];
    gate.matrix = (q == gate.pair.low ? product(rest, Matrix2::Identity())
                                      : product(Matrix2::Identity(), rest)) *
                  gate.matrix;
  }
  if (source.phase != 0) {
    if (result.gates.empty()) result.gates.push_back({{0, 1}, Matrix4::Identity()});
    result.gates.front().matrix *= std::polar(1.0, source.phase);
  }
  return result;
}

}  // namespace sengen::circuits
