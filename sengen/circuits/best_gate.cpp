// SPDX-License-Identifier: Apache-2.0
#include <sengen/circuits/best_gate.hpp>

#include <algorithm>
#include <array>
#include <cmath>

#include <Eigen/LU>

#include <sengen/linalg/square_svd.hpp>

namespace sengen::circuits {

namespace {

constexpr std::size_t kLanes = 8;
using Lanes = std::array<double, kLanes>;

// Eight matrices by columns, an entry of all of them side by side.
struct Batch {
  Lanes re[4][4];  // [column][row]
  Lanes im[4][4];
};

Batch gather(std::span<const Matrix4> tensors) {
  Batch batch{};
  for (std::size_t lane = 0; lane < tensors.size(); ++lane) {
    for (int column = 0; column < 4; ++column) {
      for (int row = 0; row < 4; ++row) {
        batch.re[column][row][lane] = tensors[lane](row, column).real();
        batch.im[column][row][lane] = tensors[lane](row, column).imag();
      }
    }
  }
  return batch;
}

// Rotates columns p and q of all eight matrices until they are orthogonal; returns the largest
// square of the cosine that was between them.
template <bool kComplex>
double rotate(Batch& m, int p, int q) {
  Lanes cosines;
  for (std::size_t l = 0; l < kLanes; ++l) {
    double alpha = 0, beta = 0, re = 0, im = 0;
    for (int row = 0; row < 4; ++row) {
      const double x = m.re[p][row][l], y = m.re[q][row][l];
      alpha += x * x;
      beta += y * y;
      re += x * y;
      if constexpr (kComplex) {
        const double u = m.im[p][row][l], v = m.im[q][row][l];
        alpha += u * u;
        beta += v * v;
        re += u * v;
        im += x * v - u * y;
      }
    }
    // Columns far below the precision of the sum divide by this in place of nothing, and stay: what
    // turns has a square with all its digits.
    const double product = std::max(alpha * beta, 1e-250);
    const double square = re * re + im * im;
    cosines[l] = square / product;
    const double turns = cosines[l] > 1e-34 ? 1.0 : 0.0;
    const double modulus = std::max(std::sqrt(square), 1e-300);
    const double gamma = kComplex ? modulus : std::copysign(modulus, re);
    const double zeta = (beta - alpha) / (2 * gamma);
    const double tangent =
        turns * std::copysign(1 / (std::abs(zeta) + std::sqrt(1 + zeta * zeta)), zeta);
    const double c = 1 / std::sqrt(1 + tangent * tangent);
    const double s = c * tangent;
    const double phase_re = kComplex ? turns * re / modulus + (1 - turns) : 1;
    const double phase_im = kComplex ? turns * im / modulus : 0;
    for (int row = 0; row < 4; ++row) {
      const double x = m.re[p][row][l];
      double y = m.re[q][row][l];
      if constexpr (kComplex) {
        const double u = m.im[p][row][l];
        double v = m.im[q][row][l];
        const double turned = y * phase_re + v * phase_im;
        v = v * phase_re - y * phase_im;
        y = turned;
        m.im[p][row][l] = c * u - s * v;
        m.im[q][row][l] = s * u + c * v;
      }
      m.re[p][row][l] = c * x - s * y;
      m.re[q][row][l] = s * x + c * y;
    }
  }
  return *std::max_element(cosines.begin(), cosines.end());
}

template <bool kComplex>
void orthogonalise(Batch& batch) {
  constexpr int kMaxSweeps = 12;
  for (int sweep = 0; sweep < kMaxSweeps; ++sweep) {
    double worst = 0;
    for (int p = 0; p < 3; ++p) {
      for (int q = p + 1; q < 4; ++q) worst = std::max(worst, rotate<kComplex>(batch, p, q));
    }
    // Convergence is quadratic, and an angle enters the sum of norms by its square.
    if (worst < 1e-13) break;
  }
}

double norm_sum(const Batch& batch, std::size_t lane) {
  double sum = 0;
  for (int column = 0; column < 4; ++column) {
    double square = 0;
    for (int row = 0; row < 4; ++row) {
      const double re = batch.re[column][row][lane], im = batch.im[column][row][lane];
      square += re * re + im * im;
    }
    sum += std::sqrt(square);
  }
  return sum;
}

// U = X Y^dagger of T = X D Y^dagger, X and Y completed where T has no full rank.
template <class Matrix>
Matrix polar(const Matrix& tensor, const Matrix& previous, bool rotation) {
  const linalg::SquareSvd<Matrix> svd(tensor, Eigen::ComputeFullU | Eigen::ComputeFullV);
  const auto& values = svd.singularValues();
  Matrix x = svd.matrixU();
  const auto& y = svd.matrixV();
  int rank = 0;
  while (rank < values.size() && values(rank) > 1e-13 * values(0) && values(rank) > 1e-200) ++rank;
  if (rank < x.cols()) {
    // Within the free directions: the unitary matrix that is nearest to what `previous` does there.
    const auto free = x.cols() - rank;
    using Block = Eigen::Matrix<typename Matrix::Scalar, Eigen::Dynamic, Eigen::Dynamic>;
    const Block inner = x.rightCols(free).adjoint() * previous * y.rightCols(free);
    const linalg::SquareSvd<Block> nearest(inner, Eigen::ComputeFullU | Eigen::ComputeFullV);
    x.rightCols(free) =
        (x.rightCols(free) * nearest.matrixU() * nearest.matrixV().adjoint()).eval();
  }
  if (rotation && std::real((x * y.adjoint()).determinant()) < 0) x.col(x.cols() - 1) *= -1;
  return x * y.adjoint();
}

using Block2 = Eigen::Matrix2cd;

// M[a][b] = sum over the other qubit's indices of T, contracted with conj(other).
Block2 contract(const Matrix4& t, const Block2& other, bool keep_low) {
  Block2 sum = Block2::Zero();
  for (int a = 0; a < 4; ++a) {
    for (int b = 0; b < 4; ++b) {
      const int kept_a = keep_low ? a & 1 : a >> 1, kept_b = keep_low ? b & 1 : b >> 1;
      const int gone_a = keep_low ? a >> 1 : a & 1, gone_b = keep_low ? b >> 1 : b & 1;
      sum(kept_a, kept_b) += t(a, b) * std::conj(other(gone_a, gone_b));
    }
  }
  return sum;
}

LocalGate alternate(const Matrix4& tensor, Block2 high) {
  LocalGate best;
  for (int i = 0; i < 30; ++i) {
    const linalg::SquareSvd<Block2> low(contract(tensor, high, true),
                                        Eigen::ComputeFullU | Eigen::ComputeFullV);
    const Block2 best_low = low.matrixU() * low.matrixV().adjoint();
    const linalg::SquareSvd<Block2> other(contract(tensor, best_low, false),
                                          Eigen::ComputeFullU | Eigen::ComputeFullV);
    high = other.matrixU() * other.matrixV().adjoint();
    const double before = best.overlap;
    best.overlap = other.singularValues().sum();
    for (int a = 0; a < 4; ++a) {
      for (int b = 0; b < 4; ++b) best.matrix(a, b) = best_low(a & 1, b & 1) * high(a >> 1, b >> 1);
    }
    if (best.overlap - before < 1e-12 * best.overlap) break;
  }
  return best;
}

}  // namespace

std::vector<double> nuclear_norms(std::span<const Matrix4> tensors, bool is_real) {
  std::vector<double> norms;
  norms.reserve(tensors.size());
  for (std::size_t first = 0; first < tensors.size(); first += kLanes) {
    const std::size_t count = std::min(kLanes, tensors.size() - first);
    Batch batch = gather(tensors.subspan(first, count));
    if (is_real) {
      orthogonalise<false>(batch);
    } else {
      orthogonalise<true>(batch);
    }
    for (std::size_t lane = 0; lane < count; ++lane) norms.push_back(norm_sum(batch, lane));
  }
  return norms;
}

Matrix4 best_gate(const Matrix4& tensor, const Matrix4& previous, GateKind kind) {
  if (kind == GateKind::kComplex) return polar<Matrix4>(tensor, previous, false);
  const Eigen::Matrix4d real = tensor.real();
  const Eigen::Matrix4d before = previous.real();
  return polar<Eigen::Matrix4d>(real, before, kind == GateKind::kRotation).cast<Complex>();
}

LocalGate best_local_gate(const Matrix4& tensor, bool is_real) {
  // Starts that are no saddle of CX-like gates: unturned, a half turn, something in between.
  Block2 flip = Block2::Zero();
  flip(0, 1) = is_real ? -1 : 1;
  flip(1, 0) = 1;
  const Complex unit = is_real ? Complex(1) : Complex(0, 1);
  const Block2 between = std::sqrt(0.5) * (Block2::Identity() + unit * flip);
  LocalGate best;
  for (const Block2& start : {Block2(Block2::Identity()), flip, between}) {
    const LocalGate found = alternate(tensor, start);
    if (found.overlap > best.overlap) best = found;
  }
  return best;
}

}  // namespace sengen::circuits
