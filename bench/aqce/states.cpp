// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <functional>

#include <fmt/format.h>
#include <sys/resource.h>

#include <sengen/circuits/mps_encoder.hpp>
#include <sengen/circuits/mps_states.hpp>
#include <sengen/circuits/synthesis.hpp>
#include <sengen/core/parallel_for.hpp>
#include <sengen/core/random.hpp>
#include <sengen/core/stop.hpp>
#include <sengen/io/picture.hpp>
#include <sengen/statistics/image_measures.hpp>

#include <systems/aqce/target_state.hpp>

#include "cases.hpp"

namespace sengen::bench {

namespace {

double missing(const circuits::EncodeResult& result) { return 1 - result.overlap * result.overlap; }

// body(0) .. body(count - 1), each on a thread.
std::vector<double> side_by_side(std::size_t count,
                                 const std::function<double(std::size_t)>& body) {
  std::vector<double> values(count);
  std::atomic<std::size_t> next{0};
  parallel_for(0, threads(), [&](std::ptrdiff_t, std::ptrdiff_t) {
    for (std::size_t i = next++; i < count && !stop_requested(); i = next++) values[i] = body(i);
  });
  return values;
}

void add_mean_and_worst(const std::string& name, const std::vector<double>& values, double bound,
                        Results& results) {
  double sum = 0;
  for (const double value : values) sum += value;
  const double mean = sum / static_cast<double>(values.size());
  const double worst = *std::max_element(values.begin(), values.end());
  fmt::print("{:<28} mean {:.4f} worst {:.4f} (to reach: {})\n", name, mean, worst, bound);
  results.add(name, {.value = mean,
                     .reference = {{0, bound}},
                     .source = fmt::format("1 - |F|^2, mean of {}", values.size())});
  results.add(name + "_worst", {.value = worst, .source = "1 - |F|^2"});
}

int cnots_of(const circuits::Circuit& circuit) {
  return size_of(circuits::synthesise(circuit)).two_qubit_gates;
}

}  // namespace

void aqer_setting(const Setting& setting, Results& results) {
  constexpr int kGates = 80;
  for (const char* word : {"tfim:10:1", "tfim:10:1:open"}) {
    const double value = missing(search(target_of(std::string(word)), kGates, setting));
    const std::string name = std::string("aqer_tfim_") + (word[9] == ':' ? "open" : "periodic");
    fmt::print("{:<28} {:.3e} (to reach: 0.003)\n", name, value);
    results.add(name, {.value = value, .reference = {{0, 0.003}}, .source = "1 - |F|^2"});
  }
  const auto random = side_by_side(10, [&](std::size_t seed) {
    const auto word = fmt::format("random-circuit:10:40:{}", seed + 1);
    return missing(search(target_of(word), kGates, setting));
  });
  add_mean_and_worst("aqer_random_circuits", random, 0.067, results);
  const auto tiles = picture_tiles(setting.data / "images/camera_256.pgm", 8);
  const auto of_tiles = side_by_side(
      tiles.size(), [&](std::size_t k) { return missing(search(tiles[k], kGates, setting)); });
  add_mean_and_worst("aqer_camera_tiles", of_tiles, 0.034, results);
}

void camera(const Setting& setting, Results& results) {
  const auto path = setting.data / "images/camera_256.pgm";
  const io::PixelMap original = io::read_picture(path);
  const auto reference = aqce::pixel_values(original);
  for (const int tiles : {1, 4}) {
    const auto targets = picture_tiles(path, tiles);
    auto picture = aqce::encode_picture(original, {.segments = {tiles, tiles}}, path.string());
    const auto exact = picture;
    for (const int gates : {24, 48, 72}) {
      std::vector<double> fidelities = side_by_side(targets.size(), [&](std::size_t k) {
        const auto result = search(targets[k], gates, setting);
        picture.tiles[k].amplitudes = aqce::decoded_amplitudes(
            circuits::prepare(result.circuit, true).amplitudes(), exact.tiles[k].amplitudes);
        return result.overlap * result.overlap;
      });
      double mean = 0;
      for (const double f : fidelities) mean += f / static_cast<double>(fidelities.size());
      const auto decoded = aqce::decode_picture(picture);
      const double psnr = statistics::peak_signal_to_noise(decoded, reference, 255);
      const double ssim = statistics::structural_similarity(decoded, reference, original.width,
                                                            original.height, 255);
      const std::string name = fmt::format("camera_{}_tiles_{}_gates", tiles * tiles, gates);
      fmt::print("{:<28} |F|^2 {:.6f} PSNR {:.2f} dB SSIM {:.4f}\n", name, mean, psnr, ssim);
      std::fflush(stdout);
      results.add(name + "_fidelity", {.value = mean, .source = "|F|^2, mean over tiles"});
      results.add(name + "_psnr", {.value = psnr, .unit = "dB"});
      results.add(name + "_ssim", {.value = ssim});
    }
  }
}

void known_circuits(const Setting& setting, Results& results) {
  constexpr std::size_t kDraws = 50;
  const Random random(17);
  const auto found = side_by_side(kDraws, [&](std::size_t draw) {
    const auto qubits = 6 + random.below(5, 2 * draw);
    const auto gates = 1 + random.below(12, 2 * draw + 1);
    const auto word = fmt::format("random-circuit:{}:{}:{}", qubits, gates, draw + 1);
    const auto result = search(target_of(word), static_cast<int>(gates) + 2, setting, 1 - 1e-9);
    const bool good = missing(result) < 1e-8;
    fmt::print("  {:<28} {} gates, 1-|F|^2 {:.1e}\n", word, result.circuit.gates.size(),
               missing(result));
    std::fflush(stdout);
    return good ? 1.0 : 0.0;
  });
  double share = 0;
  for (const double one : found) share += one / kDraws;
  fmt::print("{:<28} {:.2f} (to reach: 0.8)\n", "known_circuits_found", share);
  results.add("known_circuits_found",
              {.value = share,
               .reference = {{0.8, 1}},
               .source = "of 50 states made by M = 1..12 random gates on 6..10 qubits, 1 - |F|^2 < "
                         "1e-8 with at most M + 2 gates"});
}

void exact_states(const Setting& setting, Results& results) {
  for (const char* word :
       {"product:8:1", "ghz:8", "ghz:10", "w:8", "w:10", "mps-real:8:2:1", "mps:8:2:1"}) {
    const auto result = search(target_of(std::string(word)), 24, setting, 1 - 1e-10);
    fmt::print("{:<28} {} gates, {} CX, 1-|F|^2 {:.1e}\n", word, result.circuit.gates.size(),
               cnots_of(result.circuit), missing(result));
    results.add(std::string("cnots_") + word,
                {.value = static_cast<double>(cnots_of(result.circuit)),
                 .source = fmt::format("1 - |F|^2 = {:.1e}", missing(result))});
  }
}

void large_mps(const Setting& /*setting*/, Results& results) {
  const auto target = circuits::random_mps(40, 8, 1, false);
  const auto begin = std::chrono::steady_clock::now();
  const auto found = circuits::encode_mps(target, {.max_gates = 390}, stop_requested);
  const std::chrono::duration<double> time = std::chrono::steady_clock::now() - begin;
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const double process = static_cast<double>(usage.ru_maxrss) / 1024 / 1024;
  fmt::print("mps:40:8:1 {} gates: |F|^2 {:.4f}, {:.0f} s, process at most {:.3f} GiB\n",
             found.circuit.gates.size(), found.overlap * found.overlap, time.count(), process);
  results.add("mps_fidelity", {.value = found.overlap * found.overlap,
                               .source = "|F|^2, n = 40, random bond 8, 390 gates"});
  results.add("mps_seconds", {.value = time.count(), .unit = "s", .reference = {{0, 120}}});
  results.add("mps_memory", {.value = process,
                             .unit = "GiB",
                             .reference = {{0, 1}},
                             .source = "most that the process of the bench took"});
}

}  // namespace sengen::bench
