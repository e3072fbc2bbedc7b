// SPDX-License-Identifier: Apache-2.0
// An array of the user's own, NPY or a dataset of an HDF5 file, read block by block.
#pragma once

#include <functional>
#include <string>

#include <sengen/io/hdf5.hpp>

namespace sengen::flow_modes {

struct ArraySource {
  std::string name;
  io::Shape shape;
  io::ElementType type = io::ElementType::kFloat32;  // in which snapshots of it are kept
  // Fills values with the block, in the order of the file.
  std::function<void(const io::Shape& offset, const io::Shape& count, double* values)> read;

  // All of it. For small ones.
  std::vector<double> read_all() const;
};

// FILE.npy or FILE.h5:/dataset. kUsage for another name, kInput when it cannot be read.
ArraySource open_array(const std::string& name);

}  // namespace sengen::flow_modes
