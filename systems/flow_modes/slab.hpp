// SPDX-License-Identifier: Apache-2.0
// One rank's part of a file of snapshots, as linalg reads it: the grid's lines along x, numbered
// through z and y, are shared out over the ranks, so that more ranks than planes have work too. A
// "point" is one number of a snapshot (cell and component), in the order of the file.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <sengen/io/snapshots.hpp>
#include <sengen/linalg/pod.hpp>
#include <sengen/parallel/communicator.hpp>

namespace sengen::flow_modes {

class Slab {
 public:
  // reader must outlive this and what snapshots() returns.
  Slab(const io::SnapshotReader& reader, const parallel::Communicator& comm);

  // Of this rank, among those of all ranks; [0, points().size()) are they for linalg.
  const parallel::Range& points() const { return points_; }
  // The points of this rank with their weights (solid cells weigh nothing) and their reader.
  linalg::Snapshots snapshots() const;
  // The same of some snapshots only, by rising number.
  linalg::Snapshots snapshots(std::vector<std::int64_t> chosen) const;

 private:
  template <typename Read>
  linalg::Snapshots make(std::ptrdiff_t times, const Read& read) const;
  std::vector<double> weights() const;

  const io::SnapshotReader& reader_;
  std::ptrdiff_t line_;  // points of a line along x
  parallel::Range points_;
};

}  // namespace sengen::flow_modes
