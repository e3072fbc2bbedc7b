// SPDX-License-Identifier: Apache-2.0
#include "export.hpp"

#include <sstream>

#include <fmt/format.h>
#include <torch/csrc/jit/api/module.h>
#include <torch/csrc/jit/frontend/tracer.h>
#include <torch/types.h>

#include <sengen/io/atomic_file.hpp>

namespace sengen::flow_modes {

namespace {

// Where "encoder.conv.0.weight" belongs: parameters of TorchScript have no dots, so every part of
// the name becomes a module of its own.
void register_parameter(torch::jit::Module& root, const std::string& name,
                        const at::Tensor& tensor) {
  torch::jit::Module owner = root;
  std::string type = "__torch__.sengen";
  std::size_t begin = 0;
  for (std::size_t dot = name.find('.'); dot != std::string::npos; dot = name.find('.', begin)) {
    // Neither a name nor a type may begin with a digit.
    const bool digit = name[begin] >= '0' && name[begin] <= '9';
    const std::string part = fmt::format("{}{}", digit ? "_" : "", name.substr(begin, dot - begin));
    type += "." + part;
    if (!owner.hasattr(part)) owner.register_module(part, torch::jit::Module(type));
    owner = owner.attr(part).toModule();
    begin = dot + 1;
  }
  owner.register_parameter(name.substr(begin), tensor, false);
}

// [y, x], 1 where there is fluid: fields are 0 elsewhere.
at::Tensor fluid_cells(const Model& model) {
  const nn::ImageSize size = model.network.shape().size;
  const at::Tensor fluid = at::ones({size.height, size.width});
  float* cells = fluid.mutable_data_ptr<float>();
  for (std::size_t i = 0; i < model.grid.solid.size(); ++i) {
    if (model.grid.solid[i] != 0) cells[i] = 0;
  }
  return fluid;
}

}  // namespace

void save_traced(const std::filesystem::path& path, const Model& model) {
  const at::TensorOptions options = at::TensorOptions().dtype(at::kFloat).device(at::kCPU);
  Autoencoder network(model.network.shape(), nn::Initialiser(0, options));
  const nn::NamedTensors targets = nn::tensors_of(network);
  const nn::NamedTensors weights = nn::tensors_of(model.network);
  const std::string type = "__torch__.sengen.FlowModes";
  torch::jit::Module module(type);
  for (std::size_t i = 0; i < targets.size(); ++i) {
    const at::NoGradGuard no_gradient;
    targets[i].tensor.copy_(weights[i].tensor);
    register_parameter(module, targets[i].name, targets[i].tensor);
  }
  const at::Tensor mean = model.normalisation.mean.to(options);
  const at::Tensor mode_means = model.mode_means.to(options);
  const at::Tensor fluid = fluid_cells(model);
  module.register_buffer("mean", mean);
  module.register_buffer("fluid", fluid);
  module.register_buffer("mode_means", mode_means);
  const double scale = model.normalisation.scale;

  const auto forward = [&](const at::Tensor& fields) {
    const at::Tensor images = (fields - mean) / scale;
    const at::Tensor latents = network.encode(images);
    const at::Tensor modes = at::stack(network.decode_modes(latents, false), 1);
    const at::Tensor made = modes * fluid;
    return std::tuple(latents, (made - mode_means * fluid) * scale, made.sum(1) * scale + mean);
  };
  const auto& shape = model.network.shape();
  const at::Tensor example =
      at::zeros({2, shape.components, shape.size.height, shape.size.width}, options);
  const auto traced = torch::jit::tracer::trace(
      {example},
      [&](torch::jit::Stack inputs) -> torch::jit::Stack {
        const at::NoGradGuard no_gradient;
        const auto [latents, modes, reconstruction] = forward(inputs.front().toTensor());
        return {c10::ivalue::Tuple::create(latents, modes, reconstruction)};
      },
      [](const at::Tensor&) { return std::string(); }, true, true, &module);
  const auto& state = traced.first;
  auto* function = module._ivalue()->compilation_unit()->create_function(
      c10::QualifiedName(type + ".forward"), state->graph);
  module.type()->addMethod(function);
  // By way of memory: a disk that refuses is then our error, not the archive writer's.
  std::ostringstream archive;
  module.save(archive);
  io::write_text_atomic(path, archive.str());
}

}  // namespace sengen::flow_modes
