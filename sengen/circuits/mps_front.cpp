// SPDX-License-Identifier: Apache-2.0
#include <sengen/circuits/mps_front.hpp>

#include <algorithm>
#include <cmath>

#include <sengen/core/parallel_for.hpp>

namespace sengen::circuits {

namespace {

// Pairs x chi^3 from which starting threads costs less than they save.
constexpr double kWorthThreads = 2e5;

std::size_t at(int qubit) { return static_cast<std::size_t>(qubit); }

template <class Log>
std::size_t bytes_of(const Log& log) {
  std::size_t sum = 0;
  for (const auto& entry : log) {
    for (const SiteTensor& site : entry.sites) {
      sum += 2 * sizeof(Complex) * static_cast<std::size_t>(site[0].size());
    }
  }
  return sum;
}

// Tr(left right).
Complex joined(const Matrix& left, const Matrix& right) {
  return left.transpose().cwiseProduct(right).sum();
}

}  // namespace

MpsFront::MpsFront(const MatrixProductState& target, const Circuit& circuit,
                   const Truncation& truncation)
    : circuit_(circuit),
      truncation_(truncation),
      psi_(target),
      phi_(circuit.qubits, target.is_real(), circuit.start),
      left_(at(target.qubits())),
      right_(at(target.qubits())) {
  left_.front() = right_.back() = Matrix::Ones(1, 1);
  right_valid_ = target.qubits() - 1;
  for (auto gate = circuit.gates.rbegin(); gate != circuit.gates.rend(); ++gate) {
    apply_to(psi_, psi_log_, *gate, true);
  }
}

void MpsFront::touch(int first, int last) {
  left_valid_ = std::min(left_valid_, first);
  right_valid_ = std::max(right_valid_, last);
}

void MpsFront::apply_to(MatrixProductState& state, std::vector<Before>& log, const Gate& gate,
                        bool inverse) {
  // The way of the centre to the pair changes sites too.
  const int first = std::min(state.centre(), gate.pair.low);
  const int last = std::max(state.centre(), gate.pair.high);
  log.push_back(state.before(first, last));
  const Matrix4 matrix = inverse ? Matrix4(gate.matrix.adjoint()) : gate.matrix;
  state.apply(gate.pair, matrix, truncation_, inverse);
  for (int q = gate.pair.low; q < gate.pair.high; ++q) {
    max_bond_ = std::max(max_bond_, state.bond(q));
  }
  touch(first, last);
}

void MpsFront::take_back(MatrixProductState& state, std::vector<Before>& log) {
  Before before = std::move(log.back());
  log.pop_back();
  touch(before.first, before.first + static_cast<int>(before.sites.size()) - 1);
  state.restore(std::move(before));
}

void MpsFront::open_next() { take_back(psi_, psi_log_); }
void MpsFront::close_next() { apply_to(phi_, phi_log_, circuit_.gates[place_++], false); }
void MpsFront::open_previous() {
  --place_;
  take_back(phi_, phi_log_);
}
void MpsFront::close_previous() { apply_to(psi_, psi_log_, circuit_.gates[place_], true); }

void MpsFront::extend_left(int qubit) {
  for (; left_valid_ < qubit; ++left_valid_) {
    const SiteTensor& ket = psi_.site(left_valid_);
    const SiteTensor& bra = phi_.site(left_valid_);
    const Matrix& before = left_[at(left_valid_)];
    Matrix& after = left_[at(left_valid_ + 1)];
    after.noalias() = bra[0].adjoint() * (before * ket[0]);
    after.noalias() += bra[1].adjoint() * (before * ket[1]);
  }
}

void MpsFront::extend_right(int qubit) {
  for (; right_valid_ > qubit; --right_valid_) {
    const SiteTensor& ket = psi_.site(right_valid_);
    const SiteTensor& bra = phi_.site(right_valid_);
    const Matrix& before = right_[at(right_valid_)];
    Matrix& after = right_[at(right_valid_ - 1)];
    after.noalias() = (ket[0] * before) * bra[0].adjoint();
    after.noalias() += (ket[1] * before) * bra[1].adjoint();
  }
}

MpsFront::Open MpsFront::open_left(int qubit) const {
  const SiteTensor& bra = phi_.site(qubit);
  Open open;
  for (std::size_t a = 0; a < 2; ++a) {
    const Matrix ket = left_[at(qubit)] * psi_.site(qubit)[a];
    for (std::size_t b = 0; b < 2; ++b) open[a + 2 * b].noalias() = bra[b].adjoint() * ket;
  }
  return open;
}

MpsFront::Open MpsFront::open_right(int qubit) const {
  const SiteTensor& bra = phi_.site(qubit);
  Open open;
  for (std::size_t a = 0; a < 2; ++a) {
    const Matrix ket = psi_.site(qubit)[a] * right_[at(qubit)];
    for (std::size_t b = 0; b < 2; ++b) open[a + 2 * b].noalias() = ket * bra[b].adjoint();
  }
  return open;
}

MpsFront::Open MpsFront::carried(const Open& left, int qubit) const {
  const SiteTensor& ket = psi_.site(qubit);
  const SiteTensor& bra = phi_.site(qubit);
  Open open;
  for (std::size_t i = 0; i < 4; ++i) {
    open[i].noalias() = bra[0].adjoint() * (left[i] * ket[0]);
    open[i].noalias() += bra[1].adjoint() * (left[i] * ket[1]);
  }
  return open;
}

void MpsFront::fill_from(int low, std::span<const Pair> pairs, std::vector<std::size_t>& own,
                         std::span<const Open> rights, std::span<Matrix4> tensors) const {
  if (own.empty()) return;
  std::sort(own.begin(), own.end(),
            [&](std::size_t i, std::size_t j) { return pairs[i].high < pairs[j].high; });
  Open left = open_left(low);
  int next = low + 1;
  for (const std::size_t i : own) {
    for (; next < pairs[i].high; ++next) left = carried(left, next);
    const Open& right = rights[at(pairs[i].high)];
    for (std::size_t a = 0; a < 4; ++a) {
      for (std::size_t b = 0; b < 4; ++b) {
        tensors[i](static_cast<Eigen::Index>(a), static_cast<Eigen::Index>(b)) =
            joined(left[a % 2 + 2 * (b % 2)], right[a / 2 + 2 * (b / 2)]);
      }
    }
  }
}

std::vector<Matrix4> MpsFront::tensors(std::span<const Pair> pairs) {
  std::vector<Matrix4> tensors(pairs.size(), Matrix4::Zero());
  if (pairs.empty()) return tensors;
  // Pairs with the same low qubit share its environment: [low] lists them, nearest first.
  std::vector<std::vector<std::size_t>> by_low(left_.size());
  std::vector<char> is_high(left_.size(), 0);
  int last_low = 0, first_high = psi_.qubits();
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    by_low[at(pairs[i].low)].push_back(i);
    is_high[at(pairs[i].high)] = 1;
    last_low = std::max(last_low, pairs[i].low);
    first_high = std::min(first_high, pairs[i].high);
  }
  extend_left(last_low);
  extend_right(first_high);
  std::vector<Open> rights(right_.size());
  const auto open_rights = [&](std::ptrdiff_t begin, std::ptrdiff_t end) {
    for (auto q = static_cast<int>(begin); q < end; ++q) {
      if (is_high[at(q)] != 0) rights[at(q)] = open_right(q);
    }
  };
  const auto from_lefts = [&](std::ptrdiff_t begin, std::ptrdiff_t end) {
    for (auto low = static_cast<int>(begin); low < end; ++low) {
      fill_from(low, pairs, by_low[at(low)], rights, tensors);
    }
  };
  if (static_cast<double>(pairs.size()) * std::pow(max_bond_, 3) < kWorthThreads) {
    open_rights(first_high, psi_.qubits());
    from_lefts(0, last_low + 1);
  } else {
    parallel_for(first_high, psi_.qubits(), open_rights);
    parallel_for(0, last_low + 1, from_lefts);
  }
  return tensors;
}

Loss MpsFront::loss() const {
  return {psi_.loss().weight + phi_.loss().weight, psi_.loss().distance + phi_.loss().distance};
}

std::size_t MpsFront::bytes() const {
  std::size_t sum = psi_.bytes() + phi_.bytes() + bytes_of(psi_log_) + bytes_of(phi_log_);
  for (const auto& environments : {left_, right_}) {
    for (const Matrix& one : environments) {
      sum += sizeof(Complex) * static_cast<std::size_t>(one.size());
    }
  }
  return sum;
}

}  // namespace sengen::circuits
