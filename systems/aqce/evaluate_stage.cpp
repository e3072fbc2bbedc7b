// SPDX-License-Identifier: Apache-2.0
// The stage evaluate: what a circuit's state is worth in its own field: the decoded picture beside
// the flat one and the largest Haar coefficients, the energy of a ground state.
#include <cmath>

#include <fmt/format.h>

#include <sengen/circuits/elementary.hpp>
#include <sengen/core/error.hpp>
#include <sengen/io/atomic_file.hpp>
#include <sengen/io/hdf5.hpp>
#include <sengen/io/picture.hpp>
#include <sengen/statistics/image_measures.hpp>

#include "circuit_file.hpp"
#include "stages.hpp"

namespace sengen::aqce {

namespace {

constexpr std::int64_t kSmallestForSimilarity = 11;  // SSIM's window

// The mean of a measure over the colours of pictures [height][width][channels].
double structural_mean(const std::vector<double>& picture, const std::vector<double>& reference,
                       const PictureLayout& layout) {
  double sum = 0;
  const auto pixels = static_cast<std::size_t>(layout.width * layout.height);
  const auto channels = static_cast<std::size_t>(layout.channels);
  std::vector<double> a(pixels), b(pixels);
  for (std::size_t channel = 0; channel < channels; ++channel) {
    for (std::size_t i = 0; i < pixels; ++i) {
      a[i] = picture[i * channels + channel];
      b[i] = reference[i * channels + channel];
    }
    sum += statistics::structural_similarity(a, b, layout.width, layout.height, layout.peak);
  }
  return sum / layout.channels;
}

void add_measures(const std::string& prefix, const std::string& source,
                  const std::vector<double>& picture, const std::vector<double>& reference,
                  const PictureLayout& layout, study::Context& context) {
  context.metric(prefix + "psnr",
                 {.value = statistics::peak_signal_to_noise(picture, reference, layout.peak),
                  .unit = "dB",
                  .source = source});
  if (std::min(layout.width, layout.height) < kSmallestForSimilarity) return;
  context.metric(prefix + "ssim",
                 {.value = structural_mean(picture, reference, layout), .source = source});
}

// Angles of the circuits: six of an orthogonal gate, fifteen of a complex one.
std::int64_t parameters_of(const std::vector<EncodedState>& states, bool is_real) {
  std::int64_t gates = 0;
  for (const EncodedState& state : states) {
    gates += static_cast<std::int64_t>(state.circuit.gates.size());
  }
  return gates * (is_real ? 6 : 15);
}

void evaluate_picture(const Problem& problem, EncodedPicture picture,
                      const std::vector<EncodedState>& states, bool is_real,
                      study::Context& context) {
  for (std::size_t k = 0; k < picture.tiles.size(); ++k) {
    auto& amplitudes = picture.tiles[k].amplitudes;
    amplitudes = decoded_amplitudes(circuits::state_of(states[k].circuit), amplitudes);
  }
  const io::PixelMap original = io::read_picture(problem.target.word.file);
  const std::vector<double> reference = pixel_values(original);
  const std::vector<double> decoded = decode_picture(picture);
  const std::int64_t count = parameters_of(states, is_real);
  const std::vector<double> haar = largest_haar_coefficients(original, count);
  const std::vector<double> flat = flat_picture(original);
  add_measures("", "of the decoded picture", decoded, reference, picture.layout, context);
  add_measures("flat_", "of the flat picture: no gate at all", flat, reference, picture.layout,
               context);
  add_measures("haar_",
               fmt::format("of the {} largest Haar coefficients: as many numbers as the circuits "
                           "have angles",
                           count),
               haar, reference, picture.layout, context);
  if (!context.comm().is_root()) return;
  io::write_png(context.file(kDecodedFile), to_picture(decoded, picture.layout));
  io::AtomicFile target(context.file(kComparisonFile));
  io::Hdf5File file = io::Hdf5File::create(target);
  const io::Shape shape = {picture.layout.height, picture.layout.width, picture.layout.channels};
  file.write("/original", shape, reference.data());
  file.write("/decoded", shape, decoded.data());
  file.write("/haar", shape, haar.data());
  file.write("/flat", shape, flat.data());
  file.close();
  target.commit();
}

void evaluate_energy(const Problem& problem, double exact, const EncodedState& state,
                     study::Context& context) {
  const double energy = energy_of_state(problem.target.word, circuits::state_of(state.circuit));
  context.metric("energy", {.value = energy, .source = "<H> of the circuit's state"});
  context.metric("ground_energy", {.value = exact, .source = "Lanczos"});
  context.metric("energy_error", {.value = (energy - exact) / std::abs(exact),
                                  .source = "of the circuit's state, relative"});
  if (!problem.target.is_unique) {
    context.log().warn("{} has several ground states: the one that was encoded depends on a seed",
                       problem.target.word.text);
  }
}

}  // namespace

void evaluate_circuits(const Config& config, study::Context& context) {
  const bool is_ground = parse_state(config.state.state).kind == StateKind::kGround;
  if (!is_picture(config.state) && !is_ground) return;
  const Problem problem = load_problem(config.state);
  const auto states = load_circuits(context.file(kGatesFile));
  const bool is_real = problem.states[0].is_real && config.encode.kind != "complex";
  const Target& target = problem.target;
  if (target.picture) evaluate_picture(problem, *target.picture, states, is_real, context);
  if (target.ground_energy) evaluate_energy(problem, *target.ground_energy, states[0], context);
}

}  // namespace sengen::aqce
