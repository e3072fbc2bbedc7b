// SPDX-License-Identifier: Apache-2.0
#include "projection.hpp"

#include <algorithm>
#include <cmath>

#include <sengen/core/parallel_for.hpp>

namespace sengen::flow_modes {

Projection::Projection(const linalg::Snapshots& data, const linalg::Pod& pod)
    : data_(data),
      pod_(pod),
      coefficients_(static_cast<std::size_t>(pod.modes * data.times), 0),
      energies_(static_cast<std::size_t>(data.times), 0) {}

void Projection::add(parallel::Range points, std::span<const double> modes) {
  if (points.size() == 0) return;
  std::visit([&](const auto& read) { add_block(points, modes, read); }, data_.read);
}

template <typename T>
void Projection::add_block(parallel::Range points, std::span<const double> modes,
                           const linalg::BlockReader<T>& read) {
  const std::ptrdiff_t count = points.size();
  std::vector<T> values(static_cast<std::size_t>(data_.times * count));
  read(points, values);
  // A snapshot belongs to one thread: the bits do not depend on their number.
  parallel_for(0, data_.times, [&](std::ptrdiff_t begin, std::ptrdiff_t end) {
    std::vector<double> weighted(static_cast<std::size_t>(count));
    for (std::ptrdiff_t t = begin; t < end; ++t) {
      const T* row = values.data() + t * count;
      double energy = 0;
      for (std::ptrdiff_t i = 0; i < count; ++i) {
        const auto point = static_cast<std::size_t>(points.begin + i);
        const double weight = data_.weights.empty() ? 1.0 : data_.weights[point];
        // Solid cells may hold anything.
        const double deviation = weight > 0 ? static_cast<double>(row[i]) - pod_.mean[point] : 0.0;
        weighted[static_cast<std::size_t>(i)] = weight * deviation;
        energy += weight * deviation * deviation;
      }
      energies_[static_cast<std::size_t>(t)] += energy;
      for (std::ptrdiff_t k = 0; k < pod_.modes; ++k) {
        const double* mode = modes.data() + k * count;
        double sum = 0;
        for (std::ptrdiff_t i = 0; i < count; ++i) {
          sum += mode[i] * weighted[static_cast<std::size_t>(i)];
        }
        coefficients_[static_cast<std::size_t>(k * data_.times + t)] += sum;
      }
    }
  });
}

void Projection::combine(const parallel::Communicator& comm) {
  comm.allreduce(std::span<double>(coefficients_));
  comm.allreduce(std::span<double>(energies_));
}

double Projection::error_after(std::ptrdiff_t m, std::span<const std::int64_t> snapshots) const {
  const std::ptrdiff_t modes = std::min(m, pod_.modes);
  double total = 0;
  double lost = 0;
  for (const std::int64_t t : snapshots) {
    const double energy = energies_[static_cast<std::size_t>(t)];
    total += energy;
    lost += energy;
    for (std::ptrdiff_t k = 0; k < modes; ++k) {
      const double a = coefficients_[static_cast<std::size_t>(k * data_.times + t)];
      lost -= a * a;
    }
  }
  return total > 0 ? std::sqrt(std::max(0.0, lost) / total) : 0;
}

}  // namespace sengen::flow_modes
