// SPDX-License-Identifier: Apache-2.0
#include "slab.hpp"

#include <utility>

namespace sengen::flow_modes {

using parallel::Range;

Slab::Slab(const io::SnapshotReader& reader, const parallel::Communicator& comm) : reader_(reader) {
  const io::SnapshotInfo& info = reader.info();
  line_ = info.shape[info.shape.size() - 2] * info.component_count();
  const Range lines = parallel::block_range(info.numbers() / line_, comm.size(), comm.rank());
  points_ = {lines.begin * line_, lines.end * line_};
}

std::vector<double> Slab::weights() const {
  const io::SnapshotInfo& info = reader_.info();
  const std::ptrdiff_t components = info.component_count();
  std::vector<double> weights;
  weights.reserve(static_cast<std::size_t>(points_.size()));
  for (std::ptrdiff_t cell = points_.begin / components; cell < points_.end / components; ++cell) {
    const auto index = static_cast<std::size_t>(cell);
    const double weight = info.solid[index] != 0 ? 0.0 : info.weights[index];
    weights.insert(weights.end(), static_cast<std::size_t>(components), weight);
  }
  return weights;
}

template <typename Read>
linalg::Snapshots Slab::make(std::ptrdiff_t times, const Read& read) const {
  linalg::Snapshots data;
  data.points = points_.size();
  data.times = times;
  data.weights = weights();
  data.row = line_;
  if (reader_.info().type == io::ElementType::kFloat64) {
    data.read = linalg::BlockReader<double>(read);
  } else {
    data.read = linalg::BlockReader<float>(read);
  }
  return data;
}

linalg::Snapshots Slab::snapshots() const {
  return make(reader_.info().snapshots(), [this](Range points, auto values) {
    reader_.read_run(0, reader_.info().snapshots(), points_.begin + points.begin,
                     points_.begin + points.end, values.data());
  });
}

linalg::Snapshots Slab::snapshots(std::vector<std::int64_t> chosen) const {
  const auto times = static_cast<std::ptrdiff_t>(chosen.size());
  return make(times, [this, chosen = std::move(chosen)](Range points, auto values) {
    // Neighbours in time are read together.
    std::size_t first = 0;
    for (std::size_t n = 1; n <= chosen.size(); ++n) {
      if (n < chosen.size() && chosen[n] == chosen[n - 1] + 1) continue;
      reader_.read_run(chosen[first], static_cast<std::int64_t>(n - first),
                       points_.begin + points.begin, points_.begin + points.end,
                       values.data() + static_cast<std::ptrdiff_t>(first) * points.size());
      first = n;
    }
  });
}

}  // namespace sengen::flow_modes
