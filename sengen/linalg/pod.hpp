// SPDX-License-Identifier: Apache-2.0
// Proper orthogonal decomposition of a field known at n_t times, X' = X - mean = sum_k phi_k a_k(t)
// with modes orthonormal under the cell weights, phi_j^T W phi_k = delta_jk (Sirovich, Q. Appl.
// Math. 45, 561, 1987). The field is spread over ranks by points; a reader hands it out block of
// points by block, so it need not fit in memory. All sums in double. Two passes over the data:
// decompose() finds singular values and coefficients, write_modes() the modes. A "point" is one
// number of the snapshot: a cell and component. No rotation, no spectral POD.
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include <sengen/parallel/communicator.hpp>

namespace sengen::linalg {

using parallel::Range;

// Fills values[t * points.size() + i] with point points.begin + i at time t, for all times.
template <typename T>
using BlockReader = std::function<void(Range points, std::span<T> values)>;

struct Snapshots {
  std::ptrdiff_t points = 0;  // of this rank (numbered from 0 here); ranks follow one another
  std::ptrdiff_t times = 0;   // the same on every rank
  // One weight >= 0 for each of this rank's points (cell volume); empty: 1 everywhere. Points of
  // weight 0 may hold NaN (solid cells): mean and modes are 0 there.
  std::vector<double> weights;
  std::variant<BlockReader<float>, BlockReader<double>> read;
  // Points that lie together in the file (a row of cells): where memory allows a block is whole
  // rows, so that the reader is asked for few long pieces.
  std::ptrdiff_t row = 1;
};

enum class PodMethod {
  kAutomatic,  // kDirect for few points; else kSnapshots, and kQr where that cannot be exact
  kSnapshots,  // eigenvectors of X'^T W X': fastest; good while sigma_k > 1e-4 sigma_1
  kQr,         // SVD of R of W^1/2 X' = Q R: about 3 times the work, good down to 1e-10
  kDirect,     // SVD of the whole matrix on rank 0, for fewer points than times
};

struct PodOptions {
  int modes = 20;  // how many are wanted (fewer when the data have fewer)
  PodMethod method = PodMethod::kAutomatic;
  // Memory for one block: as read, in double, and what its reader needs to sort it.
  std::ptrdiff_t block_bytes = std::ptrdiff_t{256} << 20;
  // Called by all ranks together after every block of a pass, also by ranks that have no more
  // blocks. What it throws on all of them ends the pass: a wish to stop.
  std::function<void()> after_block = {};
};

struct Pod {
  std::ptrdiff_t modes = 0;  // how many coefficients there are; at most the rank of the data
  std::ptrdiff_t times = 0;
  std::vector<double> singular_values;       // all above round-off, falling; energy = square
  std::vector<double> coefficients;          // a_k(t): modes x times; sum_t a_k^2 = sigma_k^2
  std::vector<double> mean;                  // of this rank's points
  PodMethod method = PodMethod::kAutomatic;  // the one that was used
  std::string note;  // what a user should know (rank below the modes wanted, no fluctuation); or ""

  // Sum of squares of the fluctuations over all times under the weights.
  double total_energy() const;
  // Relative L2 error of the best approximation by m modes, sqrt(sum_{k>m} / sum of energies), for
  // any m >= 0; 0 where nothing fluctuates.
  double error_after(std::ptrdiff_t m) const;
};

// Collective. Signs: the first coefficient above 0.6 of the largest magnitude is positive. Throws
// on every rank: kInput for fewer than 2 times, no points, weights that do not fit; kUsage for
// modes < 1; kNumerics naming point and time of a number that is not finite. What read throws
// passes through on its own rank alone.
Pod decompose(const Snapshots& data, const PodOptions& options, const parallel::Communicator& comm);

// values[k * points.size() + i]: mode k at point points.begin + i of this rank.
using ModeWriter = std::function<void(Range points, std::span<const double> values)>;

// Hands all modes of `pod` to write, block by block; reads the data once more. Collective: all
// ranks call write equally often, those without more points with an empty range, so that write may
// send what it is given to another rank.
void write_modes(const Snapshots& data, const Pod& pod, const PodOptions& options,
                 const parallel::Communicator& comm, const ModeWriter& write);

}  // namespace sengen::linalg
