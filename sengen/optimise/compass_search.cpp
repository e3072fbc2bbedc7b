// SPDX-License-Identifier: Apache-2.0
#include <sengen/optimise/compass_search.hpp>

#include <algorithm>
#include <utility>

#include <sengen/core/error.hpp>

namespace sengen::optimise {

CompassSearch::CompassSearch(Box box, CompassSearchOptions options)
    : Search(std::move(box)),
      options_(std::move(options)),
      unit_(this->box()),
      length_(options_.first_length) {
  const bool is_sized = options_.start.empty() || options_.start.size() == this->box().size();
  const bool shrinks = options_.shrinkage > 0 && options_.shrinkage < 1;
  if (!is_sized || !shrinks || options_.last_length <= 0 || length_ < options_.last_length) {
    throw Error(ErrorKind::kUsage,
                "compass search: the start must be of the box, lengths positive and falling");
  }
  at_.assign(unit_.size(), 0.5);
  if (!options_.start.empty()) at_ = unit_.coordinates(options_.start);
  batch().resize(this->box().size());
  unit_.place(at_, batch());
}

void CompassSearch::propose() {
  const std::size_t n = box().size();
  up_ = at_;
  down_ = at_;
  up_[axis_] = std::min(1.0, at_[axis_] + length_);
  down_[axis_] = std::max(0.0, at_[axis_] - length_);
  batch().resize(2 * n);
  unit_.place(up_, std::span(batch()).first(n));
  unit_.place(down_, std::span(batch()).subspan(n));
}

void CompassSearch::learn(std::span<const double> values, std::span<const double>) {
  if (is_first_) {
    is_first_ = false;
    value_ = values[0];
    return propose();
  }
  const double least = std::min(values[0], values[1]);
  ++failures_;
  if (least < value_) {
    at_ = values[0] <= values[1] ? up_ : down_;
    value_ = least;
    failures_ = 0;
  }
  axis_ = (axis_ + 1) % at_.size();
  if (failures_ >= at_.size()) {
    failures_ = 0;
    length_ *= options_.shrinkage;
    if (length_ < options_.last_length) return batch().clear();
  }
  propose();
}

}  // namespace sengen::optimise
