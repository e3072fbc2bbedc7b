// SPDX-License-Identifier: Apache-2.0
// The user's array, whatever the order of its axes, as blocks of snapshots [t, (z,) y, x, c] that
// fit into memory. A block is many times of all points where the file has time before space, else
// all times of some points: so that neither reading nor writing is torn to single numbers.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "array_source.hpp"

namespace sengen::flow_modes {

struct SnapshotBlock {
  io::Shape offset;
  io::Shape count;
  std::int64_t items() const;
};

class SnapshotBlocks {
 public:
  // axes: the order of the array's axes, letters of "tzyxc". kUsage when it names none, kInput when
  // it does not fit the array or there are fewer than two snapshots.
  SnapshotBlocks(ArraySource source, const std::string& axes);

  const io::Shape& shape() const { return shape_; }
  const ArraySource& source() const { return source_; }
  // Of at most so many numbers (one at least), those of earlier times first.
  std::vector<SnapshotBlock> blocks(std::int64_t numbers) const;
  // The block in the order t, (z,) y, x, c.
  void read(const SnapshotBlock& block, std::vector<double>& values);
  // "t 3, y 10, x 4, c 0" of a number: its place in each axis.
  std::string place(const io::Shape& index) const;

 private:
  // Where the axes of shape_ lie in the array; nothing for one it does not have.
  std::vector<std::optional<std::size_t>> place_;
  ArraySource source_;
  io::Shape shape_;
  bool time_first_ = true;  // before all axes of space
  bool natural_ = true;     // the array's order is that of shape_
  std::vector<double> raw_;
};

}  // namespace sengen::flow_modes
