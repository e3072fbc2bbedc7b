// SPDX-License-Identifier: Apache-2.0
// CentredBlocks: walks over the points of a Snapshots block by block and hands out each block in
// double with its time mean taken off. The mean is x_0 + mean(x - x_0): a constant point gives
// exactly 0, and round-off is relative to the fluctuation, not to the mean. Used by pod.cpp.
#pragma once

#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

#include <Eigen/Core>

#include <sengen/core/error.hpp>
#include <sengen/linalg/pod.hpp>

namespace sengen::linalg {

class CentredBlocks {
 public:
  // What a point's fluctuations are multiplied with.
  enum class Scale { kOne, kRootOfWeight };
  struct Failure {
    std::ptrdiff_t point;  // of this rank
    std::ptrdiff_t time;
  };

  // data must outlive this; block_bytes: memory for one block (PodOptions), at least one point.
  CentredBlocks(const Snapshots& data, std::ptrdiff_t block_bytes, Scale scale);

  // How many there are on this rank.
  std::ptrdiff_t count() const noexcept {
    return (data_.points + block_points_ - 1) / block_points_;
  }
  // Reads the next block; false after the last.
  bool next();
  Range range() const noexcept { return range_; }
  // The first number of this block that is not finite (at a point of weight > 0).
  std::optional<Failure> failure() const noexcept { return failure_; }
  // points x times of this block; may be overwritten.
  Eigen::Ref<Eigen::MatrixXd> matrix() { return block_; }
  // Means of all points so far.
  std::vector<double> take_mean() { return std::move(mean_); }

 private:
  static constexpr std::ptrdiff_t kAllFinite = -1;
  std::ptrdiff_t points_in(std::ptrdiff_t block_bytes) const;
  template <typename T>
  void centre(const T* values);
  template <typename T>
  void centre_points(const T* values, std::ptrdiff_t begin, std::ptrdiff_t end);
  void mend_or_fail(std::ptrdiff_t row);

  const Snapshots& data_;
  Scale scale_;
  std::ptrdiff_t block_points_;
  Range range_;
  std::optional<Failure> failure_;
  Eigen::MatrixXd block_;
  std::vector<float> floats_;
  std::vector<std::ptrdiff_t> bad_time_;  // of each point of the block; kAllFinite: none
  std::vector<double> mean_;
};

// The error for a number of the data that is NaN or infinite.
Error not_finite(std::ptrdiff_t point, std::ptrdiff_t time);

}  // namespace sengen::linalg
