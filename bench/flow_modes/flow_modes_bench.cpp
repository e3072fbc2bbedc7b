// SPDX-License-Identifier: Apache-2.0
// Speed of a training step of the two-mode MD-CNN-AE, beside PyTorch on the same cores with the
// same network, batch, loss and optimiser:
//   bench_flow_modes [--grid 384x192|96x48] [--threads 2] [--seconds 20] [--python PYTHON]
//     [-o FILE]
// A step is forward, mean squared error, backward and Adam on a batch that lies ready in memory, in
// float. The peer is bench/flow_modes/pytorch_training.py, run by PYTHON (default: what the
// variable SENGEN_BENCH_PYTHON says), once with PyTorch's defaults and once with the fastest of its
// known settings; our step is measured before and after each, and the best of each side counts.
// Counted operations: two for every multiply-add of the convolutions as written, doubled images
// included; the limit is a product of 2048 x 2048 matrices by LibTorch in the same run.
#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <memory>
#include <numbers>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <torch/types.h>
#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <sengen/core/error.hpp>
#include <sengen/core/parallel_for.hpp>
#include <sengen/nn/loss.hpp>
#include <sengen/parallel/communicator.hpp>
#include <sengen/tensor/runtime.hpp>
#include <sengen/train/updater.hpp>

#include "../results.hpp"
#include "systems/flow_modes/learning/autoencoder.hpp"

namespace {

using namespace sengen;
using namespace sengen::flow_modes;

struct Options {
  std::string grid = "384x192";
  int threads = available_cpus();
  double seconds = 20;
  std::string python;
  std::string output;

  bool is_published() const { return grid == "384x192"; }
  std::int64_t batch() const { return is_published() ? 100 : 16; }
  AutoencoderShape shape() const {
    AutoencoderShape shape;
    shape.size = is_published() ? nn::ImageSize{192, 384} : nn::ImageSize{48, 96};
    shape.encoder = AutoencoderShape::default_encoder(shape.size);
    shape.decoder = is_published() ? AutoencoderShape::mirrored(shape.encoder)
                                   : std::vector<std::int64_t>{4, 8, 16};
    return shape;
  }
};

double seconds_of(const std::function<void()>& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

// A travelling wave with another phase in every sample.
at::Tensor make_batch(const AutoencoderShape& shape, std::int64_t samples) {
  const at::Tensor phase = at::arange(samples).view({-1, 1, 1}) * 2.399;
  const at::Tensor y = at::linspace(-1, 1, shape.size.height).view({1, -1, 1});
  const at::Tensor x = at::linspace(0, 4, shape.size.width).view({1, 1, -1});
  const at::Tensor angle = 1.5 * std::numbers::pi * x - phase;
  return 0.3 * at::stack({angle.sin() * (3 * y).sin(), angle.cos() * (-y * y).exp()}, 1);
}

// Multiply-adds of a sample's step: forward, and backward twice that but for the first layer, whose
// input has no gradient.
double multiply_adds(const AutoencoderShape& shape) {
  const std::vector<nn::ImageSize> sizes = shape.sizes();
  const auto cost = [](nn::ImageSize size, std::int64_t in, std::int64_t out) {
    return 9.0 * static_cast<double>(size.height * size.width * in * out);
  };
  double forward = 0;
  std::int64_t channels = shape.components;
  for (std::size_t level = 0; level < shape.encoder.size(); ++level) {
    forward += cost(sizes[level], channels, shape.encoder[level]);
    channels = shape.encoder[level];
  }
  const double first = cost(sizes[0], shape.components, shape.encoder[0]);
  for (std::size_t level = 0; level < shape.encoder.size(); ++level) {
    const bool last = level + 1 == shape.encoder.size();
    const std::int64_t out = last ? shape.components : shape.decoder[level];
    forward += static_cast<double>(shape.latents) *
               cost(sizes[shape.encoder.size() - 1 - level], channels, out);
    channels = out;
  }
  return 3 * forward - first;
}

// GFLOP/s of a product of large matrices.
double gemm_limit() {
  constexpr std::int64_t kSide = 2048;
  const at::Tensor a = at::ones({kSide, kSide});
  const at::Tensor b = at::ones({kSide, kSide});
  double best = 0;
  for (int repeat = 0; repeat < 5; ++repeat) {
    const double taken = seconds_of([&] { at::mm(a, b); });
    best = std::max(best, 2e-9 * std::pow(static_cast<double>(kSide), 3) / taken);
  }
  return best;
}

class Trainer {
 public:
  explicit Trainer(const Options& options)
      : options_(options),
        network_(options.shape(), nn::Initialiser(1)),
        updater_(nn::tensors_of(network_), {}, parallel::Communicator::self()),
        batch_(nn::to_lanes(make_batch(options.shape(), options.batch()))) {
    weights_ = at::zeros({batch_.size(0) * batch_.size(4)});
    weights_.narrow(0, 0, options.batch()).fill_(1);
  }

  // Steps for about so many seconds; at least three.
  void measure(double seconds) {
    step();
    double spent = 0;
    for (int n = 0; n < 3 || spent < seconds; ++n) {
      const double taken = seconds_of([&] { step(); });
      spent += taken;
      best_ = std::max(best_, static_cast<double>(options_.batch()) / taken);
    }
  }
  // Samples a second of the fastest step of all.
  double best() const { return best_; }

 private:
  void step() {
    updater_.clear();
    const at::Tensor made = network_.decode(network_.encode(batch_), true);
    const double normaliser =
        static_cast<double>(options_.batch() * options_.shape().components *
                            options_.shape().size.height * options_.shape().size.width);
    const at::Tensor loss = nn::weighted_square_error(made, batch_, {}, weights_, normaliser);
    loss.backward();
    updater_.apply(update_++, loss.item<double>());
  }

  Options options_;
  Autoencoder network_;
  train::Updater updater_;
  at::Tensor batch_;
  at::Tensor weights_;
  std::int64_t update_ = 0;
  double best_ = 0;
};

// The last line that the peer prints, as JSON; nothing when it cannot be run.
std::optional<nlohmann::json> run_peer(const Options& options, const std::string& setting) {
  if (options.python.empty()) return std::nullopt;
  const std::string command = fmt::format(
      "'{}' bench/flow_modes/pytorch_training.py --setting {} --grid {} --threads {} "
      "--seconds {}",
      options.python, setting, options.grid, options.threads, options.seconds);
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> pipe(popen(command.c_str(), "r"), pclose);
  if (!pipe) return std::nullopt;
  std::string text;
  std::array<char, 4096> buffer{};
  while (std::fgets(buffer.data(), static_cast<int>(buffer.size()), pipe.get()) != nullptr) {
    text += buffer.data();
  }
  while (!text.empty() && text.back() == '\n') text.pop_back();
  const auto begin = text.rfind('\n');
  const auto json = nlohmann::json::parse(
      begin == std::string::npos ? text : text.substr(begin + 1), nullptr, false);
  if (json.is_object() && json.contains("samples_per_second")) return json;
  return std::nullopt;
}

void compare(const Options& options, bench::Results& results) {
  const double limit = gemm_limit();
  Trainer ours(options);
  ours.measure(options.seconds / 4);
  std::vector<std::pair<std::string, nlohmann::json>> peers;
  for (const char* setting : {"default", "best"}) {
    if (auto json = run_peer(options, setting)) peers.emplace_back(setting, *json);
    ours.measure(options.seconds / 4);
  }
  const double rate = 2e-9 * multiply_adds(options.shape()) * ours.best();
  fmt::print("MD-CNN-AE, two modes, {}, batch {}, float, {} threads\n", options.grid,
             options.batch(), options.threads);
  fmt::print(
      "  ours                {:8.1f} samples/s  {:6.1f} GFLOP/s as written, {:.2f} of GEMM's "
      "{:.0f}\n",
      ours.best(), rate, rate / limit, limit);
  const std::string where = fmt::format("{}, batch {}", options.grid, options.batch());
  // Plain names belong to the published grid.
  const auto add = [&](const std::string& name, study::Metric metric) {
    results.add(options.is_published() ? name : name + "_" + options.grid, std::move(metric));
  };
  add("train_samples_per_second",
      {.value = ours.best(), .unit = "1/s", .source = where + ", fastest step"});
  add("gemm_limit", {.value = limit, .unit = "GFLOP/s", .source = "2048 x 2048 matrices, float"});
  add("train_gemm_share", {.value = rate / limit,
                           .source = "operations of the convolutions as written, over gemm_limit"});
  for (const auto& [setting, json] : peers) {
    const double peer = json["samples_per_second"].get<double>();
    const std::string combination = json.value("combination", setting);
    fmt::print("  PyTorch {:<10}  {:8.1f} samples/s  ours / it {:.2f}  ({})\n", setting, peer,
               ours.best() / peer, combination);
    add("pytorch_" + setting + "_samples_per_second",
        {.value = peer,
         .unit = "1/s",
         .source =
             fmt::format("PyTorch {}, {}, {}", json.value("torch", "?"), combination, where)});
    add("train_speedup_" + setting,
        {.value = ours.best() / peer, .source = "ours over PyTorch's, same run"});
  }
  if (peers.size() < 2) {
    fmt::print("  PyTorch was not measured: --python names one that has torch\n");
  }
  results.finish(options.grid);
}

}  // namespace

int main(int argc, char** argv) {
  const parallel::Environment environment(argc, argv);
  Options options;
  if (const char* python = std::getenv("SENGEN_BENCH_PYTHON")) options.python = python;
  CLI::App app("Speed of a training step beside PyTorch");
  app.add_option("--grid", options.grid, "384x192 (the published one) or 96x48")
      ->check(CLI::IsMember({"384x192", "96x48"}));
  app.add_option("-t,--threads", options.threads, "threads");
  app.add_option("--seconds", options.seconds, "for every measurement");
  app.add_option("--python", options.python, "a Python that has torch");
  app.add_option("-o,--output", options.output, "file for the figures (JSON)");
  CLI11_PARSE(app, argc, argv);
  try {
    set_threads(options.threads);
    tensor::initialise(options.threads);
    bench::Results results("bench flow_modes", options.output, parallel::Communicator::self());
    compare(options, results);
  } catch (const Error& error) {
    fmt::print(stderr, "{}\n", error.what());
    return static_cast<int>(error.kind());
  }
}
