// SPDX-License-Identifier: Apache-2.0
// Optimisers against PyTorch's in float64 (tests/data/optimisers.safetensors).
#include <gtest/gtest.h>
#include <torch/types.h>

#include <sengen/train/optimiser.hpp>
#include <sengen/train/schedule.hpp>

#include "reference_tensors.hpp"

namespace sengen {
namespace {

constexpr double kTolerance = 1e-12;

const ReferenceFile& optimisers() {
  static const ReferenceFile file("optimisers.safetensors");
  return file;
}

train::OptimiserOptions options_of(const std::string& name) {
  const auto json = optimisers().description(name);
  train::OptimiserOptions options;
  options.kind = name.starts_with("sgd") ? train::OptimiserKind::kSgd : train::OptimiserKind::kAdam;
  options.epsilon = json.value("eps", 1e-8);
  options.momentum = json.value("momentum", 0.0);
  options.nesterov = json.value("nesterov", false);
  options.weight_decay = json.value("decoupled_decay", 0.0);
  return options;
}

TEST(Optimisers, FollowPyTorchStepByStep) {
  const at::Tensor matrix = optimisers().tensor("problem.matrix");
  const at::Tensor centre = optimisers().tensor("problem.centre");
  const at::Tensor noise = optimisers().tensor("problem.noise");
  for (const char* name :
       {"adam", "adam_eps1e-7", "adamw", "adamw_eps1e-7", "sgd", "sgd_momentum", "sgd_nesterov"}) {
    const at::Tensor p = optimisers().tensor("problem.start").requires_grad_();
    const train::FlatParameters parameters({{"p", p}});
    train::Optimiser optimiser(parameters, options_of(name));
    const at::Tensor expected = optimisers().tensor(std::string(name) + ".parameters");
    const double rate = optimisers().description(name)["rate"];
    for (std::int64_t step = 0; step < noise.size(0); ++step) {
      parameters.gradients().copy_(at::mv(matrix, parameters.values() - centre) + noise[step]);
      optimiser.step(rate);
      EXPECT_LT(distance(parameters.values(), expected[step]), kTolerance) << name << " " << step;
    }
  }
}

TEST(Optimisers, ScheduleIsACosineWithWarmUp) {
  for (const char* name : {"cosine", "cosine_no_warmup"}) {
    const auto json = optimisers().description(name);
    const train::Schedule schedule{train::ScheduleKind::kCosine, json["peak"], json["final"],
                                   json["warmup"], json["updates"]};
    const at::Tensor rates = optimisers().tensor(std::string(name) + ".rates");
    for (std::int64_t update = 0; update < rates.size(0); ++update) {
      EXPECT_NEAR(schedule.at(update), rates[update].item<double>(), 1e-15)
          << name << " " << update;
    }
  }
}

}  // namespace
}  // namespace sengen
