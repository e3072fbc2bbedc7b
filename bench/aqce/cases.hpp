// SPDX-License-Identifier: Apache-2.0
// The cases of the bench: each measures one row of the tables of docs/aqce.md.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include <sengen/circuits/encoder.hpp>

#include "../results.hpp"

namespace sengen::bench {

struct Setting {
  std::filesystem::path data;  // SENGEN_TEST_DATA/quantum
  std::int64_t starts = 8;
  std::int64_t moves = 100;
  bool again = false;  // measures what the file of results has already

  // Of a part of a case: what its numbers are.
  std::string note(const std::string& numbers) const {
    return numbers + ", " + std::to_string(starts) + " starts, " + std::to_string(moves) + " moves";
  }
};

// A target, from the words of `sengen aqce encode` or from numbers.
circuits::Targets target_of(const std::string& word);
circuits::Targets target_of(const std::vector<double>& values);
// Square tiles of a picture in the order of lines.
std::vector<circuits::Targets> picture_tiles(const std::filesystem::path& picture, int tiles);

// The search of `sengen aqce encode`, whose defaults are those of the setting.
circuits::EncodeResult search(const circuits::Targets& targets, int gates, const Setting& setting,
                              double fidelity = 1,
                              const std::optional<circuits::Circuit>& from = {});

// |F| at equal gates against the rows of the prototype.
void prototype_rows(const Setting& setting, Results& results);
// 80 gates on ten qubits: the setting of AQER's comparison.
void aqer_setting(const Setting& setting, Results& results);
// The whole picture on 16 qubits, and as 16 tiles: |F|^2, PSNR, SSIM.
void camera(const Setting& setting, Results& results);
// States that M random gates made.
void known_circuits(const Setting& setting, Results& results);
// Product, GHZ, W and bond-2 states: CX of exact circuits.
void exact_states(const Setting& setting, Results& results);
// A random matrix product state of 40 qubits, bond 8: time, memory, |F|^2.
void large_mps(const Setting& setting, Results& results);
// 16 qubits to 72 gates as published; the tensors' share of the machine's arithmetic.
void speed(const Setting& setting, Results& results);

}  // namespace sengen::bench
