// SPDX-License-Identifier: Apache-2.0
#include <sengen/linalg/autoregression.hpp>

#include <cmath>

#include <fmt/format.h>
#include <Eigen/Core>

#include <sengen/core/error.hpp>
#include <sengen/linalg/least_squares.hpp>

namespace sengen::linalg {

namespace {

using Rows = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

constexpr double kCutOff = 1e-10;

Eigen::Map<const Rows> as_rows(std::span<const double> series, std::ptrdiff_t variables) {
  return {series.data(), static_cast<std::ptrdiff_t>(series.size()) / variables, variables};
}

}  // namespace

Autoregression fit_autoregression(std::span<const double> series, std::ptrdiff_t variables,
                                  std::ptrdiff_t delays) {
  const auto rows = as_rows(series, variables);
  const std::ptrdiff_t equations = rows.rows() - delays;
  if (delays < 1 || equations < 2) {
    throw Error(ErrorKind::kInput,
                fmt::format("{} snapshots are too few for a linear model with {} delays",
                            rows.rows(), delays),
                "take more snapshots or fewer delays");
  }
  const Eigen::RowVectorXd mean = rows.colwise().mean();
  const Rows centred = rows.rowwise() - mean;
  Rows past(equations, variables * delays);
  for (std::ptrdiff_t j = 0; j < delays; ++j) {
    past.middleCols(j * variables, variables) = centred.middleRows(delays - 1 - j, equations);
  }
  const Rows next = centred.bottomRows(equations);
  const LeastSquares solution = solve_least_squares(past, next, kCutOff);

  Autoregression model;
  model.variables = variables;
  model.delays = delays;
  model.rank = solution.rank;
  model.mean.assign(mean.data(), mean.data() + variables);
  for (std::ptrdiff_t j = 0; j < delays; ++j) {
    const Rows matrix = solution.x.middleRows(j * variables, variables).transpose();
    model.coefficients.insert(model.coefficients.end(), matrix.data(),
                              matrix.data() + matrix.size());
  }
  model.residual =
      std::sqrt((past * solution.x - next).squaredNorm() / static_cast<double>(next.size()));
  return model;
}

std::vector<double> run_freely(const Autoregression& model, std::span<const double> series,
                               std::ptrdiff_t steps) {
  const auto rows = as_rows(series, model.variables);
  if (rows.rows() < model.delays) {
    throw Error(ErrorKind::kInput, fmt::format("{} snapshots are fewer than the model's {} delays",
                                               rows.rows(), model.delays));
  }
  const Eigen::Map<const Eigen::RowVectorXd> mean(model.mean.data(), model.variables);
  // The past, then what follows.
  Rows all(model.delays + steps, model.variables);
  all.topRows(model.delays) = rows.bottomRows(model.delays).rowwise() - mean;
  for (std::ptrdiff_t t = model.delays; t < all.rows(); ++t) {
    Eigen::RowVectorXd next = Eigen::RowVectorXd::Zero(model.variables);
    for (std::ptrdiff_t j = 0; j < model.delays; ++j) {
      const Eigen::Map<const Rows> matrix(
          model.coefficients.data() + j * model.variables * model.variables, model.variables,
          model.variables);
      next += (matrix * all.row(t - 1 - j).transpose()).transpose();
    }
    all.row(t) = next;
  }
  const Rows result = all.bottomRows(steps).rowwise() + mean;
  return {result.data(), result.data() + result.size()};
}

}  // namespace sengen::linalg
