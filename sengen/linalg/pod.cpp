// SPDX-License-Identifier: Apache-2.0
#include <sengen/linalg/pod.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <numeric>

#include <fmt/format.h>
#include <Eigen/Core>

#include <sengen/core/error.hpp>
#include <sengen/core/parallel_for.hpp>
#include <sengen/linalg/centred_blocks.hpp>
#include <sengen/linalg/gram.hpp>
#include <sengen/linalg/singular_vectors.hpp>
#include <sengen/linalg/tall_qr.hpp>

namespace sengen::linalg {

namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using parallel::Communicator;

constexpr double kEpsilon = std::numeric_limits<double>::epsilon();

// Eigenvalues of the Gram matrix are wrong by about 10 eps of the largest: down to this ratio the
// singular values are good to 1e-7.
constexpr double kTrustedEnergyRatio = 1e-8;

double sum_from_smallest(std::span<const double> falling) {
  double sum = 0.0;
  for (std::size_t k = falling.size(); k-- > 0;) sum += falling[k] * falling[k];
  return sum;
}

// Position of this rank's points among those of all ranks, and their number.
struct Place {
  std::int64_t first = 0;
  std::int64_t total = 0;
};

Place find_place(std::ptrdiff_t points, const Communicator& comm) {
  std::vector<std::int64_t> counts(static_cast<std::size_t>(comm.size()));
  counts[static_cast<std::size_t>(comm.rank())] = points;
  comm.allreduce(std::span(counts));
  const auto mine = counts.begin() + comm.rank();
  return {std::accumulate(counts.begin(), mine, std::int64_t{0}),
          std::accumulate(counts.begin(), counts.end(), std::int64_t{0})};
}

void check_options(const Snapshots& data, const PodOptions& options) {
  if (options.modes < 1) {
    throw Error(ErrorKind::kUsage,
                fmt::format("{} modes wanted, at least 1 expected", options.modes));
  }
  if (data.times < 2) {
    throw Error(ErrorKind::kInput,
                fmt::format("{} snapshot(s), at least 2 are needed to have modes", data.times));
  }
}

// Counts and weights; agreed on by all ranks, so that none is left waiting for another.
void check_weights(const Snapshots& data, const Place& place, const Communicator& comm) {
  if (place.total == 0) throw Error(ErrorKind::kInput, "the snapshots have no points");
  const bool fits =
      data.weights.empty() || std::ssize(data.weights) == static_cast<std::ptrdiff_t>(data.points);
  if (!comm.all(fits)) {
    throw Error(ErrorKind::kInput,
                fits ? "the number of weights does not fit the points of another rank"
                     : fmt::format("{} weights for {} points", data.weights.size(), data.points),
                "one weight for each cell and component is needed");
  }
  std::int64_t bad = std::numeric_limits<std::int64_t>::max();
  bool any_positive = data.weights.empty() && data.points > 0;
  for (std::size_t i = 0; i < data.weights.size(); ++i) {
    const bool good = data.weights[i] >= 0 && std::isfinite(data.weights[i]);
    if (!good) bad = std::min(bad, place.first + static_cast<std::int64_t>(i));
    any_positive = any_positive || data.weights[i] > 0;
  }
  bad = comm.allreduce(bad, parallel::Reduction::kMin);
  if (bad != std::numeric_limits<std::int64_t>::max()) {
    throw Error(ErrorKind::kInput,
                fmt::format("the weight of point {} is negative or not a number", bad));
  }
  if (!comm.any(any_positive)) throw Error(ErrorKind::kInput, "all weights are zero");
}

// Does work(whether there is a block) for every block of the rank that has most of them.
// Collective.
template <typename Work>
void for_each_block(CentredBlocks& blocks, const PodOptions& options, const Communicator& comm,
                    const Work& work) {
  const auto rounds =
      comm.allreduce(static_cast<std::int64_t>(blocks.count()), parallel::Reduction::kMax);
  for (std::int64_t round = 0; round < rounds; ++round) {
    work(blocks.next());
    if (options.after_block) options.after_block();
  }
}

// One pass over this rank's blocks, centred and times the square root of their weights. Collective:
// a number that is not finite is reported by all ranks.
template <typename Consume>
std::vector<double> read_all(const Snapshots& data, const PodOptions& options, const Place& place,
                             const Communicator& comm, const Consume& consume) {
  CentredBlocks blocks(data, options.block_bytes, CentredBlocks::Scale::kRootOfWeight);
  constexpr std::int64_t kNone = std::numeric_limits<std::int64_t>::max();
  std::int64_t bad = kNone;
  for_each_block(blocks, options, comm, [&](bool there) {
    if (!there || bad != kNone) return;
    if (const auto failure = blocks.failure()) {
      bad = (place.first + failure->point) * data.times + failure->time;
    } else {
      consume(blocks.matrix());
    }
  });
  bad = comm.allreduce(bad, parallel::Reduction::kMin);
  if (bad != kNone) throw not_finite(bad / data.times, bad % data.times);
  return blocks.take_mean();
}

// Drops what is round-off: below times * eps of the largest singular value, or of the largest
// energy where it was squared on the way.
void drop_round_off(SingularVectors& found, std::ptrdiff_t times, PodMethod method) {
  auto& values = found.values;
  if (values.empty()) return;
  double floor = static_cast<double>(times) * kEpsilon;
  if (method == PodMethod::kSnapshots) floor = std::sqrt(floor);
  floor *= values.front();
  while (!values.empty() && values.back() <= floor) values.pop_back();
}

bool gram_is_exact_enough(const std::vector<double>& values, int modes) {
  const std::size_t wanted = std::min(static_cast<std::size_t>(modes), values.size() - 1);
  const double trusted = kTrustedEnergyRatio * values.front() * values.front();
  if (values[wanted - 1] * values[wanted - 1] < trusted) return false;
  // The last value is 0, as the mean is gone: no tail to get wrong.
  if (wanted == values.size() - 1) return true;
  return sum_from_smallest(std::span(values).subspan(wanted)) >= trusted;
}

// The vectors are defined up to sign. The rule must not hang on round-off: the largest of many
// equal maxima of a wave would.
void fix_signs(MatrixXd& vectors, Index modes) {
  for (Index k = 0; k < modes; ++k) {
    auto column = vectors.col(k);
    const double bar = 0.6 * column.cwiseAbs().maxCoeff();
    for (Index t = 0; t < column.size(); ++t) {
      if (std::abs(column(t)) <= bar) continue;
      if (column(t) < 0) column = -column;
      break;
    }
  }
}

void broadcast(std::vector<double>& values, const Communicator& comm) {
  auto size = static_cast<std::int64_t>(values.size());
  comm.broadcast(std::as_writable_bytes(std::span(&size, 1)));
  values.resize(static_cast<std::size_t>(size));
  comm.broadcast(std::as_writable_bytes(std::span(values)));
}

std::string describe(const Pod& pod, int wanted) {
  const auto rank = std::ssize(pod.singular_values);
  if (rank == 0) return "the data do not fluctuate: there are no modes, and every error is 0";
  if (rank >= wanted) return {};
  return fmt::format("only {} mode(s) stand above round-off, {} were wanted", rank, wanted);
}

// From rank 0 to all.
void share(SingularVectors& found, Pod& pod, int wanted, const Communicator& comm) {
  if (!comm.all(found.converged)) {
    throw Error(ErrorKind::kNumerics, "the singular values of the snapshots did not converge");
  }
  if (comm.is_root()) {
    drop_round_off(found, pod.times, pod.method);
    pod.singular_values = found.values;
    const Index modes = std::min<Index>(wanted, std::ssize(pod.singular_values));
    fix_signs(found.vectors, modes);
    for (Index k = 0; k < modes; ++k) {
      const Eigen::VectorXd a =
          pod.singular_values[static_cast<std::size_t>(k)] * found.vectors.col(k);
      pod.coefficients.insert(pod.coefficients.end(), a.begin(), a.end());
    }
  }
  broadcast(pod.singular_values, comm);
  broadcast(pod.coefficients, comm);
  pod.modes = std::ssize(pod.coefficients) / pod.times;
  pod.note = describe(pod, wanted);
}

}  // namespace

double Pod::total_energy() const { return sum_from_smallest(singular_values); }

double Pod::error_after(std::ptrdiff_t m) const {
  const auto kept =
      static_cast<std::size_t>(std::clamp<std::ptrdiff_t>(m, 0, std::ssize(singular_values)));
  const double total = total_energy();
  if (total == 0.0) return 0.0;
  return std::sqrt(sum_from_smallest(std::span(singular_values).subspan(kept)) / total);
}

Pod decompose(const Snapshots& data, const PodOptions& options, const Communicator& comm) {
  check_options(data, options);
  const Place place = find_place(data.points, comm);
  check_weights(data, place, comm);
  Pod pod;
  pod.times = data.times;
  pod.method = options.method;
  if (pod.method == PodMethod::kAutomatic && place.total < data.times) {
    pod.method = PodMethod::kDirect;
  }
  SingularVectors found;
  if (pod.method == PodMethod::kAutomatic || pod.method == PodMethod::kSnapshots) {
    Gram gram(data.times);
    pod.mean = read_all(data, options, place, comm, [&](auto rows) { gram.append(rows); });
    gram.combine(comm);
    if (comm.is_root()) found = vectors_of_gram(gram.matrix());
    const bool enough = !comm.is_root() || pod.method == PodMethod::kSnapshots ||
                        !found.converged || gram_is_exact_enough(found.values, options.modes);
    pod.method = comm.all(enough) ? PodMethod::kSnapshots : PodMethod::kQr;
    if (pod.method == PodMethod::kSnapshots) {
      share(found, pod, options.modes, comm);
      return pod;
    }
  }
  if (pod.method == PodMethod::kQr) {
    TallQr qr(data.times);
    pod.mean = read_all(data, options, place, comm, [&](auto rows) { qr.append(rows); });
    qr.combine(comm);
    if (comm.is_root()) found = vectors_of_triangle(qr.triangle());
  } else {
    std::vector<double> points;  // one after the other, all times each
    pod.mean = read_all(data, options, place, comm, [&](auto rows) {
      const MatrixXd transposed = rows.transpose();
      points.insert(points.end(), transposed.data(), transposed.data() + transposed.size());
    });
    const auto bytes = comm.gather(std::as_bytes(std::span(points)));
    std::vector<double> gathered(bytes.size() / sizeof(double));
    if (!bytes.empty()) std::memcpy(gathered.data(), bytes.data(), bytes.size());
    if (comm.is_root()) found = vectors_of_rows(gathered, data.times);
  }
  share(found, pod, options.modes, comm);
  return pod;
}

void write_modes(const Snapshots& data, const Pod& pod, const PodOptions& options,
                 const Communicator& comm, const ModeWriter& write) {
  if (pod.modes == 0) return;
  constexpr Index kTile = 256;  // fixed, so that threads do not change the bits
  MatrixXd vectors = Eigen::Map<const MatrixXd>(pod.coefficients.data(), pod.times, pod.modes);
  for (Index k = 0; k < pod.modes; ++k) {
    const double sigma = pod.singular_values[static_cast<std::size_t>(k)];
    vectors.col(k) /= sigma * sigma;
  }
  // The modes of a block lie beside it.
  const auto share = static_cast<double>(data.times) / static_cast<double>(data.times + pod.modes);
  const auto block_bytes =
      static_cast<std::ptrdiff_t>(share * static_cast<double>(options.block_bytes));
  CentredBlocks blocks(data, block_bytes, CentredBlocks::Scale::kOne);
  MatrixXd modes;
  for_each_block(blocks, options, comm, [&](bool there) {
    if (!there) return write({data.points, data.points}, {});
    if (const auto failure = blocks.failure()) throw not_finite(failure->point, failure->time);
    const auto rows = blocks.matrix();
    modes.resize(rows.rows(), pod.modes);
    parallel_for(0, (rows.rows() + kTile - 1) / kTile, [&](Index begin, Index end) {
      for (Index tile = begin; tile < end; ++tile) {
        const Index height = std::min(kTile, rows.rows() - tile * kTile);
        modes.middleRows(tile * kTile, height).noalias() =
            rows.middleRows(tile * kTile, height) * vectors;
      }
    });
    write(blocks.range(), std::span(modes.data(), static_cast<std::size_t>(modes.size())));
  });
}

}  // namespace sengen::linalg
