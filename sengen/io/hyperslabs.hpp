// SPDX-License-Identifier: Apache-2.0
// A run of an array's items, in the order in which they lie (last axis fastest), as the few blocks
// that HDF5 reads and writes at once: at most two an axis.
#pragma once

#include <cstdint>
#include <vector>

#include <sengen/io/hdf5.hpp>

namespace sengen::io {

struct Hyperslab {
  Shape offset;
  Shape count;

  std::int64_t items() const;
};

// Items [begin, end) of an array of this shape, in their order. kInternal when they leave it.
std::vector<Hyperslab> hyperslabs(const Shape& shape, std::int64_t begin, std::int64_t end);

}  // namespace sengen::io
