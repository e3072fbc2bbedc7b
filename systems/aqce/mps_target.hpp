// SPDX-License-Identifier: Apache-2.0
// Targets as matrix product states, which are never made dense: words for states of known form
// (mps, mps-real, ghz, w, product), files of site tensors, and whatever fits in memory as
// amplitudes. Files: arrays site_0 ... site_{n-1} in .npz or .h5, real or complex, of shape [left
// bond, 2, right bond], the bonds at both ends 1; the norm is free; site q is bit q of an
// amplitude's index.
#pragma once

#include <filesystem>

#include <sengen/circuits/mps.hpp>

#include "picture_encoding.hpp"
#include "state_word.hpp"

namespace sengen::aqce {

// Above, a state is a matrix product state or none.
inline constexpr int kMostDenseQubits = 26;

// Whether a state is to be taken as matrix product state: asked for, or too large for anything else
// and of a form that has one.
bool is_mps_target(const StateWord& word, bool asked);

// Qubits, without making the state. kInput.
int mps_qubits(const StateWord& word, const PictureCoding& coding);

// kInput naming the file, the site and what is wrong; kUsage for several states in one word;
// kResource.
circuits::MatrixProductState load_mps(const StateWord& word, const PictureCoding& coding);

// As HDF5 file that load_mps reads. Atomic. kResource.
void save_mps(const std::filesystem::path& path, const circuits::MatrixProductState& state);

}  // namespace sengen::aqce
