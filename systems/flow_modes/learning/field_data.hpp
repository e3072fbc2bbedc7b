// SPDX-License-Identifier: Apache-2.0
// FieldData: the snapshots of a study as networks see them, images [n, component, y, x] of
// normalised fluctuations, (u - mean) / scale, 0 in solid cells. The mean in time and the scale are
// those of the teaching snapshots. In memory when they fit, else read when they are asked for.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <vector>

#include <ATen/core/Tensor.h>

#include <sengen/io/snapshots.hpp>
#include <sengen/nn/images.hpp>
#include <sengen/parallel/communicator.hpp>

namespace sengen::flow_modes {

struct Normalisation {
  at::Tensor mean;  // [component, y, x], 0 in solid cells
  double scale = 1;
};

// Refuses volumes (kUsage).
void require_planes(const io::SnapshotInfo& info);

class FieldData {
 public:
  // file must outlive this. kUsage for volumes. device, type: of the images made.
  FieldData(const io::SnapshotReader& file, std::int64_t memory_megabytes,
            const at::TensorOptions& options);

  // Collective: mean of these snapshots, and scale = factor x root mean square of their
  // fluctuations over all fluid cells and components, by the cells' weights; factor 0: scale 1.
  // kInput when nothing fluctuates.
  void normalise_by(std::span<const std::int64_t> snapshots, double factor,
                    const parallel::Communicator& comm);
  // The normalisation of a trained model; shapes must fit.
  void normalise(const Normalisation& normalisation);

  // Normalised images of these snapshots.
  at::Tensor images(std::span<const std::int64_t> snapshots) const;

  const Normalisation& normalisation() const noexcept { return normalisation_; }
  // Mean square of the normalised fluctuations that normalise_by() saw.
  double variance() const noexcept { return variance_; }
  // [y, x]: weights of the cells, 0 in solid ones, of mean 1 over fluid cells.
  const at::Tensor& cell_weights() const noexcept { return cell_weights_; }
  // Sum of the cell weights of all components: what a mean square is divided by, for one sample.
  double sample_weight() const noexcept { return sample_weight_; }
  nn::ImageSize size() const;
  std::int64_t components() const { return file_.info().component_count(); }
  std::int64_t snapshots() const { return file_.info().snapshots(); }
  const io::SnapshotInfo& info() const { return file_.info(); }

 private:
  at::Tensor raw(std::span<const std::int64_t> snapshots) const;

  const io::SnapshotReader& file_;
  // The loader's thread and the training read one file, and HDF5 knows no threads.
  std::unique_ptr<std::mutex> reading_ = std::make_unique<std::mutex>();
  at::TensorOptions options_;
  at::Tensor memory_;  // all raw snapshots [t, component, y, x] in float, or undefined
  at::Tensor cell_weights_;
  double sample_weight_ = 0;
  Normalisation normalisation_;
  double variance_ = 1;
};

}  // namespace sengen::flow_modes
