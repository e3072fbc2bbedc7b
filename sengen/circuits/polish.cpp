// SPDX-License-Identifier: Apache-2.0
#include <sengen/circuits/polish.hpp>

#include <cmath>

#include <sengen/optimise/lbfgs.hpp>

namespace sengen::circuits {

namespace {

// The six off-diagonal places.
constexpr int kPlaces = 6;
constexpr int kRow[kPlaces] = {0, 0, 0, 1, 1, 2};
constexpr int kColumn[kPlaces] = {1, 2, 3, 2, 3, 3};

// Taylor's series of exp, for |a| well below 1.
template <class Matrix>
Matrix series(const Matrix& a) {
  constexpr int kOrder = 11;
  Matrix sum = Matrix::Identity() + a / kOrder;
  for (int k = kOrder - 1; k >= 1; --k) sum = (Matrix::Identity() + (a / k) * sum).eval();
  return sum;
}

template <class Matrix>
Matrix scaled_exponential(const Matrix& a) {
  const double size = a.norm();
  const int halvings = size > 0.25 ? static_cast<int>(std::ceil(std::log2(size / 0.25))) : 0;
  Matrix power = series<Matrix>(a * std::ldexp(1.0, -halvings));
  for (int i = 0; i < halvings; ++i) power = (power * power).eval();
  return power;
}

// One step towards the nearest unitary matrix: rounding does not add up over thousands of steps.
Matrix4 straightened(const Matrix4& u) {
  return 0.5 * u * (3 * Matrix4::Identity() - u.adjoint() * u);
}

class CircuitObjective : public optimise::Objective {
 public:
  CircuitObjective(const GateTensors& tensors, Circuit& circuit, GateKind kind)
      : tensors_(tensors), circuit_(circuit), is_real_(kind != GateKind::kComplex) {}

  std::size_t size() const override { return circuit_.gates.size() * per_gate(); }

  double evaluate(std::span<const double> step, std::span<double> gradient) override {
    Circuit moved = circuit_;
    turn(moved, step);
    const std::vector<Matrix4> tensors = tensors_(moved);
    double value = 0;
    for (std::size_t m = 0; m < moved.gates.size(); ++m) {
      const Matrix4 product = moved.gates[m].matrix.adjoint() * tensors[m];
      const Complex overlap = product.trace();
      if (m == 0) value = 1 - std::abs(overlap);
      const Complex phase =
          std::abs(overlap) > 0 ? std::conj(overlap) / std::abs(overlap) : Complex(1);
      derive(phase * product, gradient.subspan(m * per_gate(), per_gate()));
    }
    return value;
  }

  void move(std::span<const double> step) override {
    turn(circuit_, step);
    for (Gate& gate : circuit_.gates) gate.matrix = straightened(gate.matrix);
  }

 private:
  // Numbers that an anti-Hermitian matrix is made of: real and imaginary parts above the diagonal,
  // the diagonal's imaginary parts but for a common phase, which nobody sees.
  std::size_t per_gate() const { return is_real_ ? 6 : 15; }

  Matrix4 generator(std::span<const double> a) const {
    Matrix4 matrix = Matrix4::Zero();
    for (std::size_t i = 0; i < kPlaces; ++i) {
      const Complex entry(a[i], is_real_ ? 0 : a[kPlaces + i]);
      matrix(kRow[i], kColumn[i]) = entry;
      matrix(kColumn[i], kRow[i]) = -std::conj(entry);
    }
    for (int d = 0; !is_real_ && d < 3; ++d) {
      const Complex turn(0, a[2 * kPlaces + static_cast<std::size_t>(d)]);
      matrix(d, d) += turn;
      matrix(3, 3) -= turn;
    }
    return matrix;
  }

  void turn(Circuit& circuit, std::span<const double> step) const {
    for (std::size_t m = 0; m < circuit.gates.size(); ++m) {
      const Matrix4 a = generator(step.subspan(m * per_gate(), per_gate()));
      Matrix4& u = circuit.gates[m].matrix;
      if (is_real_) {
        const Eigen::Matrix4d turned =
            u.real() * scaled_exponential<Eigen::Matrix4d>(Eigen::Matrix4d(a.real()));
        u = turned.cast<Complex>();
      } else {
        u = (u * scaled_exponential<Matrix4>(a)).eval();
      }
    }
  }

  // -d|F| = -Re Tr(A^dagger g) by the numbers of A.
  void derive(const Matrix4& g, std::span<double> gradient) const {
    for (std::size_t i = 0; i < kPlaces; ++i) {
      const Complex above = g(kRow[i], kColumn[i]), below = g(kColumn[i], kRow[i]);
      gradient[i] = -(above.real() - below.real());
      if (!is_real_) gradient[kPlaces + i] = -(above.imag() + below.imag());
    }
    for (int d = 0; !is_real_ && d < 3; ++d) {
      gradient[2 * kPlaces + static_cast<std::size_t>(d)] = -(g(d, d).imag() - g(3, 3).imag());
    }
  }

  const GateTensors& tensors_;
  Circuit& circuit_;
  bool is_real_;
};

}  // namespace

Matrix4 exponential(const Matrix4& a) { return scaled_exponential<Matrix4>(a); }

double polish(const Targets& targets, Circuit& circuit, GateKind kind,
              const PolishOptions& options) {
  if (circuit.gates.empty()) return mean_overlap(targets, circuit);
  const GateTensors tensors = [&](const Circuit& moved) {
    Front front(targets, moved);
    std::vector<Matrix4> all;
    for (const Gate& gate : moved.gates) {
      front.open_next();
      all.push_back(front.tensors({&gate.pair, 1})[0]);
      front.close_next();
    }
    return all;
  };
  return polish(tensors, circuit, kind, options);
}

double polish(const GateTensors& tensors, Circuit& circuit, GateKind kind,
              const PolishOptions& options) {
  CircuitObjective objective(tensors, circuit, kind);
  const auto result =
      optimise::minimise_lbfgs(objective, {.max_iterations = options.max_iterations,
                                           .memory = 20,
                                           .gradient_tolerance = 1e-11,
                                           .decrease_tolerance = options.decrease_tolerance,
                                           .target = options.infidelity_target,
                                           .should_stop = options.should_stop});
  return 1 - result.value;
}

}  // namespace sengen::circuits
