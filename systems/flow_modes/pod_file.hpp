// SPDX-License-Identifier: Apache-2.0
// pod.h5: what a decomposition found, on the grid of its snapshots, and pod.xdmf beside it, which
// ParaView opens as a series over the number of the mode.
//   /modes [m, (z,) y, x, c]   /mean [1, (z,) y, x, c]   /coefficients [m, t]   /singular_values
//   /time [t]   /x /y (/z) cell centres   /solid, /weight [(z,) y, x]
//   attributes of "/": format, components, unit, length_unit, time_unit, source
// The root writes; modes and mean reach it piece by piece.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>

#include <sengen/io/snapshots.hpp>
#include <sengen/linalg/pod.hpp>
#include <sengen/parallel/communicator.hpp>

namespace sengen::flow_modes {

class PodFile {
 public:
  // Writes the grid. info and comm must outlive this. kResource on the root alone.
  PodFile(const std::filesystem::path& path, const io::SnapshotInfo& info, std::int64_t modes,
          const parallel::Communicator& comm);

  // This rank's piece of /modes (all of them, [mode][point]) or /mean; points are numbered over all
  // ranks, any number of them. Collective.
  void write_modes(parallel::Range points, std::span<const double> values);
  void write_mean(parallel::Range points, std::span<const double> values);
  // /coefficients and /singular_values.
  void write_coefficients(const linalg::Pod& pod);
  // Makes the file appear under its name, and then the one for ParaView.
  void commit();

 private:
  void write(const std::string& name, std::int64_t fields, parallel::Range points,
             std::span<const double> values);
  void write_here(const std::string& name, std::int64_t fields, parallel::Range points,
                  std::span<const double> values);

  const std::filesystem::path path_;
  const io::SnapshotInfo& info_;
  const parallel::Communicator& comm_;
  std::int64_t modes_;
  std::optional<io::AtomicFile> target_;  // these two on the root only
  std::optional<io::Hdf5File> file_;
};

}  // namespace sengen::flow_modes
