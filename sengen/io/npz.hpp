// SPDX-License-Identifier: Apache-2.0
// NPZ (numpy.savez, numpy.savez_compressed): a ZIP archive whose members are NPY files. The array
// called "a" is the member "a.npy".
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include <sengen/io/npy.hpp>

namespace sengen::io {

// Names of the arrays in the order of the archive, without ".npy"; what is no ".npy" is passed
// over. kInput.
std::vector<std::string> npz_names(std::span<const std::byte> bytes, const std::string& source);

// One array. An empty name means the only one. kInput naming the member, with the names that are
// there where none fits.
NpyArray parse_npz(std::span<const std::byte> bytes, const std::string& name,
                   const std::string& source, NpyNumbers numbers = NpyNumbers::kAny);

}  // namespace sengen::io
