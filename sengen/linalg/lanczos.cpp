// SPDX-License-Identifier: Apache-2.0
#include <sengen/linalg/lanczos.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>

#include <fmt/format.h>
#include <Eigen/Core>
#include <Eigen/Eigenvalues>

#include <sengen/core/error.hpp>
#include <sengen/core/parallel_for.hpp>
#include <sengen/core/random.hpp>

namespace sengen::linalg {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

namespace {

constexpr Index kBlock = 1 << 12;  // rows of a block: 32 KiB of a vector
constexpr std::int64_t kBasisNumbers = std::int64_t{1} << 28;
constexpr Index kSmallestBasis = 8;
constexpr Index kLargestBasis = 24;
constexpr std::uint64_t kStartStream = 0x6c616e63;  // "lanc"
constexpr double kTiny = 1e-14;

Index blocks_of(Index rows) { return (rows + kBlock - 1) / kBlock; }

// body(block, first row, rows) for every block.
template <typename Body>
void for_blocks(Index rows, const Body& body) {
  parallel_for(0, blocks_of(rows), [&](std::ptrdiff_t begin, std::ptrdiff_t end) {
    for (Index block = begin; block < end; ++block) {
      body(block, block * kBlock, std::min(kBlock, rows - block * kBlock));
    }
  });
}

Index basis_size(std::int64_t dimension, const LanczosOptions& options) {
  const Index wanted = options.basis > 0 ? std::max(options.basis, 4)
                                         : std::clamp<Index>(kBasisNumbers / dimension,
                                                             kSmallestBasis, kLargestBasis);
  return std::min<Index>(wanted, dimension);
}

// An orthonormal basis that grows, is cut back, and what A looks like in it.
class Basis {
 public:
  Basis(Index rows, Index most)
      : vectors_(rows, most), next_(rows), projected_(MatrixXd::Zero(most, most)) {}

  Index size() const { return size_; }
  bool full() const { return size_ == vectors_.cols(); }
  double beta() const { return beta_; }
  VectorXd& next() { return next_; }

  // Takes next() / |next()| in and makes next() what A adds to the basis.
  void extend(const SymmetricOperator& apply) {
    vectors_.col(size_) = next_ / beta_;
    const auto rows = static_cast<std::size_t>(next_.size());
    apply({vectors_.col(size_).data(), rows}, {next_.data(), rows});
    ++size_;
    VectorXd sum = subtract_parts();
    sum += subtract_parts();  // round-off of the first
    projected_.col(size_ - 1).head(size_) = sum;
    projected_.row(size_ - 1).head(size_) = sum.transpose();
    measure();
  }
  void measure() { beta_ = blocked_norm({next_.data(), static_cast<std::size_t>(next_.size())}); }

  // Eigenvalues rise.
  Eigen::SelfAdjointEigenSolver<MatrixXd> solve() const {
    return Eigen::SelfAdjointEigenSolver<MatrixXd>(projected_.topLeftCorner(size_, size_));
  }
  VectorXd combine(const VectorXd& weights) const {
    VectorXd sum(vectors_.rows());
    for_blocks(sum.size(), [&](Index, Index first, Index rows) {
      sum.segment(first, rows).noalias() =
          vectors_.block(first, 0, rows, size_) * weights.head(size_);
    });
    return sum;
  }
  // Keeps the `count` lowest Ritz vectors; next() stays.
  void restart(const Eigen::SelfAdjointEigenSolver<MatrixXd>& ritz, Index count) {
    const MatrixXd turn = ritz.eigenvectors().leftCols(count);
    for_blocks(vectors_.rows(), [&](Index, Index first, Index rows) {
      const MatrixXd part = vectors_.block(first, 0, rows, size_) * turn;
      vectors_.block(first, 0, rows, count) = part;
    });
    projected_.setZero();
    projected_.topLeftCorner(count, count) = ritz.eigenvalues().head(count).asDiagonal();
    size_ = count;
  }

 private:
  // Takes the parts along the basis out of next(), returns them.
  VectorXd subtract_parts() {
    MatrixXd partial(size_, blocks_of(next_.size()));
    for_blocks(next_.size(), [&](Index block, Index first, Index rows) {
      partial.col(block).noalias() =
          vectors_.block(first, 0, rows, size_).transpose() * next_.segment(first, rows);
    });
    VectorXd sum = VectorXd::Zero(size_);
    for (Index block = 0; block < partial.cols(); ++block) sum += partial.col(block);
    for_blocks(next_.size(), [&](Index, Index first, Index rows) {
      next_.segment(first, rows).noalias() -= vectors_.block(first, 0, rows, size_) * sum;
    });
    return sum;
  }

  MatrixXd vectors_;
  VectorXd next_;
  MatrixXd projected_;
  Index size_ = 0;
  double beta_ = 0;
};

void set_start(VectorXd& vector, const LanczosOptions& options) {
  if (!options.start.empty()) {
    if (std::ssize(options.start) != vector.size()) {
      throw Error(ErrorKind::kInternal, fmt::format("a start vector of {} for dimension {}",
                                                    options.start.size(), vector.size()));
    }
    vector = Eigen::Map<const VectorXd>(options.start.data(), vector.size());
    return;
  }
  const Random random(options.seed, kStartStream);
  for_blocks(vector.size(), [&](Index, Index first, Index rows) {
    random.fill_normal({vector.data() + first, static_cast<std::size_t>(rows)},
                       static_cast<std::uint64_t>(first));
  });
}

void require_number(double value, int steps) {
  if (std::isfinite(value)) return;
  throw Error(ErrorKind::kNumerics,
              fmt::format("Lanczos: no finite number after {} products with the operator", steps));
}

LanczosResult finish(const VectorXd& vector, const SymmetricOperator& apply, int steps) {
  LanczosResult result;
  result.steps = steps + 1;
  result.eigenvector.assign(vector.begin(), vector.end());
  const double scale = 1 / blocked_norm(result.eigenvector);
  for (double& value : result.eigenvector) value *= scale;
  fix_sign(result.eigenvector);
  std::vector<double> image(result.eigenvector.size());
  apply(result.eigenvector, image);
  result.eigenvalue = blocked_dot(result.eigenvector, image);
  for (std::size_t i = 0; i < image.size(); ++i) {
    image[i] -= result.eigenvalue * result.eigenvector[i];
  }
  result.residual = blocked_norm(image);
  return result;
}

}  // namespace

LanczosResult lowest_eigenpair(std::int64_t dimension, const SymmetricOperator& apply,
                               const LanczosOptions& options) {
  if (dimension < 1) throw Error(ErrorKind::kInternal, "an operator of dimension 0");
  const Index most = basis_size(dimension, options);
  Basis basis(dimension, most);
  set_start(basis.next(), options);
  basis.measure();
  require_number(basis.beta(), 0);
  if (basis.beta() == 0) throw Error(ErrorKind::kInternal, "a start vector of length 0");
  double residual = std::numeric_limits<double>::infinity();
  for (int steps = 1; steps <= options.max_steps; ++steps) {
    basis.extend(apply);
    require_number(basis.beta(), steps);
    // The small problem costs little beside a product, yet not nothing for small operators.
    if (!basis.full() && steps % 4 != 0 && basis.beta() > kTiny) continue;
    const auto ritz = basis.solve();
    const double value = ritz.eigenvalues()(0);
    const double scale = std::max(1.0, std::abs(value));
    residual = basis.beta() * std::abs(ritz.eigenvectors()(basis.size() - 1, 0));
    const bool is_closed = basis.beta() <= kTiny * ritz.eigenvalues().cwiseAbs().maxCoeff();
    if (residual <= options.tolerance * scale || is_closed || basis.size() == dimension) {
      return finish(basis.combine(ritz.eigenvectors().col(0)), apply, steps);
    }
    if (basis.full()) basis.restart(ritz, std::max<Index>(1, most / 3));
  }
  throw Error(ErrorKind::kNumerics,
              fmt::format("Lanczos: residual {:.2g} after {} products with the operator, expected "
                          "{:.2g}",
                          residual, options.max_steps, options.tolerance),
              "states that are nearly degenerate take longest: allow more steps");
}

std::uint64_t lanczos_bytes(std::int64_t dimension, const LanczosOptions& options) {
  const auto vectors = static_cast<std::uint64_t>(basis_size(dimension, options)) + 4;
  return vectors * static_cast<std::uint64_t>(dimension) * sizeof(double);
}

double blocked_dot(std::span<const double> x, std::span<const double> y) {
  const Eigen::Map<const VectorXd> a(x.data(), std::ssize(x));
  const Eigen::Map<const VectorXd> b(y.data(), std::ssize(y));
  std::vector<double> partial(static_cast<std::size_t>(blocks_of(a.size())));
  for_blocks(a.size(), [&](Index block, Index first, Index rows) {
    partial[static_cast<std::size_t>(block)] = a.segment(first, rows).dot(b.segment(first, rows));
  });
  double sum = 0;
  for (const double part : partial) sum += part;
  return sum;
}

double blocked_norm(std::span<const double> x) { return std::sqrt(blocked_dot(x, x)); }

void fix_sign(std::span<double> x) {
  double largest = 0;
  for (const double value : x) largest = std::max(largest, std::abs(value));
  // Components that symmetry makes equal differ by round-off.
  const auto first = std::find_if(
      x.begin(), x.end(), [&](double value) { return std::abs(value) >= largest * (1 - 1e-9); });
  if (first == x.end() || *first >= 0) return;
  for (double& value : x) value = -value;
}

}  // namespace sengen::linalg
