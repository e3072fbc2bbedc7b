// SPDX-License-Identifier: Apache-2.0
#include <sengen/linalg/centred_blocks.hpp>

#include <algorithm>
#include <cmath>
#include <span>

#include <fmt/format.h>

#include <sengen/core/parallel_for.hpp>

namespace sengen::linalg {

namespace {
// Points that one thread centres at once: all their times stay in the second-level cache.
constexpr std::ptrdiff_t kPointsAtOnce = 128;
// A float as it is read, once more where a reader must sort pieces, and in double; or two doubles.
constexpr std::ptrdiff_t kBytesANumber = 16;
}  // namespace

CentredBlocks::CentredBlocks(const Snapshots& data, std::ptrdiff_t block_bytes, Scale scale)
    : data_(data),
      scale_(scale),
      block_points_(points_in(block_bytes)),
      mean_(static_cast<std::size_t>(data.points)) {}

std::ptrdiff_t CentredBlocks::points_in(std::ptrdiff_t block_bytes) const {
  const std::ptrdiff_t room = block_bytes / (data_.times * kBytesANumber);
  const std::ptrdiff_t points =
      std::clamp<std::ptrdiff_t>(room, 1, std::max<std::ptrdiff_t>(1, data_.points));
  return points < data_.row ? points : points - points % data_.row;
}

bool CentredBlocks::next() {
  if (range_.end == data_.points) return false;
  range_ = {range_.end, std::min(range_.end + block_points_, data_.points)};
  failure_.reset();
  block_.resize(range_.size(), data_.times);
  const auto count = static_cast<std::size_t>(block_.size());
  if (const auto* read_floats = std::get_if<BlockReader<float>>(&data_.read)) {
    floats_.resize(count);
    (*read_floats)(range_, std::span(floats_));
    centre(floats_.data());
  } else {
    std::get<BlockReader<double>>(data_.read)(range_, std::span(block_.data(), count));
    centre(block_.data());
  }
  return true;
}

template <typename T>
void CentredBlocks::centre(const T* values) {
  bad_time_.assign(static_cast<std::size_t>(range_.size()), kAllFinite);
  parallel_for(0, range_.size(), [&](std::ptrdiff_t begin, std::ptrdiff_t end) {
    for (std::ptrdiff_t i = begin; i < end; i += kPointsAtOnce) {
      centre_points(values, i, std::min(i + kPointsAtOnce, end));
    }
  });
  for (std::ptrdiff_t i = 0; i < range_.size(); ++i) {
    if (bad_time_[static_cast<std::size_t>(i)] != kAllFinite) mend_or_fail(i);
  }
}

template <typename T>
void CentredBlocks::centre_points(const T* values, std::ptrdiff_t begin, std::ptrdiff_t end) {
  using Eigen::ArrayXd;
  const std::ptrdiff_t count = end - begin;
  const auto at = [&](std::ptrdiff_t time) {
    return Eigen::Map<const Eigen::Array<T, Eigen::Dynamic, 1>>(
               values + time * range_.size() + begin, count)
        .template cast<double>();
  };
  const ArrayXd first = at(0);
  ArrayXd shift = ArrayXd::Zero(count);
  for (std::ptrdiff_t t = 1; t < data_.times; ++t) shift += at(t) - first;
  shift /= static_cast<double>(data_.times);
  for (std::ptrdiff_t i = 0; i < count; ++i) {
    if (std::isfinite(shift(i))) continue;
    // Looked up before values are overwritten; 0 where finite numbers were too large to add.
    std::ptrdiff_t time = 0;
    while (time < data_.times && std::isfinite(at(time)(i))) ++time;
    bad_time_[static_cast<std::size_t>(begin + i)] = time % data_.times;
  }
  ArrayXd scale = ArrayXd::Ones(count);
  if (scale_ == Scale::kRootOfWeight && !data_.weights.empty()) {
    // Not Eigen's sqrt(): its AVX-512 form rounds otherwise than the scalar one at a piece's end.
    scale = Eigen::Map<const ArrayXd>(data_.weights.data() + range_.begin + begin, count)
                .unaryExpr([](double weight) { return std::sqrt(weight); });
  }
  for (std::ptrdiff_t t = 0; t < data_.times; ++t) {
    block_.col(t).segment(begin, count).array() = ((at(t) - first) - shift) * scale;
  }
  Eigen::Map<ArrayXd>(mean_.data() + range_.begin + begin, count) = first + shift;
}

void CentredBlocks::mend_or_fail(std::ptrdiff_t row) {
  const std::ptrdiff_t point = range_.begin + row;
  const auto index = static_cast<std::size_t>(point);
  if (!data_.weights.empty() && data_.weights[index] == 0.0) {
    mean_[index] = 0.0;
    block_.row(row).setZero();
  } else if (!failure_) {
    failure_ = Failure{point, bad_time_[static_cast<std::size_t>(row)]};
  }
}

Error not_finite(std::ptrdiff_t point, std::ptrdiff_t time) {
  return Error(ErrorKind::kNumerics,
               fmt::format("the snapshots hold NaN, infinity or a number too large to average at "
                           "point {}, time {}",
                           point, time),
               "give solid cells the weight 0, or leave the damaged snapshots out");
}

}  // namespace sengen::linalg
