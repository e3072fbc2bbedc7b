// SPDX-License-Identifier: Apache-2.0
// XDMF 2: an XML file that tells ParaView how a series of snapshots lies in its HDF5 file: one
// rectilinear grid a time, every component a scalar of the cells, the mask `solid`. ParaView asks
// which reader to take: "XDMF Reader" (tried with 5.11); the Xdmf3 readers leave components out.
#pragma once

#include <filesystem>
#include <string>

#include <sengen/io/snapshots.hpp>

namespace sengen::io {

// data_name: name of the HDF5 file, in the same folder. Atomic. kResource.
void write_xdmf(const std::filesystem::path& path, const std::string& data_name,
                const SnapshotInfo& info);

}  // namespace sengen::io
