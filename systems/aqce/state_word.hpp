// SPDX-License-Identifier: Apache-2.0
// What a user writes for a state: a file, or a name with numbers behind colons.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include <sengen/solvers/spin_lattice/models.hpp>

namespace sengen::aqce {

enum class StateKind {
  kArray,    // PATH.npy, PATH.npz[:NAME], PATH.h5[:/DATASET]
  kPicture,  // PATH.pgm, .ppm, .png
  kGround,   // heisenberg, xy, tfim, j1j2
  kGhz,
  kW,
  kDicke,
  kUniform,
  kProduct,
  kRandom,
  kRandomReal,
  kRandomCircuit,
  kRandomRealCircuit,
  kMps,
  kMpsReal
};

struct StateWord {
  std::string text;  // as it was written
  StateKind kind = StateKind::kArray;
  std::filesystem::path file;
  std::string dataset;  // of an .npz or HDF5 file, empty: the only one
  int qubits = 0;       // of what is no file
  int count = 0;        // gates of a circuit, bond of an MPS, excitations of a Dicke state
  std::uint64_t seed = 0;
  spin_lattice::Model model = spin_lattice::Model::kHeisenberg;
  spin_lattice::Lattice lattice;
  double parameter = 0;  // h of tfim, J2 of j1j2

  bool is_file() const { return kind == StateKind::kArray || kind == StateKind::kPicture; }
};

// Whether it is a matrix product state of known tensors, of any number of qubits.
bool has_mps_form(StateKind kind);

// The forms, one a line, for help and hints:
//   PATH.npy  PATH.npz[:NAME]  PATH.h5[:/DATASET]  PATH.pgm  PATH.ppm  PATH.png
//   heisenberg:SIZE  xy:SIZE  tfim:SIZE:H  j1j2:SIZE:J2, each [:open]; SIZE: 16 or ROWSxCOLUMNS
//   ghz:N  w:N  dicke:N:K  uniform:N  product:N:SEED  random:N:SEED  random-real:N:SEED
//   random-circuit:N:GATES:SEED  random-real-circuit:N:GATES:SEED  mps:N:BOND:SEED
//   mps-real:N:BOND:SEED
std::string state_forms();

// kUsage naming the word and the part that is wrong; reads no file.
StateWord parse_state(const std::string& word);

}  // namespace sengen::aqce
