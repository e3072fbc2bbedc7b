// SPDX-License-Identifier: Apache-2.0
// XDMF 2: an XML file that tells ParaView how a series of fields lies in its HDF5 file: one
// rectilinear grid a time, every component a scalar of the cells, the mask `solid`. What all times
// share stands in the first grid, the others include it. ParaView asks which reader to take: "XDMF
// Reader" (tried with 5.11); the Xdmf3 readers leave components out.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include <sengen/io/snapshots.hpp>

namespace sengen::io {

// A dataset [n, (z,) y, x, c] with a name for each component.
struct XdmfField {
  std::string dataset;
  ElementType type = ElementType::kFloat32;
  std::vector<std::string> names;
};

struct XdmfSeries {
  std::vector<double> times;              // or whatever numbers the fields of the series
  std::vector<std::vector<double>> axes;  // cell centres of (z,) y, x
  XdmfField field;                        // one entry a time
  std::vector<XdmfField> fixed = {};      // one entry, shown at all times
};

// The series of a file of snapshots.
XdmfSeries xdmf_series(const SnapshotInfo& info);

// data_name: name of the HDF5 file, in the same folder; it holds /solid. Atomic. kResource.
void write_xdmf(const std::filesystem::path& path, const std::string& data_name,
                const XdmfSeries& series);

}  // namespace sengen::io
