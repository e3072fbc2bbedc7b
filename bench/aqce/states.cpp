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

// The same, eight at a time, kept part by part; empty when stopped.
std::vector<double> in_parts(const std::string& name, const std::string& note, std::size_t count,
                             const Setting& setting, Results& results,
                             const std::function<double(std::size_t)>& body) {
  constexpr std::size_t kPart = 8;
  std::vector<double> all;
  for (std::size_t first = 0; first < count; first += kPart) {
    const std::size_t size = std::min(kPart, count - first);
    const auto values =
        results.part(fmt::format("{}_part{}", name, first / kPart), note, setting.again, [&] {
          const auto part = side_by_side(size, [&](std::size_t i) { return body(first + i); });
          return stop_requested() ? std::vector<double>{} : part;
        });
    if (stop_requested()) return {};
    all.insert(all.end(), values.begin(), values.end());
  }
  return all;
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
  const std::string note = setting.note("1 - |F|^2, 80 gates");
  for (const char* word : {"tfim:10:1", "tfim:10:1:open"}) {
    const std::string name = std::string("aqer_tfim_") + (word[9] == ':' ? "open" : "periodic");
    const auto value = results.part(name, note, setting.again, [&]() -> std::vector<double> {
      const auto found = search(target_of(std::string(word)), kGates, setting);
      return stop_requested() ? std::vector<double>{} : std::vector<double>{missing(found)};
    });
    if (stop_requested()) return;
    fmt::print("{:<28} {:.3e} (to reach: 0.003)\n", name, value[0]);
    results.add(name, {.value = value[0], .reference = {{0, 0.003}}, .source = note});
  }
  const auto random = in_parts("aqer_random", note, 10, setting, results, [&](std::size_t seed) {
    const auto word = fmt::format("random-circuit:10:40:{}", seed + 1);
    return missing(search(target_of(word), kGates, setting));
  });
  if (stop_requested()) return;
  add_mean_and_worst("aqer_random_circuits", random, 0.067, results);
  const auto tiles = picture_tiles(setting.data / "images/camera_256.pgm", 8);
  const auto of_tiles =
      in_parts("aqer_tiles", note, tiles.size(), setting, results,
               [&](std::size_t k) { return missing(search(tiles[k], kGates, setting)); });
  if (stop_requested()) return;
  add_mean_and_worst("aqer_camera_tiles", of_tiles, 0.034, results);
}

namespace {

// |F|^2 (mean over tiles), PSNR and SSIM of a picture by circuits of so many gates.
std::vector<double> encoded_picture(const std::filesystem::path& path, int tiles, int gates,
                                    const Setting& setting) {
  const io::PixelMap original = io::read_picture(path);
  const auto targets = picture_tiles(path, tiles);
  auto picture = aqce::encode_picture(original, {.segments = {tiles, tiles}}, path.string());
  const auto exact = picture;
  const auto fidelities = side_by_side(targets.size(), [&](std::size_t k) {
    const auto result = search(targets[k], gates, setting);
    picture.tiles[k].amplitudes = aqce::decoded_amplitudes(
        circuits::prepare(result.circuit, true).amplitudes(), exact.tiles[k].amplitudes);
    return result.overlap * result.overlap;
  });
  if (stop_requested()) return {};
  double mean = 0;
  for (const double f : fidelities) mean += f / static_cast<double>(fidelities.size());
  const auto reference = aqce::pixel_values(original);
  const auto decoded = aqce::decode_picture(picture);
  return {
      mean, statistics::peak_signal_to_noise(decoded, reference, 255),
      statistics::structural_similarity(decoded, reference, original.width, original.height, 255)};
}

}  // namespace

void camera(const Setting& setting, Results& results) {
  const auto path = setting.data / "images/camera_256.pgm";
  for (const int tiles : {1, 4}) {
    for (const int gates : {24, 48, 72}) {
      const std::string name = fmt::format("camera_{}_tiles_{}_gates", tiles * tiles, gates);
      const auto values =
          results.part(name, setting.note("|F|^2, PSNR (dB), SSIM"), setting.again,
                       [&] { return encoded_picture(path, tiles, gates, setting); });
      if (stop_requested()) return;
      fmt::print("{:<28} |F|^2 {:.6f} PSNR {:.2f} dB SSIM {:.4f}\n", name, values[0], values[1],
                 values[2]);
      std::fflush(stdout);
    }
  }
}

void known_circuits(const Setting& setting, Results& results) {
  constexpr std::size_t kDraws = 50;
  const Random random(17);
  const auto found = in_parts(
      "known_circuits", setting.note("1 - |F|^2 with at most M + 2 gates"), kDraws, setting,
      results, [&](std::size_t draw) {
        const auto qubits = 6 + random.below(5, 2 * draw);
        const auto gates = 1 + random.below(12, 2 * draw + 1);
        const auto word = fmt::format("random-circuit:{}:{}:{}", qubits, gates, draw + 1);
        const auto result = search(target_of(word), static_cast<int>(gates) + 2, setting, 1 - 1e-9);
        fmt::print("  {:<28} {} gates, 1-|F|^2 {:.1e}\n", word, result.circuit.gates.size(),
                   missing(result));
        std::fflush(stdout);
        return missing(result);
      });
  if (stop_requested()) return;
  double share = 0;
  for (const double rest : found) share += rest < 1e-8 ? 1.0 / kDraws : 0;
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
