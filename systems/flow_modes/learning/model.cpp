// SPDX-License-Identifier: Apache-2.0
#include "model.hpp"

#include <cmath>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <torch/types.h>
#include <nlohmann/json.hpp>

#include <sengen/core/build_info.hpp>
#include <sengen/core/error.hpp>
#include <sengen/train/tensor_file.hpp>

namespace sengen::flow_modes {

namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kFormat = "sengen flow-modes model";
constexpr int kVersion = 1;

Json describe(const Model& model) {
  const AutoencoderShape& shape = model.network.shape();
  Json json = {{"format", kFormat},
               {"version", kVersion},
               {"made_by", "sengen " + build_info().version},
               {"network", model.name},
               {"height", shape.size.height},
               {"width", shape.size.width},
               {"components", model.grid.components},
               {"latents", shape.latents},
               {"joint", shape.joint},
               {"encoder", shape.encoder},
               {"decoder", shape.decoder},
               {"activation", nn::to_string(shape.activation)},
               {"pooling", nn::to_string(shape.pooling)},
               {"unit", model.grid.unit},
               {"length_unit", model.grid.length_unit},
               {"time_unit", model.grid.time_unit},
               {"time_step", model.time_step},
               {"scale", model.normalisation.scale},
               {"snapshots_per_period", model.snapshots_per_period},
               {"taught_by", model.grid.source}};
  if (model.lstm) {
    json["lstm"] = {{"hidden", model.lstm->lstm.hidden},
                    {"layers", model.lstm->lstm.layers.size()}};
  }
  if (model.linear) json["linear"] = {{"delays", model.linear->delays}};
  return json;
}

void append_range(const TrainingRange& range, train::TensorArrays& arrays) {
  arrays.append("range.field_low", range.field_low);
  arrays.append("range.field_high", range.field_high);
  arrays.append("range.latent_low", range.latent_low);
  arrays.append("range.latent_high", range.latent_high);
}

std::vector<double> read_numbers(const train::TensorSource& source, const std::string& name) {
  const at::Tensor values = train::read_tensor(source, name).to(at::kDouble).contiguous();
  const double* data = values.const_data_ptr<double>();
  return {data, data + values.numel()};
}

Json parse_description(const io::SafetensorsReader& reader, const std::string& file) {
  const auto found = reader.metadata().find("model");
  const Json json =
      found == reader.metadata().end() ? Json() : Json::parse(found->second, nullptr, false);
  if (!json.is_object() || json.value("format", "") != kFormat) {
    throw Error(ErrorKind::kInput, fmt::format("{} is no flow-modes model", file),
                "'sengen flow-modes train' writes one as model.safetensors");
  }
  if (json.value("version", 0) != kVersion) {
    throw Error(ErrorKind::kInput,
                fmt::format("{}: model version {}, this program reads version {}", file,
                            json.value("version", 0), kVersion),
                fmt::format("it was made by {}", json.value("made_by", "an unknown program")));
  }
  return json;
}

AutoencoderShape shape_from(const Json& json) {
  AutoencoderShape shape;
  shape.size = {json.at("height").get<std::int64_t>(), json.at("width").get<std::int64_t>()};
  shape.components = static_cast<std::int64_t>(json.at("components").size());
  shape.latents = json.at("latents").get<std::int64_t>();
  shape.joint = json.at("joint").get<bool>();
  shape.encoder = json.at("encoder").get<std::vector<std::int64_t>>();
  shape.decoder = json.at("decoder").get<std::vector<std::int64_t>>();
  shape.activation = nn::activation_named(json.at("activation").get<std::string>());
  shape.pooling = nn::pooling_named(json.at("pooling").get<std::string>());
  return shape;
}

// Sizes that no image has would be asked of the memory before a tensor's shape shows the lie.
void check_shape(const AutoencoderShape& shape, const io::SafetensorsReader& reader,
                 const std::string& file) {
  const io::Shape mean = {shape.components, shape.size.height, shape.size.width};
  if (!reader.contains("mean") || reader.info("mean").shape != mean || shape.latents < 1 ||
      shape.latents > 4096 || shape.encoder.empty() || shape.encoder.size() > 62) {
    throw Error(ErrorKind::kInput, fmt::format("{}: the mean field is not [{}] as the model says",
                                               file, fmt::join(mean, ", ")));
  }
  const auto expect_bias = [&](const std::string& name, std::int64_t channels) {
    if (!reader.contains(name) || reader.info(name).shape != io::Shape{channels}) {
      throw Error(ErrorKind::kInput,
                  fmt::format("{}: '{}' is not [{}] as the model says", file, name, channels));
    }
  };
  for (std::size_t level = 0; level < shape.encoder.size(); ++level) {
    expect_bias(fmt::format("network.encoder.conv.{}.bias", level), shape.encoder[level]);
  }
  for (std::size_t level = 0; level < shape.decoder.size(); ++level) {
    expect_bias(fmt::format("network.decoder.0.conv.{}.bias", level), shape.decoder[level]);
  }
  shape.check();
}

// options with the precision that a tensor of the file has.
at::TensorOptions precision_of(const io::SafetensorsReader& reader, const std::string& tensor,
                               const at::TensorOptions& options) {
  const bool wide = reader.contains(tensor) && reader.info(tensor).type == io::DType::kF64;
  return options.dtype(wide ? at::kDouble : at::kFloat);
}

void check_length(const std::vector<double>& values, std::int64_t expected, const std::string& name,
                  const std::string& file) {
  if (std::ssize(values) == expected) return;
  throw Error(ErrorKind::kInput, fmt::format("{}: '{}' has {} numbers, expected {}", file, name,
                                             values.size(), expected));
}

TrainingRange range_from(const train::TensorSource& source, const AutoencoderShape& shape) {
  TrainingRange range;
  const auto read = [&](const std::string& name, std::int64_t expected) {
    std::vector<double> values = read_numbers(source, name);
    check_length(values, expected, name, source.name);
    return values;
  };
  range.field_low = read("range.field_low", shape.components);
  range.field_high = read("range.field_high", shape.components);
  range.latent_low = read("range.latent_low", shape.latents);
  range.latent_high = read("range.latent_high", shape.latents);
  return range;
}

at::Tensor mode_means_from(const train::TensorSource& source, const AutoencoderShape& shape) {
  at::Tensor means = train::read_tensor(source, "mode_means");
  const std::vector<std::int64_t> expected = {shape.joint ? 1 : shape.latents, shape.components,
                                              shape.size.height, shape.size.width};
  if (means.sizes() != at::IntArrayRef(expected)) {
    throw Error(ErrorKind::kInput,
                fmt::format("{}: 'mode_means' is [{}], expected [{}]", source.name,
                            fmt::join(means.sizes(), ", "), fmt::join(expected, ", ")));
  }
  return means;
}

io::SnapshotInfo grid_from(const Json& json, const train::TensorSource& source,
                           const AutoencoderShape& shape) {
  io::SnapshotInfo grid;
  grid.shape = {0, shape.size.height, shape.size.width, shape.components};
  grid.axes = {read_numbers(source, "grid.y"), read_numbers(source, "grid.x")};
  grid.components = json.at("components").get<std::vector<std::string>>();
  grid.unit = json.at("unit").get<std::string>();
  grid.length_unit = json.at("length_unit").get<std::string>();
  grid.time_unit = json.at("time_unit").get<std::string>();
  grid.source = json.at("taught_by").get<std::string>();
  grid.weights = read_numbers(source, "grid.weight");
  for (const double solid : read_numbers(source, "grid.solid")) {
    grid.solid.push_back(solid != 0 ? 1 : 0);
  }
  const auto cells = static_cast<std::size_t>(shape.size.height * shape.size.width);
  if (grid.axes[0].size() != static_cast<std::size_t>(shape.size.height) ||
      grid.axes[1].size() != static_cast<std::size_t>(shape.size.width) ||
      grid.weights.size() != cells || grid.solid.size() != cells) {
    throw Error(ErrorKind::kInput, fmt::format("{}: the grid is not one of {} x {} cells",
                                               source.name, shape.size.width, shape.size.height));
  }
  return grid;
}

LatentLstm lstm_from(const Json& json, const train::TensorSource& source,
                     const at::TensorOptions& options, std::int64_t latents) {
  const auto hidden = json.at("hidden").get<std::int64_t>();
  const auto layers = json.at("layers").get<std::int64_t>();
  if (hidden < 1 || hidden > 1 << 16 || layers < 1 || layers > 64) {
    throw Error(ErrorKind::kInput,
                fmt::format("{}: an LSTM of {} layers of {} units", source.name, layers, hidden));
  }
  LatentLstm lstm(latents, hidden, layers, nn::Initialiser(0, options));
  train::read_tensors(source, nn::tensors_of(lstm, "lstm."));
  lstm.mean = read_numbers(source, "lstm.mean");
  lstm.scale = read_numbers(source, "lstm.scale");
  check_length(lstm.mean, latents, "lstm.mean", source.name);
  check_length(lstm.scale, latents, "lstm.scale", source.name);
  return lstm;
}

linalg::Autoregression linear_from(const Json& json, const train::TensorSource& source,
                                   std::int64_t latents) {
  linalg::Autoregression linear;
  linear.variables = latents;
  linear.delays = json.at("delays").get<std::int64_t>();
  linear.mean = read_numbers(source, "linear.mean");
  linear.coefficients = read_numbers(source, "linear.coefficients");
  if (linear.mean.size() != static_cast<std::size_t>(latents) || linear.delays < 1 ||
      linear.coefficients.size() != static_cast<std::size_t>(linear.delays * latents * latents)) {
    throw Error(ErrorKind::kInput,
                fmt::format("{}: the linear model is not one of {} latents and {} delays",
                            source.name, latents, linear.delays));
  }
  return linear;
}

}  // namespace

void save_model(const std::filesystem::path& path, const Model& model) {
  train::TensorArrays arrays(nn::tensors_of(model.network, "network."));
  arrays.append("mean", model.normalisation.mean);
  arrays.append("mode_means", model.mode_means);
  arrays.append("grid.y", model.grid.axes[0]);
  arrays.append("grid.x", model.grid.axes[1]);
  arrays.append("grid.weight", model.grid.weights);
  arrays.append("grid.solid",
                std::vector<double>(model.grid.solid.begin(), model.grid.solid.end()));
  append_range(model.range, arrays);
  if (model.lstm) {
    for (const nn::NamedTensor& entry : nn::tensors_of(*model.lstm, "lstm.")) {
      arrays.append(entry.name, entry.tensor);
    }
    arrays.append("lstm.mean", model.lstm->mean);
    arrays.append("lstm.scale", model.lstm->scale);
  }
  if (model.linear) {
    arrays.append("linear.mean", model.linear->mean);
    arrays.append("linear.coefficients", model.linear->coefficients);
  }
  io::write_safetensors(path, arrays.arrays(), {{"model", describe(model).dump()}});
}

Model load_model(const std::filesystem::path& path, at::Device device) {
  const std::string file = path.string();
  const io::SafetensorsReader reader(path);
  const at::TensorOptions on_device = at::TensorOptions().device(device);
  const at::TensorOptions options = precision_of(reader, "network.encoder.dense.weight", on_device);
  const train::TensorSource source = train::source_of(reader, file);
  const Json json = parse_description(reader, file);
  try {
    const AutoencoderShape shape = shape_from(json);
    check_shape(shape, reader, file);
    Model model{.name = json.at("network").get<std::string>(),
                .network = Autoencoder(shape, nn::Initialiser(0, options)),
                .grid = grid_from(json, source, shape),
                .time_step = json.at("time_step").get<double>(),
                .snapshots_per_period = json.at("snapshots_per_period").get<double>()};
    train::read_tensors(source, nn::tensors_of(model.network, "network."));
    model.normalisation = {train::read_tensor(source, "mean"), json.at("scale").get<double>()};
    model.mode_means = mode_means_from(source, shape).to(options);
    model.range = range_from(source, shape);
    if (json.contains("lstm")) {
      model.lstm = lstm_from(json["lstm"], source,
                             precision_of(reader, "lstm.answer.weight", on_device), shape.latents);
    }
    if (json.contains("linear")) model.linear = linear_from(json["linear"], source, shape.latents);
    return model;
  } catch (const Json::exception& error) {
    throw Error(ErrorKind::kInput,
                fmt::format("{}: the description of the model is damaged: {}", file, error.what()));
  } catch (const Error& error) {
    // What options may not say a file may not say either.
    if (error.kind() != ErrorKind::kUsage) throw;
    throw Error(ErrorKind::kInput, fmt::format("{}: {}", file, error.message()));
  }
}

at::TensorOptions options_of(const Model& model) {
  return nn::tensors_of(model.network).front().tensor.options().requires_grad(false);
}

void check_grid(const Model& model, const io::SnapshotInfo& info, const std::string& model_name,
                const std::string& data_name) {
  const auto refuse = [&](const std::string& what, const std::string& theirs,
                          const std::string& ours) {
    throw Error(ErrorKind::kInput,
                fmt::format("{} in {}: {}; in {}: {}", what, data_name, theirs, model_name, ours),
                "a model works on the grid it was taught with");
  };
  const io::Shape expected(model.grid.shape.begin() + 1, model.grid.shape.end());
  const io::Shape found(info.shape.begin() + 1, info.shape.end());
  if (found != expected) {
    refuse("shape [y, x, c]", fmt::format("[{}]", fmt::join(found, ", ")),
           fmt::format("[{}]", fmt::join(expected, ", ")));
  }
  if (info.components != model.grid.components) {
    refuse("components", fmt::format("{}", fmt::join(info.components, ",")),
           fmt::format("{}", fmt::join(model.grid.components, ",")));
  }
  if (info.unit != model.grid.unit) refuse("unit", info.unit, model.grid.unit);
  if (info.length_unit != model.grid.length_unit) {
    refuse("length unit", info.length_unit, model.grid.length_unit);
  }
  constexpr double kTolerance = 1e-6;
  for (std::size_t axis = 0; axis < 2; ++axis) {
    const double extent = std::abs(model.grid.axes[axis].back() - model.grid.axes[axis].front());
    for (std::size_t i = 0; i < model.grid.axes[axis].size(); ++i) {
      const double ours = model.grid.axes[axis][i];
      const double theirs = info.axes[axis][i];
      if (std::abs(ours - theirs) <= kTolerance * std::max(extent, 1e-300)) continue;
      refuse(fmt::format("{} of cell {}", axis == 0 ? "y" : "x", i), fmt::format("{:g}", theirs),
             fmt::format("{:g}", ours));
    }
  }
  const auto cell = [&](std::size_t i) {
    const std::size_t width = model.grid.axes[1].size();
    return fmt::format("cell (x {}, y {})", i % width, i / width);
  };
  for (std::size_t i = 0; i < model.grid.weights.size(); ++i) {
    const bool ours = model.grid.solid[i] != 0;
    const bool theirs = !info.solid.empty() && info.solid[i] != 0;
    if (ours != theirs) {
      refuse(cell(i), theirs ? "solid" : "fluid", ours ? "solid" : "fluid");
    }
    const double weight = model.grid.weights[i];
    if (std::abs(info.weights[i] - weight) > kTolerance * std::abs(weight)) {
      refuse("weight of " + cell(i), fmt::format("{:g}", info.weights[i]),
             fmt::format("{:g}", weight));
    }
  }
  if (info.snapshots() > 1 && std::abs(info.time_step() / model.time_step - 1) > 1e-3) {
    refuse("time step", fmt::format("{:g}", info.time_step()),
           fmt::format("{:g}", model.time_step));
  }
}

}  // namespace sengen::flow_modes
