// SPDX-License-Identifier: Apache-2.0
#include "config.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <fstream>
#include <sstream>

#include <fmt/format.h>

#include <sengen/circuits/coupling.hpp>
#include <sengen/circuits/mps_sweep.hpp>
#include <sengen/circuits/synthesis.hpp>
#include <sengen/core/error.hpp>

#include "circuit_file.hpp"
#include "mps_target.hpp"

namespace sengen::aqce {

namespace {

void declare(OptionTable& table, StateConfig& state) {
  table
      .add("state", &state.state,
           "the state to prepare: a file (.npy .npz .h5[:/DATASET] .pgm .ppm .png) or a name: "
           "heisenberg:16, xy:12, tfim:10:1, j1j2:16:0.5, ghz:5, w:5, random:8:1, mps:10:4:1")
      .flag("--state")
      .positional("STATE")
      .required();
  table
      .add("with", &state.with,
           "further states, each on its own basis state |1>, |2>, ...: one circuit for all of them")
      .flag("--with");
  table
      .add("segments", &state.segments,
           "a picture in ROWSxCOLUMNS tiles, each a state of its own; 1: in one piece")
      .flag("--segments");
  table
      .add("ordering", &state.ordering,
           "of a picture's amplitudes: its lines, Gray code, or coefficients of cosines or of Haar")
      .choices({"raster", "gray", "dct", "haar"})
      .flag("--ordering");
  table.add("pad", &state.pad, "fill pictures and arrays up to powers of two with zeros")
      .flag("--pad");
}

void declare_goal(OptionTable& table, EncodeConfig& encode) {
  table.add("gates", &encode.gates, "two-qubit gates, at most").range(1, 100000).flag("--gates");
  table
      .add("fidelity", &encode.fidelity,
           "ends when |F|^2 is so large, then does without gates that it can spare; 0: no goal")
      .range(0, 1)
      .flag("--fidelity");
  table.add("cnots", &encode.cnots, "CX of the compiled circuit, at most; 0: no limit")
      .range(0, 1e6)
      .flag("--cnots");
  table
      .add("coupling", &encode.coupling,
           "pairs that gates may act on: all, line, grid:ROWSxCOLUMNS, or a file of lines 'i j'")
      .flag("--coupling");
  table
      .add("kind", &encode.kind,
           "of gates: real (orthogonal, 2 CX each), rotation (of determinant 1: 2 CX also where "
           "coupling is limited), complex (3 CX); auto: real for real states")
      .choices({"auto", "real", "rotation", "complex"})
      .flag("--kind");
}

void declare_search(OptionTable& table, EncodeConfig& encode) {
  table
      .add(
          "insertion", &encode.insertion,
          "where new gates go: best (the place that gains most), density and entropy (in front, by "
          "reduced density matrices), chain (in front, qubit after qubit), identity (in front), "
          "mixed (the first four in turn)")
      .choices({"mixed", "best", "density", "entropy", "chain", "identity"});
  table
      .add("starts", &encode.starts,
           "independent searches, shared by ranks and threads; 0: 8, of matrix product states 1")
      .range(0, 100000)
      .flag("--starts");
  table.add("keep", &encode.keep, "of the best searches whose gates are then relocated")
      .range(1, 1000);
  table.add("moves", &encode.moves, "relocations of a gate in each of these")
      .range(0, 1e8)
      .flag("--moves");
  table.add("first", &encode.first, "M0: gates to begin with").range(1, 10000);
  table.add("more", &encode.more, "dM: gates that are added at a time").range(1, 10000);
  table.add("sweeps", &encode.sweeps, "N: sweeps after each addition, at most")
      .range(0, 1e6)
      .flag("--sweeps");
  table
      .add(
          "search_every", &encode.search_every,
          "sweeps look at all pairs every so manyth time, else at a gate's present pair and rivals")
      .range(1, 1000);
  table.add("rivals", &encode.rivals, "pairs beside the present one").range(1, 1000);
  table
      .add("polish", &encode.polish,
           "iterations in which all gates are turned together after the sweeps, at most; 0: none")
      .range(0, 1e6);
  table.add("kick", &encode.kick, "size of the random turns that tell searches apart")
      .unit("rad")
      .range(0, 3);
  table
      .add("depth_price", &encode.depth_price,
           "relative |F| that a sweep gives up for a circuit that is one layer less deep")
      .range(0, 1);
  table
      .add("cnot_price", &encode.cnot_price,
           "gates that add less than this to |F|^2 for each of their CX are taken out in the end")
      .range(0, 1);
  table.add("from", &encode.from, "gates.h5 of an earlier run, whose circuit is added to")
      .path()
      .flag("--from");
  table
      .add("shots", &encode.shots,
           "plays the quantum computer: gates are added as identities, tensors estimated by "
           "Hadamard "
           "tests of so many shots each; no polish, no moves; 0: exact")
      .range(0, 1e12)
      .flag("--shots");
  table
      .add("slice", &encode.slice,
           "spread the amplitudes over the ranks (a power of two), for states beyond one machine")
      .flag("--slice");
}

void declare_mps(OptionTable& table, EncodeConfig& encode) {
  table
      .add("mps", &encode.mps,
           "takes the state as a matrix product state, never made dense, and its circuit as well; "
           "so are states of more than 26 qubits without being asked")
      .flag("--mps");
  table
      .add("range", &encode.range,
           "of matrix product states: the largest distance of a gate's qubits on the line")
      .range(1, 8)
      .flag("--range");
  table
      .add("bond", &encode.bond,
           "of matrix product states: the largest bond of both while gates are sought")
      .range(2, 4096);
}

void declare_verbs(Options& options, Config& config) {
  auto& verify = options.table("verify", "Of the verb verify");
  verify.add("circuit", &config.verify.circuit, "the circuit: OpenQASM 2 or 3, or gates.h5")
      .path()
      .positional("CIRCUIT")
      .required();
  verify.add("state", &config.verify.state, "the state that it should prepare")
      .positional("STATE")
      .required();
  verify.add("fidelity", &config.verify.fidelity, "exit code 4 when |F|^2 is less than this")
      .range(0, 1)
      .flag("--fidelity");
  verify
      .add("mps", &config.verify.mps,
           "compares matrix product states; so are states of more than 26 qubits")
      .flag("--mps");
  verify
      .add("bond", &config.verify.bond,
           "of matrix product states: the largest bond of the circuit's")
      .range(2, 4096)
      .flag("--bond");

  auto& decode = options.table("decode", "Of the verb decode");
  decode.add("circuit", &config.decode.circuit, "the circuit: OpenQASM 2 or 3, or gates.h5")
      .path()
      .positional("CIRCUIT")
      .required();
  decode
      .add("like", &config.decode.like,
           "picture that the circuit was made of: size, norm and tiles come from it; empty: only "
           "amplitudes")
      .path()
      .flag("--like");

  auto& dataset = options.table("dataset", "Of the verb dataset");
  dataset
      .add("file", &config.dataset.file,
           "pictures: array [count, height, width] in .npy, .npz or .h5, or [count, 2^n]")
      .path()
      .positional("PICTURES")
      .required();
  dataset.add("name", &config.dataset.dataset,
              "dataset of the HDF5 file or member of the .npz; empty: the only one");
  dataset.add("first", &config.dataset.first, "first picture").range(0, 1e12);
  dataset.add("count", &config.dataset.count, "pictures; 0: all").range(0, 1e12).flag("--count");
}

// "4x4"
std::pair<int, int> grid_size(const std::string& text, int qubits) {
  int rows = 0, columns = 0;
  const char* end = text.data() + text.size();
  const auto first = std::from_chars(text.data(), end, rows);
  if (first.ec == std::errc() && first.ptr != end && *first.ptr == 'x') {
    const auto second = std::from_chars(first.ptr + 1, end, columns);
    if (second.ec == std::errc() && second.ptr == end && rows > 0 && columns > 0 &&
        rows <= qubits && columns <= qubits && rows * columns == qubits) {
      return {rows, columns};
    }
  }
  throw Error(ErrorKind::kUsage,
              fmt::format("encode.coupling: 'grid:{}' is no grid of {} qubits", text, qubits),
              "as in grid:4x4 for 16 qubits");
}

circuits::GateKind gate_kind(const std::string& kind, bool is_real) {
  using circuits::GateKind;
  if (kind == "auto") return is_real ? GateKind::kReal : GateKind::kComplex;
  if (kind == "complex") return GateKind::kComplex;
  if (!is_real) {
    throw Error(ErrorKind::kUsage, fmt::format("encode.kind: {} gates for a complex state", kind),
                "complex states take complex gates: --kind complex");
  }
  return kind == "real" ? GateKind::kReal : GateKind::kRotation;
}

std::vector<circuits::Insertion> rules_of(const std::string& insertion) {
  using circuits::Insertion;
  if (insertion == "best") return {Insertion::kBest};
  if (insertion == "density") return {Insertion::kDensity};
  if (insertion == "entropy") return {Insertion::kEntropy};
  if (insertion == "identity") return {Insertion::kIdentity};
  if (insertion == "chain") return {Insertion::kChain};
  return {Insertion::kBest, Insertion::kEntropy, Insertion::kDensity, Insertion::kChain};
}

}  // namespace

void declare(Options& options, Config& config) {
  declare(options.table("state", "The state and how it becomes amplitudes"), config.state);
  auto& encode = options.table("encode", "The search for a circuit (AQCE, arXiv:2112.14524)");
  declare_goal(encode, config.encode);
  declare_search(encode, config.encode);
  declare_mps(encode, config.encode);
  auto& compile = options.table("compile", "Elementary gates");
  compile
      .add("basis", &config.compile.basis,
           "two-qubit gate of the emitted circuits: cx, cz (with rz ry x), ecr (with rz sx x), rxx")
      .choices({"cx", "cz", "ecr", "rxx"})
      .flag("--basis");
  options.table("gates", "Of the verb compile")
      .add("file", &config.compile.gates, "dense gates, gates.h5 of encode")
      .path()
      .positional("GATES.h5")
      .required();
  auto& noise = options.table("noise", "Errors of a device, for the best number of gates");
  noise.add("cnot_error", &config.noise.cnot_error, "of a CX").range(0, 1).flag("--gate-error");
  noise.add("one_qubit_error", &config.noise.one_qubit_error, "of a one-qubit gate").range(0, 1);
  declare_verbs(options, config);
}

PictureCoding picture_coding(const StateConfig& state) {
  return {.ordering = ordering_named(state.ordering),
          .pad = state.pad,
          .segments = parse_segments(state.segments)};
}

bool takes_mps(const Config& config) {
  return !config.state.state.empty() &&
         is_mps_target(parse_state(config.state.state), config.encode.mps);
}

std::vector<std::string> state_words(const StateConfig& state) {
  std::vector<std::string> words = {state.state};
  words.insert(words.end(), state.with.begin(), state.with.end());
  return words;
}

std::vector<circuits::Pair> coupling_pairs(const std::string& coupling, int qubits) {
  if (coupling == "all") return circuits::all_pairs(qubits);
  if (coupling == "line") return circuits::line_pairs(qubits);
  if (coupling.starts_with("grid:")) {
    const auto [rows, columns] = grid_size(coupling.substr(5), qubits);
    return circuits::grid_pairs(rows, columns);
  }
  std::ifstream file(coupling);
  if (!file) {
    throw Error(ErrorKind::kInput, fmt::format("encode.coupling: cannot read '{}'", coupling),
                "all, line, grid:ROWSxCOLUMNS, or a file of lines 'i j'");
  }
  std::ostringstream text;
  text << file.rdbuf();
  const auto pairs = circuits::parse_pairs(text.str(), qubits, coupling);
  circuits::check_connected(pairs, qubits, coupling);
  return pairs;
}

circuits::SynthesisOptions synthesis_options(const Config& config, int qubits) {
  circuits::SynthesisOptions options{.basis = circuits::basis_from(config.compile.basis),
                                     .coupling = {}};
  if (config.encode.coupling != "all") {
    options.coupling = coupling_pairs(config.encode.coupling, qubits);
  } else if (takes_mps(config)) {
    // SWAPs that were moved out of the way would tie far ends of the line together.
    options.coupling = circuits::near_pairs(qubits, static_cast<int>(config.encode.range));
  }
  return options;
}

circuits::EncodeOptions encode_options(const EncodeConfig& encode, int qubits, bool is_real,
                                       std::uint64_t seed) {
  circuits::EncodeOptions options;
  const auto kind = gate_kind(encode.kind, is_real);
  options.growth = {.sweep = {.pairs = coupling_pairs(encode.coupling, qubits),
                              .kind = kind,
                              .search_every = static_cast<int>(encode.search_every),
                              .rivals = static_cast<int>(encode.rivals),
                              .depth_price = encode.depth_price},
                    .first = static_cast<int>(encode.first),
                    .more = static_cast<int>(encode.more),
                    .sweeps = static_cast<int>(encode.sweeps),
                    .max_gates = static_cast<int>(encode.gates),
                    .polish_iterations = static_cast<int>(encode.polish),
                    .seed = seed};
  if (encode.fidelity > 0) options.growth.overlap_target = std::sqrt(encode.fidelity);
  options.rules = rules_of(encode.insertion);
  if (encode.coupling != "all" && encode.coupling != "line") {
    // A chain needs the pairs of a line.
    std::erase(options.rules, circuits::Insertion::kChain);
    if (options.rules.empty()) {
      throw Error(ErrorKind::kUsage, "encode.insertion: a chain on a coupling that may have none",
                  "--coupling all or line");
    }
  }
  options.kick = encode.kick;
  options.starts = encode.starts > 0 ? static_cast<int>(encode.starts) : 8;
  options.keep = static_cast<int>(encode.keep);
  options.moves = encode.moves;
  options.max_cnots = static_cast<int>(encode.cnots);
  options.cnot_price = encode.cnot_price;
  options.cnots = [coupling = encode.coupling == "all"
                                  ? std::vector<circuits::Pair>{}
                                  : options.growth.sweep.pairs](const circuits::Circuit& circuit) {
    return circuits::size_of(circuits::synthesise(circuit, {.coupling = coupling})).two_qubit_gates;
  };
  if (!encode.from.empty()) options.from = load_circuit(encode.from);
  if (encode.shots > 0) {
    // What needs exact numbers is not for a quantum computer.
    options.growth.sweep.noise = {.shots = encode.shots, .seed = seed};
    options.growth.polish_iterations = 0;
    options.finish_iterations = 0;
    options.moves = 0;
    options.rules = {circuits::Insertion::kIdentity};
  }
  return options;
}

circuits::MpsEncodeOptions mps_options(const EncodeConfig& encode, bool is_real,
                                       std::uint64_t seed) {
  circuits::MpsEncodeOptions options;
  options.max_gates = static_cast<int>(encode.gates);
  if (encode.fidelity > 0) options.overlap_target = std::sqrt(encode.fidelity);
  options.kind = gate_kind(encode.kind, is_real);
  options.range = encode.coupling == "line" ? 1 : static_cast<int>(encode.range);
  options.sweeps = std::max(1, static_cast<int>(encode.sweeps));
  options.truncation.max_bond = static_cast<int>(encode.bond);
  options.starts = encode.starts > 0 ? static_cast<int>(encode.starts) : 1;
  options.kick = encode.kick;
  options.seed = seed;
  if (!encode.from.empty()) options.from = load_circuit(encode.from);
  return options;
}

void check_mps_options(const Config& config) {
  const EncodeConfig& encode = config.encode;
  const EncodeConfig defaults;
  const auto refuse = [&](bool is_set, const std::string& what) {
    if (!is_set) return;
    throw Error(
        ErrorKind::kUsage,
        fmt::format("{} of {}, a matrix product state: not possible", what, config.state.state),
        "states of at most 26 qubits are taken as amplitudes without --mps");
  };
  refuse(!config.state.with.empty(), "state.with: one circuit for several states");
  refuse(encode.coupling != "all" && encode.coupling != "line",
         fmt::format("encode.coupling '{}'", encode.coupling));
  refuse(encode.cnots > 0, "encode.cnots");
  refuse(encode.cnot_price > 0, "encode.cnot_price");
  refuse(encode.depth_price > 0, "encode.depth_price");
  refuse(encode.shots > 0, "encode.shots");
  refuse(encode.slice, "encode.slice");
  refuse(encode.insertion != defaults.insertion, "encode.insertion");
}

}  // namespace sengen::aqce
