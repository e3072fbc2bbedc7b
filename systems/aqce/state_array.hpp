// SPDX-License-Identifier: Apache-2.0
// Amplitudes in files: NPY, NPZ and HDF5, real or complex, of any shape.
#pragma once

#include <complex>
#include <cstdint>
#include <vector>

#include <sengen/io/hdf5.hpp>

#include "state_word.hpp"

namespace sengen::aqce {

// Items of the array, by what its file says of it. kInput.
std::int64_t array_items(const StateWord& word);
// Its extents, by the same.
io::Shape array_shape(const StateWord& word);
// All of them. kInput.
std::vector<std::complex<double>> read_array(const StateWord& word);

}  // namespace sengen::aqce
