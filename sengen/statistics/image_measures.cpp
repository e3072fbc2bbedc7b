// SPDX-License-Identifier: Apache-2.0
#include <sengen/statistics/image_measures.hpp>

#include <array>
#include <cmath>
#include <cstddef>
#include <limits>
#include <vector>

#include <fmt/format.h>

#include <sengen/core/error.hpp>

namespace sengen::statistics {

namespace {

constexpr std::int64_t kWindow = 11;
constexpr double kSigma = 1.5;
constexpr double kK1 = 0.01;
constexpr double kK2 = 0.03;

using Plane = std::vector<double>;

void require_alike(std::span<const double> picture, std::span<const double> reference) {
  if (picture.size() == reference.size() && !picture.empty()) return;
  throw Error(ErrorKind::kInput, fmt::format("pictures of {} and {} pixels cannot be compared",
                                             picture.size(), reference.size()));
}

std::array<double, kWindow> gaussian() {
  std::array<double, kWindow> weights{};
  double sum = 0;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    constexpr std::size_t kMiddle = kWindow / 2;
    const double x = static_cast<double>(i) - static_cast<double>(kMiddle);
    weights[i] = std::exp(-x * x / (2 * kSigma * kSigma));
    sum += weights[i];
  }
  for (double& weight : weights) weight /= sum;
  return weights;
}

// The windows' means at all places where the whole window fits: along lines, then columns.
class Blur {
 public:
  Blur(std::int64_t width, std::int64_t height) : width_(width), height_(height) {}

  template <typename Value>
  Plane means(const Value& value) const {
    const std::int64_t inner = width_ - kWindow + 1;
    Plane lines(static_cast<std::size_t>(inner * height_));
    for (std::int64_t y = 0; y < height_; ++y) {
      for (std::int64_t x = 0; x < inner; ++x) {
        double sum = 0;
        for (std::int64_t k = 0; k < kWindow; ++k) {
          sum += weights_[static_cast<std::size_t>(k)] *
                 value(static_cast<std::size_t>(y * width_ + x + k));
        }
        lines[static_cast<std::size_t>(y * inner + x)] = sum;
      }
    }
    Plane result(static_cast<std::size_t>(inner * (height_ - kWindow + 1)));
    for (std::size_t i = 0; i < result.size(); ++i) {
      for (std::int64_t k = 0; k < kWindow; ++k) {
        result[i] +=
            weights_[static_cast<std::size_t>(k)] * lines[i + static_cast<std::size_t>(k * inner)];
      }
    }
    return result;
  }

 private:
  std::int64_t width_;
  std::int64_t height_;
  std::array<double, kWindow> weights_ = gaussian();
};

}  // namespace

double mean_squared_error(std::span<const double> picture, std::span<const double> reference) {
  require_alike(picture, reference);
  double sum = 0;
  for (std::size_t i = 0; i < picture.size(); ++i) {
    const double difference = picture[i] - reference[i];
    sum += difference * difference;
  }
  return sum / static_cast<double>(picture.size());
}

double peak_signal_to_noise(std::span<const double> picture, std::span<const double> reference,
                            double peak) {
  const double error = mean_squared_error(picture, reference);
  if (error == 0) return std::numeric_limits<double>::infinity();
  return 10 * std::log10(peak * peak / error);
}

double structural_similarity(std::span<const double> picture, std::span<const double> reference,
                             std::int64_t width, std::int64_t height, double peak) {
  require_alike(picture, reference);
  if (width * height != std::ssize(picture) || width < kWindow || height < kWindow) {
    throw Error(ErrorKind::kInput,
                fmt::format("structural similarity of {} x {} pixels: the window needs {} x {}",
                            height, width, kWindow, kWindow));
  }
  const Blur blur(width, height);
  const Plane mean_x = blur.means([&](std::size_t i) { return picture[i]; });
  const Plane mean_y = blur.means([&](std::size_t i) { return reference[i]; });
  const Plane square_x = blur.means([&](std::size_t i) { return picture[i] * picture[i]; });
  const Plane square_y = blur.means([&](std::size_t i) { return reference[i] * reference[i]; });
  const Plane mixed = blur.means([&](std::size_t i) { return picture[i] * reference[i]; });
  const double c1 = kK1 * peak * kK1 * peak;
  const double c2 = kK2 * peak * kK2 * peak;
  double sum = 0;
  for (std::size_t i = 0; i < mixed.size(); ++i) {
    const double product = mean_x[i] * mean_y[i];
    const double squares = mean_x[i] * mean_x[i] + mean_y[i] * mean_y[i];
    const double covariance = mixed[i] - product;
    const double variances = square_x[i] + square_y[i] - squares;
    sum += (2 * product + c1) * (2 * covariance + c2) / ((squares + c1) * (variances + c2));
  }
  return sum / static_cast<double>(mixed.size());
}

}  // namespace sengen::statistics
