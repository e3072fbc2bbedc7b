// SPDX-License-Identifier: Apache-2.0
#include "target_state.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstddef>
#include <utility>

#include <fmt/format.h>

#include <sengen/core/error.hpp>
#include <sengen/io/picture.hpp>

#include "state_array.hpp"
#include "state_generators.hpp"
#include "state_memory.hpp"

namespace sengen::aqce {

namespace {

using Complex = std::complex<double>;

constexpr double kRealTolerance = 1e-14;
constexpr double kOrthogonalTolerance = 1e-8;
constexpr int kMostUniqueSites = 16;  // a second search of these takes seconds at most

[[noreturn]] void refuse(const std::string& name, const std::string& what,
                         const std::string& hint = {}) {
  throw Error(ErrorKind::kInput, fmt::format("{}: {}", name, what), hint);
}

double largest_of(const std::string& name, const std::vector<Complex>& values) {
  double largest = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (!std::isfinite(values[i].real()) || !std::isfinite(values[i].imag())) {
      refuse(name, fmt::format("value {} is {}, expected finite numbers", i,
                               std::isnan(std::abs(values[i])) ? "not a number" : "infinite"));
    }
    largest = std::max({largest, std::abs(values[i].real()), std::abs(values[i].imag())});
  }
  return largest;
}

void fit_length(const std::string& name, std::vector<Complex>& values, bool pad) {
  const std::size_t fitting = std::max<std::size_t>(4, std::bit_ceil(values.size()));
  if (values.size() == fitting) return;
  if (pad && !values.empty()) {
    values.resize(fitting);
    return;
  }
  if (std::has_single_bit(values.size())) {
    refuse(name, fmt::format("{} values, expected at least 4 (two qubits)", values.size()));
  }
  refuse(name, fmt::format("{} values are no power of two", values.size()),
         values.empty() ? "" : fmt::format("--pad adds zeros up to {}", fitting));
}

// Turns a state that is real up to a phase; says whether it is real now.
bool make_real(std::vector<Complex>& state) {
  const auto is_exact = [](const Complex& value) { return value.imag() == 0; };
  if (std::all_of(state.begin(), state.end(), is_exact)) return true;
  const Complex largest = *std::max_element(
      state.begin(), state.end(),
      [](const Complex& a, const Complex& b) { return std::norm(a) < std::norm(b); });
  const Complex turn = std::conj(largest) / std::abs(largest);
  const auto is_turned = [&](const Complex& value) {
    return std::abs((value * turn).imag()) < kRealTolerance;
  };
  if (!std::all_of(state.begin(), state.end(), is_turned)) return false;
  for (Complex& value : state) value = (value * turn).real();
  return true;
}

std::string tile_name(const std::string& name, const EncodedTile& tile,
                      const PictureLayout& layout) {
  const Segments& segments = layout.coding.segments;
  std::string where;
  if (layout.channels == 3)
    where = tile.channel == 0 ? "red" : tile.channel == 1 ? "green" : "blue";
  if (segments.rows * segments.columns > 1) {
    where += fmt::format("{}{},{}", where.empty() ? "" : " ", tile.row, tile.column);
  }
  return where.empty() ? name : fmt::format("{}[{}]", name, where);
}

Target load_picture(const StateWord& word, const PictureCoding& coding) {
  Target target;
  const std::string source = word.file.string();
  target.picture = encode_picture(io::read_picture(word.file), coding, source);
  const PictureLayout& layout = target.picture->layout;
  if (layout.tile_width * layout.tile_height < 4) {
    refuse(source,
           fmt::format("tiles of {} x {} pixels, expected at least 4 pixels (two qubits)",
                       layout.tile_height, layout.tile_width),
           "ask for fewer segments");
  }
  for (const EncodedTile& tile : target.picture->tiles) {
    TargetState state;
    state.name = tile_name(word.text, tile, layout);
    state.qubits = std::countr_zero(tile.amplitudes.size());
    state.is_real = true;
    state.norm = tile.norm;
    state.amplitudes.assign(tile.amplitudes.begin(), tile.amplitudes.end());
    target.states.push_back(std::move(state));
  }
  return target;
}

Target load_ground(const StateWord& word) {
  Target target;
  const auto hamiltonian = hamiltonian_of(word);
  const spin_lattice::GroundState found = spin_lattice::ground_state(hamiltonian);
  target.ground_energy = found.energy;
  if (word.qubits <= kMostUniqueSites) target.is_unique = is_unique(hamiltonian, found);
  target.states.push_back(make_state(word.text, {found.state.begin(), found.state.end()}));
  return target;
}

Amplitudes make_amplitudes(const StateWord& word) {
  switch (word.kind) {
    case StateKind::kArray: return read_array(word);
    case StateKind::kGhz: return ghz_state(word.qubits);
    case StateKind::kW: return dicke_state(word.qubits, 1);
    case StateKind::kDicke: return dicke_state(word.qubits, word.count);
    case StateKind::kUniform: return uniform_state(word.qubits);
    case StateKind::kProduct: return product_state(word.qubits, word.seed);
    case StateKind::kRandom:
    case StateKind::kRandomReal:
      return random_state(word.qubits, word.seed, word.kind == StateKind::kRandomReal);
    case StateKind::kRandomCircuit:
    case StateKind::kRandomRealCircuit:
      return random_circuit_state(word.qubits, word.count, word.seed,
                                  word.kind == StateKind::kRandomRealCircuit);
    case StateKind::kMps:
    case StateKind::kMpsReal:
      return mps_state(word.qubits, word.count, word.seed, word.kind == StateKind::kMpsReal);
    case StateKind::kPicture:
    case StateKind::kGround: break;
  }
  throw Error(ErrorKind::kInternal, fmt::format("'{}' is no state of amplitudes", word.text));
}

void require_qubits(const StateWord& word) {
  if (word.is_file() || word.qubits >= 2) return;
  throw Error(ErrorKind::kUsage, fmt::format("{}: expected at least two qubits", word.text));
}

}  // namespace

TargetState make_state(const std::string& name, std::vector<Complex> values, bool pad) {
  fit_length(name, values, pad);
  const double largest = largest_of(name, values);
  if (largest == 0) refuse(name, "all values are 0: a state of norm 0");
  // Scaled first: squares of very large and very small values leave the range of numbers.
  double sum = 0;
  for (Complex& value : values) {
    value /= largest;
    sum += std::norm(value);
  }
  for (Complex& value : values) value /= std::sqrt(sum);
  TargetState state;
  state.name = name;
  state.qubits = std::countr_zero(values.size());
  state.norm = largest * std::sqrt(sum);
  state.is_real = make_real(values);
  state.amplitudes = std::move(values);
  return state;
}

void check_state(const StateWord& word, const PictureCoding& coding) {
  require_qubits(word);
  require_memory(word);
  if (word.is_file()) load_target(word, coding);
}

Target load_target(const StateWord& word, const PictureCoding& coding) {
  require_qubits(word);
  require_memory(word);
  Target target;
  if (word.kind == StateKind::kPicture) {
    target = load_picture(word, coding);
  } else if (word.kind == StateKind::kGround) {
    target = load_ground(word);
  } else {
    const bool pad = word.kind == StateKind::kArray && coding.pad;
    target.states.push_back(make_state(word.text, make_amplitudes(word), pad));
  }
  target.word = word;
  return target;
}

std::vector<TargetState> load_subspace(const std::vector<std::string>& words,
                                       const PictureCoding& coding) {
  std::vector<TargetState> states;
  for (const std::string& word : words) {
    for (TargetState& state : load_target(parse_state(word), coding).states) {
      states.push_back(std::move(state));
    }
  }
  for (std::size_t a = 0; a < states.size(); ++a) {
    for (std::size_t b = 0; b < a; ++b) {
      if (states[a].qubits != states[b].qubits) {
        refuse(states[a].name, fmt::format("{} qubits beside {} of {}: states of one circuit are "
                                           "of one size",
                                           states[a].qubits, states[b].qubits, states[b].name));
      }
      Complex product = 0;
      for (std::size_t i = 0; i < states[a].amplitudes.size(); ++i) {
        product += std::conj(states[b].amplitudes[i]) * states[a].amplitudes[i];
      }
      if (std::abs(product) > kOrthogonalTolerance) {
        refuse(states[a].name, fmt::format("its overlap with {} is {:.2g}: one circuit prepares "
                                           "orthogonal states only",
                                           states[b].name, std::abs(product)));
      }
    }
  }
  return states;
}

spin_lattice::Hamiltonian hamiltonian_of(const StateWord& word) {
  if (word.kind != StateKind::kGround) {
    throw Error(ErrorKind::kInternal, fmt::format("'{}' is no ground state", word.text));
  }
  return spin_lattice::make_hamiltonian(word.model, word.lattice, word.parameter);
}

double energy_of_state(const StateWord& word, const std::vector<Complex>& psi) {
  double norm = 0;
  for (const Complex& amplitude : psi) norm += std::norm(amplitude);
  return spin_lattice::energy(hamiltonian_of(word), std::span<const Complex>(psi)) / norm;
}

int qubits_of(const StateWord& word, const PictureCoding& coding) {
  if (!word.is_file()) return word.qubits;
  if (word.kind == StateKind::kArray) {
    return static_cast<int>(std::bit_width(static_cast<std::uint64_t>(array_items(word)) - 1));
  }
  const auto picture = encode_picture(io::read_picture(word.file), coding, word.text);
  return std::countr_zero(picture.tiles.front().amplitudes.size());
}

}  // namespace sengen::aqce
