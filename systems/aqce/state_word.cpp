// SPDX-License-Identifier: Apache-2.0
#include "state_word.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <sengen/core/error.hpp>
#include <sengen/core/nearest_name.hpp>

namespace sengen::aqce {

namespace {

using spin_lattice::Model;

constexpr int kMostQubits = 40;     // 16 TiB: whatever memory there is, this is a slip
constexpr int kMostMpsQubits = 63;  // what an index of 64 bits tells apart
constexpr int kMostGates = 1'000'000;
constexpr int kLargestBond = 4096;

enum class Part { kSize, kQubits, kField, kCoupling, kExcitations, kGates, kBond, kSeed };

struct Form {
  const char* name;
  const char* text;
  StateKind kind;
  std::vector<Part> parts;
  Model model = Model::kHeisenberg;
};

const std::vector<Form>& forms() {
  using enum StateKind;
  using enum Part;
  static const std::vector<Form> all = {
      {"heisenberg", "heisenberg:SIZE[:open]", kGround, {kSize}, Model::kHeisenberg},
      {"xy", "xy:SIZE[:open]", kGround, {kSize}, Model::kXy},
      {"tfim", "tfim:SIZE:H[:open]", kGround, {kSize, kField}, Model::kTransverseIsing},
      {"j1j2", "j1j2:SIZE:J2[:open]", kGround, {kSize, kCoupling}, Model::kJ1J2},
      {"ghz", "ghz:N", kGhz, {kQubits}},
      {"w", "w:N", kW, {kQubits}},
      {"dicke", "dicke:N:K", kDicke, {kQubits, kExcitations}},
      {"uniform", "uniform:N", kUniform, {kQubits}},
      {"product", "product:N:SEED", kProduct, {kQubits, kSeed}},
      {"random", "random:N:SEED", kRandom, {kQubits, kSeed}},
      {"random-real", "random-real:N:SEED", kRandomReal, {kQubits, kSeed}},
      {"random-circuit", "random-circuit:N:GATES:SEED", kRandomCircuit, {kQubits, kGates, kSeed}},
      {"random-real-circuit",
       "random-real-circuit:N:GATES:SEED",
       kRandomRealCircuit,
       {kQubits, kGates, kSeed}},
      {"mps", "mps:N:BOND:SEED", kMps, {kQubits, kBond, kSeed}},
      {"mps-real", "mps-real:N:BOND:SEED", kMpsReal, {kQubits, kBond, kSeed}}};
  return all;
}

[[noreturn]] void refuse(const std::string& word, const std::string& what,
                         const std::string& hint = {}) {
  throw Error(ErrorKind::kUsage, fmt::format("state '{}': {}", word, what), hint);
}

std::vector<std::string> split(const std::string& word) {
  std::vector<std::string> parts(1);
  for (const char c : word) {
    if (c == ':') {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  return parts;
}

template <typename T>
bool reads(const std::string& text, T& value) {
  const char* end = text.data() + text.size();
  const auto result = std::from_chars(text.data(), end, value);
  return result.ec == std::errc{} && result.ptr == end;
}

// Reads the numbers of one word into place, with what is wrong said in the words of its form.
class Reader {
 public:
  Reader(const Form& form, StateWord& word) : form_(form), word_(word) {}

  void read(Part part, const std::string& text) {
    switch (part) {
      case Part::kSize: return read_size(text);
      case Part::kQubits: word_.qubits = whole(text, "N", 1, most_qubits()); return;
      case Part::kField: word_.parameter = real(text, "H", 0); return;
      case Part::kCoupling:
        word_.parameter = real(text, "J2", std::numeric_limits<double>::lowest());
        return;
      case Part::kExcitations: word_.count = whole(text, "K", 0, word_.qubits); return;
      case Part::kGates: word_.count = whole(text, "GATES", 0, kMostGates); return;
      case Part::kBond: word_.count = whole(text, "BOND", 1, kLargestBond); return;
      case Part::kSeed:
        if (!reads(text, word_.seed)) {
          refuse(word_.text, fmt::format("SEED is '{}', expected a whole number from 0 on", text),
                 form_.text);
        }
    }
  }

 private:
  int most_qubits() const { return has_mps_form(word_.kind) ? kMostMpsQubits : kMostQubits; }
  int whole(const std::string& text, const char* name, int least, int most) const {
    int value = 0;
    if (!reads(text, value) || value < least || value > most) {
      refuse(
          word_.text,
          fmt::format("{} is '{}', expected a whole number from {} to {}", name, text, least, most),
          form_.text);
    }
    return value;
  }
  double real(const std::string& text, const char* name, double least) const {
    double value = 0;
    if (!reads(text, value) || !std::isfinite(value) || value < least) {
      refuse(word_.text,
             fmt::format("{} is '{}', expected a number{}", name, text,
                         least == 0 ? " from 0 on" : ""),
             form_.text);
    }
    return value;
  }
  // 16, or ROWSxCOLUMNS. A line of sites is a chain, whichever way it is written.
  void read_size(const std::string& text) {
    const std::size_t cross = text.find('x');
    int rows = 1;
    int columns = 0;
    const bool right = cross == std::string::npos ? reads(text, columns)
                                                  : reads(text.substr(0, cross), rows) &&
                                                        reads(text.substr(cross + 1), columns);
    const std::int64_t sites = std::int64_t{rows} * columns;
    if (!right || rows < 1 || columns < 1 || sites < 2 || sites > kMostQubits) {
      refuse(word_.text,
             fmt::format("SIZE is '{}', expected a number of spins from 2 to {} or "
                         "ROWSxCOLUMNS",
                         text, kMostQubits),
             form_.text);
    }
    if (columns == 1) std::swap(rows, columns);
    word_.lattice.rows = rows;
    word_.lattice.columns = columns;
    word_.qubits = static_cast<int>(sites);
  }

  const Form& form_;
  StateWord& word_;
};

// PATH.ENDING, or PATH.ENDING:NAME where the kind of file has names.
bool read_file(const std::string& text, StateWord& word) {
  for (const char* ending : {".npz", ".h5", ".hdf5"}) {
    const std::size_t colon = text.find(std::string(ending) + ":");
    if (colon == std::string::npos && !text.ends_with(ending)) continue;
    const std::size_t length =
        colon == std::string::npos ? text.size() : colon + std::string(ending).size();
    word.file = text.substr(0, length);
    if (colon != std::string::npos) word.dataset = text.substr(length + 1);
    if (colon != std::string::npos && word.dataset.empty()) {
      refuse(text, "no name behind the colon", fmt::format("{}:NAME", word.file.string()));
    }
    return true;
  }
  for (const char* ending : {".npy", ".pgm", ".ppm", ".png"}) {
    if (!text.ends_with(ending)) continue;
    word.file = text;
    word.kind = std::string(ending) == ".npy" ? StateKind::kArray : StateKind::kPicture;
    return true;
  }
  return false;
}

[[noreturn]] void refuse_name(const std::string& text, const std::string& name) {
  std::vector<std::string> names;
  for (const Form& form : forms()) names.emplace_back(form.name);
  const std::string nearest = nearest_name(name, names);
  std::string hint = nearest.empty() ? "" : fmt::format("did you mean '{}'? ", nearest);
  if (nearest.empty() && text.find_first_of("./") != std::string::npos) {
    hint += "files end in .npy, .npz, .h5, .pgm, .ppm or .png; ";
  }
  refuse(text, "neither a state's name nor a file", hint + "it is one of:\n" + state_forms());
}

}  // namespace

bool has_mps_form(StateKind kind) {
  using enum StateKind;
  return kind == kMps || kind == kMpsReal || kind == kGhz || kind == kW || kind == kProduct;
}

std::string state_forms() {
  std::vector<std::string> lines = {"PATH.npy", "PATH.npz[:NAME]", "PATH.h5[:/DATASET]",
                                    "PATH.pgm, PATH.ppm, PATH.png"};
  for (const Form& form : forms()) lines.emplace_back(form.text);
  lines.emplace_back("SIZE: a number of spins, or ROWSxCOLUMNS");
  return fmt::format("{}", fmt::join(lines, "\n"));
}

StateWord parse_state(const std::string& text) {
  StateWord word;
  word.text = text;
  if (read_file(text, word)) return word;
  std::vector<std::string> parts = split(text);
  const auto form = std::find_if(forms().begin(), forms().end(),
                                 [&](const Form& known) { return known.name == parts.front(); });
  if (form == forms().end()) refuse_name(text, parts.front());
  word.kind = form->kind;
  word.model = form->model;
  if (word.kind == StateKind::kGround && parts.back() == "open") {
    word.lattice.periodic = false;
    parts.pop_back();
  }
  if (parts.size() != form->parts.size() + 1) {
    refuse(text,
           fmt::format("{} numbers behind the name, expected {}", parts.size() - 1,
                       form->parts.size()),
           form->text);
  }
  Reader reader(*form, word);
  for (std::size_t i = 0; i < form->parts.size(); ++i) reader.read(form->parts[i], parts[i + 1]);
  return word;
}

}  // namespace sengen::aqce
