// SPDX-License-Identifier: Apache-2.0
// The stages of aqce and the files through which they speak:
//   encode   -> target.npy (target.h5 of a matrix product state), gates.h5, curve.csv
//   compile  -> circuit.qasm, circuit3.qasm (of one circuit), circuits/*.qasm (of several),
//               circuits.csv
//   evaluate -> decoded.png, comparison.h5 (of a picture)
//   report   -> report.html
// and its verbs that are no stages. All are collective over the context's ranks.
#pragma once

#include <sengen/circuits/elementary.hpp>
#include <sengen/circuits/mps_encoder.hpp>
#include <sengen/study/context.hpp>

#include "config.hpp"
#include "target_state.hpp"

namespace sengen::aqce {

inline constexpr const char* kTargetFile = "target.npy";
inline constexpr const char* kTargetMpsFile = "target.h5";
inline constexpr const char* kGatesFile = "gates.h5";
inline constexpr const char* kCurveFile = "curve.csv";
inline constexpr const char* kCircuitFile = "circuit.qasm";
inline constexpr const char* kCircuit3File = "circuit3.qasm";
inline constexpr const char* kCircuitsFile = "circuits.csv";
inline constexpr const char* kDecodedFile = "decoded.png";
inline constexpr const char* kComparisonFile = "comparison.h5";
inline constexpr const char* kReportFile = "report.html";

// What a study is about: the states, one circuit each, or together one circuit.
struct Problem {
  Target target;                    // of the first word
  std::vector<TargetState> states;  // of all words
  bool together = false;            // one circuit for all states

  std::size_t circuits() const { return together ? 1 : states.size(); }
};
Problem load_problem(const StateConfig& state);
// The circuits of a study, as far as its options and its picture's size tell.
std::size_t circuit_count(const StateConfig& state);
// Whether the state's word names a picture.
bool is_picture(const StateConfig& state);
// The files of the user that a study reads.
std::vector<std::filesystem::path> state_files(const StateConfig& state);

// Refuses what cannot work before anything is computed (kUsage, kInput, kResource).
void check_encoding(const Config& config, const parallel::Communicator& comm);
void encode_states(const Config& config, study::Context& context);
// The same where the state is a matrix product state.
void check_mps_encoding(const Config& config);
void encode_mps_state(const Config& config, study::Context& context);
// Of an earlier circuit to go on from, if there is one.
void check_from(const Config& config, int qubits);

void compile_circuits(const Config& config, study::Context& context);
void evaluate_circuits(const Config& config, study::Context& context);
void make_report(const Config& config, study::Context& context);

// compile GATES.h5 -o DIR: circuit-0.qasm, circuit-0-v3.qasm, ...
void check_compile(const Config& config);
void compile_file(const Config& config, study::Context& context);
// verify CIRCUIT STATE: simulates the file; kNumerics when |F|^2 is less than asked for.
void check_verify(const Config& config);
void verify_circuit(const Config& config, study::Context& context);
circuits::MpsOverlap verify_mps(const Config& config, const circuits::ElementaryCircuit& circuit);
// decode CIRCUIT [--like PICTURE] -o DIR: amplitudes.npy, decoded.png.
void check_decode(const Config& config);
void decode_circuit(const Config& config, study::Context& context);
// dataset PICTURES -o FILE.h5: circuits of thousands of pictures.
void check_dataset(const Config& config);
void encode_dataset(const Config& config, study::Context& context);

}  // namespace sengen::aqce
