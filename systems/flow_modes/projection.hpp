// SPDX-License-Identifier: Apache-2.0
// Projection of snapshots that did not make the modes on them: coefficients
// a_k(t) = phi_k^T W (x(t) - mean) of all snapshots, and the error that m modes leave on some.
#pragma once

#include <cstdint>
#include <span>
#include <variant>
#include <vector>

#include <sengen/linalg/pod.hpp>

namespace sengen::flow_modes {

class Projection {
 public:
  // data: all snapshots; pod: of some of them. Both must outlive this.
  Projection(const linalg::Snapshots& data, const linalg::Pod& pod);

  // A block of the modes as linalg::write_modes hands it out.
  void add(parallel::Range points, std::span<const double> modes);
  // After all blocks. Collective.
  void combine(const parallel::Communicator& comm);

  // [modes, snapshots]
  const std::vector<double>& coefficients() const noexcept { return coefficients_; }
  // Relative L2 error of m modes over these snapshots; m beyond the number of modes counts as that.
  double error_after(std::ptrdiff_t m, std::span<const std::int64_t> snapshots) const;

 private:
  template <typename T>
  void add_block(parallel::Range points, std::span<const double> modes,
                 const linalg::BlockReader<T>& read);

  const linalg::Snapshots& data_;
  const linalg::Pod& pod_;
  std::vector<double> coefficients_;
  std::vector<double> energies_;  // of every snapshot
};

}  // namespace sengen::flow_modes
