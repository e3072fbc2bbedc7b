// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include <sengen/circuits/coupling.hpp>
#include <sengen/circuits/synthesis.hpp>
#include <sengen/core/stop.hpp>
#include <sengen/io/picture.hpp>

#include <systems/aqce/target_state.hpp>

#include "cases.hpp"

namespace sengen::bench {

circuits::Targets target_of(const std::string& word) {
  const aqce::Target target = aqce::load_target(aqce::parse_state(word));
  circuits::Targets targets;
  targets.states.emplace_back(target.states[0].amplitudes, target.states[0].is_real);
  return targets;
}

circuits::Targets target_of(const std::vector<double>& values) {
  double square = 0;
  for (const double value : values) square += value * value;
  std::vector<circuits::Complex> amplitudes;
  for (const double value : values) amplitudes.emplace_back(value / std::sqrt(square));
  circuits::Targets targets;
  targets.states.emplace_back(amplitudes, true);
  return targets;
}

std::vector<circuits::Targets> picture_tiles(const std::filesystem::path& picture, int tiles) {
  const auto encoded = aqce::encode_picture(io::read_picture(picture), {.segments = {tiles, tiles}},
                                            picture.string());
  std::vector<circuits::Targets> targets;
  for (const auto& tile : encoded.tiles) targets.push_back(target_of(tile.amplitudes));
  return targets;
}

circuits::EncodeResult search(const circuits::Targets& targets, int gates, const Setting& setting,
                              double fidelity, const std::optional<circuits::Circuit>& from) {
  using circuits::GateKind;
  circuits::EncodeOptions options;
  options.growth.sweep.pairs = circuits::all_pairs(targets.qubits());
  options.growth.sweep.kind = targets.is_real() ? GateKind::kReal : GateKind::kComplex;
  options.growth.max_gates = gates;
  options.growth.overlap_target = std::sqrt(fidelity);
  options.starts = from ? 1 : static_cast<int>(setting.starts);
  options.moves = setting.moves;
  options.from = from;
  if (from) options.rules = {circuits::Insertion::kBest};
  circuits::EncodeStore store;
  return circuits::encode(targets, options, parallel::Communicator::self(), store, {},
                          [] { return stop_requested(); });
}

}  // namespace sengen::bench
