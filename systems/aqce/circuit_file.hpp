// SPDX-License-Identifier: Apache-2.0
// gates.h5: circuits of dense two-qubit gates. Group /circuit_0 (of every tile one): datasets
// pairs [M, 2] (low, high; qubit q is bit q of an amplitude's index), matrices [M, 4, 4, 2] (real,
// imaginary; bit 0 of a row's or column's number is qubit `low`), attributes qubits, start (the
// basis state that the first gate acts on, as text in decimal), overlap |F|, name and norm of the
// state. Also what the search keeps while it runs.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <sengen/circuits/encoder.hpp>

namespace sengen::aqce {

struct EncodedState {
  std::string name;
  double norm = 1;  // of what was given
  circuits::Circuit circuit;
  double overlap = 0;  // mean |F| over its targets
};

// Atomic. kResource.
void save_circuits(const std::filesystem::path& path, const std::vector<EncodedState>& states);
// kInput naming what is wrong: sizes, pairs out of range, matrices that are not unitary.
std::vector<EncodedState> load_circuits(const std::filesystem::path& path);
// Of a file with one circuit alone.
circuits::Circuit load_circuit(const std::filesystem::path& path);

// The state of a search in a folder, one file a start and one a kept circuit; `name` tells tiles
// apart. Files that are damaged or of another search count as none. Calls may come from several
// threads, of one search after the other.
class SearchFolder : public circuits::EncodeStore {
 public:
  // writes: only one of the ranks that walk together.
  SearchFolder(std::filesystem::path folder, std::string name, bool writes = true);
  std::vector<circuits::GrowthStage> load_growth(int start) override;
  void save_growth(int start, const std::vector<circuits::GrowthStage>& stages) override;
  std::optional<circuits::Relocation> load_relocation(int kept) override;
  void save_relocation(int kept, const circuits::Relocation& state) override;
  // The end of a search: the circuit and the stages that led to it.
  std::optional<circuits::EncodeResult> load_result();
  void save_result(const circuits::EncodeResult& result);

 private:
  std::filesystem::path path_of(const std::string& what, int number) const;
  std::filesystem::path folder_;
  std::string name_;
  bool writes_;
};

}  // namespace sengen::aqce
