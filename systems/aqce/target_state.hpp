// SPDX-License-Identifier: Apache-2.0
// The states that circuits are to prepare: read from files or made, checked and normalised. Index
// bit q is qubit q. Arrays of several axes are taken in the order of the file; HDF5 holds complex
// numbers as h5py writes them (compounds r, i): a last axis of 2 is no pair of parts.
#pragma once

#include <complex>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "picture_encoding.hpp"
#include "state_word.hpp"

namespace sengen::aqce {

struct TargetState {
  std::string name;
  int qubits = 0;
  bool is_real = false;                          // all imaginary parts are 0
  std::vector<std::complex<double>> amplitudes;  // norm 1
  double norm = 1;                               // of what was given
};

// What one word means: a state, or those of a picture's tiles and colours.
struct Target {
  StateWord word;
  std::vector<TargetState> states;
  std::optional<EncodedPicture> picture;  // tile k is state k
  std::optional<double> ground_energy;    // of what is the ground state of a model
  bool is_unique = true;                  // false: one of several ground states, chosen by a seed
};

// Refuses what cannot work, before any work: kInput for files (they are read to their end), with
// file and place of what is wrong; kResource when the memory does not suffice; kUsage for sizes
// that the state cannot have. Words as of parse_state.
void check_state(const StateWord& word, const PictureCoding& coding = {});

// Qubits of its states. The word has passed check_state.
int qubits_of(const StateWord& word, const PictureCoding& coding = {});

// coding: of pictures; its `pad` also lengthens arrays by zeros to a power of two. Errors as of
// check_state, kNumerics where Lanczos does not converge.
Target load_target(const StateWord& word, const PictureCoding& coding = {});

// Several states for one circuit, which maps basis state k to state k: all of one size, orthogonal
// to 1e-8. kInput naming the pair that is not.
std::vector<TargetState> load_subspace(const std::vector<std::string>& words,
                                       const PictureCoding& coding = {});

// Values of any norm as a state. Complex values that are real up to one phase (imaginary parts
// below 1e-14 of the norm) are turned and count as real; any other phase is kept. kInput naming
// `name`: no power of two, fewer than 4 values, NaN or infinite, norm 0.
TargetState make_state(const std::string& name, std::vector<std::complex<double>> values,
                       bool pad = false);

// The model that a word of kind kGround names.
spin_lattice::Hamiltonian hamiltonian_of(const StateWord& word);
// <psi|H|psi> / <psi|psi> of any state for that model.
double energy_of_state(const StateWord& word, const std::vector<std::complex<double>>& psi);

}  // namespace sengen::aqce
