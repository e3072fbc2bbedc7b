// SPDX-License-Identifier: Apache-2.0
// The stage predict: a trained model at work on snapshots of the user's, in physical values. What
// lies outside of the range it was taught in is counted and said.
#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <torch/types.h>

#include <sengen/core/error.hpp>
#include <sengen/io/csv.hpp>
#include <sengen/io/snapshots.hpp>

#include "evaluation.hpp"
#include "learning_stages.hpp"
#include "model.hpp"
#include "network_training.hpp"

namespace sengen::flow_modes {

namespace {

constexpr std::int64_t kAtOnce = 32;  // snapshots

// Values outside of the teaching range, and snapshots that have some.
struct OutsideRange {
  std::int64_t values = 0;
  std::int64_t snapshots = 0;
  std::int64_t latent_snapshots = 0;
};

// Refuses snapshots of another grid, and forecasts that the model cannot make (kInput).
void check_fit(const PredictConfig& config, const Model& model, const io::SnapshotInfo& info) {
  check_grid(model, info, config.model, config.data);
  if (config.steps == 0) return;
  const bool by_lstm = config.by == "lstm";
  if (by_lstm ? !model.lstm : !model.linear) {
    throw Error(ErrorKind::kInput, fmt::format("{} has no {} model", config.model, config.by),
                by_lstm ? "use --by linear" : "use --by lstm");
  }
  const std::int64_t needed = by_lstm ? 2 : model.linear->delays;
  if (info.snapshots() < needed) {
    throw Error(ErrorKind::kInput, fmt::format("{} has {} snapshots, a forecast starts from {}",
                                               config.data, info.snapshots(), needed));
  }
}

class Prediction {
 public:
  Prediction(const Config& config, study::Context& context)
      : config_(config.learning.predict),
        context_(context),
        reader_(config_.data),
        model_(load_model(config_.model,
                          tensor_options(config.learning.train, context.comm()).device())),
        data_(open_data(config.learning.train.memory_megabytes)) {}

  void run() {
    const io::SnapshotInfo& info = reader_.info();
    io::SnapshotInfo made = info;
    made.source = fmt::format("reconstructed by {} from {}", config_.model, config_.data);
    io::SnapshotWriter reconstruction(context_.file(kReconstructionFile), made);
    io::SnapshotWriter modes(context_.file(kModesFile), describe_modes());
    Progress progress(context_.log(), "predict", info.snapshots(), "snapshots");
    for (std::int64_t t = 0; t < info.snapshots(); t += kAtOnce) {
      if (context_.should_stop()) context_.stop("nothing of it is kept");
      std::vector<std::int64_t> block;
      for (std::int64_t n = t; n < std::min(info.snapshots(), t + kAtOnce); ++n) block.push_back(n);
      const Decoded decoded = pass_through(model_.network, data_.images(block));
      take(block, decoded);
      write(reconstruction, block, decoded.modes.sum(1), true);
      write(modes, block, (decoded.modes - model_.mode_means).flatten(1, 2), false);
      progress.update(block.back() + 1);
    }
    reconstruction.commit();
    modes.commit();
    write_latents(kEncodedFile, latents_, info.times);
    if (config_.steps > 0) forecast();
    record();
  }

 private:
  FieldData open_data(std::int64_t memory_megabytes) const {
    check_fit(config_, model_, reader_.info());
    FieldData data(reader_, memory_megabytes, options_of(model_));
    data.normalise(model_.normalisation);
    return data;
  }

  // A snapshot has the components of every mode: mode1_u, mode1_v, mode2_u, ...
  io::SnapshotInfo describe_modes() const {
    io::SnapshotInfo info = reader_.info();
    info.components.clear();
    for (std::int64_t k = 0; k < model_.mode_means.size(0); ++k) {
      for (const std::string& component : reader_.info().components) {
        info.components.push_back(fmt::format("mode{}_{}", k + 1, component));
      }
    }
    info.shape.back() = static_cast<std::int64_t>(info.components.size());
    info.source = fmt::format("modes of {} by {}", config_.data, config_.model);
    return info;
  }

  void take(const std::vector<std::int64_t>& block, const Decoded& decoded) {
    const at::Tensor rows = decoded.latents.to(at::kCPU, at::kDouble).contiguous();
    const double* values = rows.const_data_ptr<double>();
    latents_.insert(latents_.end(), values, values + rows.numel());
    const at::Tensor rest = decoded.images - decoded.modes.sum(1);
    lost_ += (rest.square() * data_.cell_weights()).sum().item<double>();
    energy_ += (decoded.images.square() * data_.cell_weights()).sum().item<double>();
    const at::Tensor fields = physical(decoded.images, true);
    const TrainingRange& range = model_.range;
    for (std::size_t n = 0; n < block.size(); ++n) {
      std::int64_t outside = 0;
      for (std::int64_t c = 0; c < fields.size(1); ++c) {
        const auto component = static_cast<std::size_t>(c);
        const at::Tensor plane = fields[static_cast<std::int64_t>(n)][c];
        outside +=
            ((plane < margin(range.field_low, range.field_high, component, -1))
                 .logical_or(plane > margin(range.field_low, range.field_high, component, 1)))
                .sum()
                .item<std::int64_t>();
      }
      outside_.values += outside;
      if (outside > 0) ++outside_.snapshots;
      const double* row = values + static_cast<std::ptrdiff_t>(n) * rows.size(1);
      bool latent_outside = false;
      for (std::size_t k = 0; k < range.latent_low.size(); ++k) {
        latent_outside = latent_outside ||
                         row[k] < margin(range.latent_low, range.latent_high, k, -1) ||
                         row[k] > margin(range.latent_low, range.latent_high, k, 1);
      }
      if (latent_outside) ++outside_.latent_snapshots;
    }
  }

  // The end of a range, a hundredth of its width further out: round-off is not news.
  static double margin(const std::vector<double>& low, const std::vector<double>& high,
                       std::size_t which, int side) {
    const double slack = 0.01 * (high[which] - low[which]);
    return side < 0 ? low[which] - slack : high[which] + slack;
  }

  // [n, c, y, x] in physical values.
  at::Tensor physical(const at::Tensor& images, bool with_mean) const {
    const at::Tensor scaled = images.to(at::kCPU, at::kFloat) * model_.normalisation.scale;
    return with_mean ? scaled + model_.normalisation.mean : scaled;
  }

  // What a network makes inside of solids means nothing: 0 is written there.
  void write(io::SnapshotWriter& writer, const std::vector<std::int64_t>& snapshots,
             const at::Tensor& images, bool with_mean) const {
    const at::Tensor fluid = images * (data_.cell_weights() > 0);
    const at::Tensor fields = physical(fluid, with_mean).permute({0, 2, 3, 1}).contiguous();
    const std::int64_t size = fields[0].numel();
    for (std::size_t n = 0; n < snapshots.size(); ++n) {
      writer.write(snapshots[n],
                   fields.const_data_ptr<float>() + static_cast<std::int64_t>(n) * size);
    }
  }

  void write_latents(const char* name, const std::vector<double>& rows,
                     const std::vector<double>& times) const {
    const std::int64_t latents = model_.network.shape().latents;
    io::CsvTable table;
    table.columns = {"time"};
    for (std::int64_t k = 0; k < latents; ++k) table.columns.push_back(fmt::format("r{}", k + 1));
    for (std::size_t t = 0; t < times.size(); ++t) {
      const auto row = rows.begin() + static_cast<std::ptrdiff_t>(t) * latents;
      table.rows.push_back({times[t]});
      table.rows.back().insert(table.rows.back().end(), row, row + latents);
    }
    io::write_csv(context_.file(name), table);
  }

  // [step, latent].
  std::vector<double> forecast_latents() const {
    if (config_.by == "lstm" && model_.lstm) {
      return model_.lstm->run_freely(latents_, config_.steps);
    }
    if (config_.by == "linear" && model_.linear) {
      return linalg::run_freely(*model_.linear, latents_, config_.steps);
    }
    throw Error(ErrorKind::kInternal, "check_fit() let a model pass that cannot forecast");
  }

  void forecast() {
    const std::int64_t latents = model_.network.shape().latents;
    const std::vector<double> rows = forecast_latents();
    io::SnapshotInfo info = reader_.info();
    info.shape.front() = config_.steps;
    info.times.clear();
    for (std::int64_t step = 1; step <= config_.steps; ++step) {
      info.times.push_back(reader_.info().times.back() +
                           static_cast<double>(step) * model_.time_step);
    }
    info.source = fmt::format("forecast by the {} model of {}", config_.by, config_.model);
    io::SnapshotWriter writer(context_.file(kPredictionFile), info);
    for (std::int64_t step = 0; step < config_.steps; step += kAtOnce) {
      const std::int64_t count = std::min(kAtOnce, config_.steps - step);
      std::vector<std::int64_t> snapshots;
      for (std::int64_t n = 0; n < count; ++n) snapshots.push_back(step + n);
      const at::Tensor part =
          at::tensor(at::ArrayRef<double>(rows.data() + step * latents,
                                          static_cast<std::size_t>(count * latents)),
                     at::kDouble)
              .view({count, latents})
              .to(options_of(model_));
      write(writer, snapshots, decode_modes(model_.network, part).sum(1), true);
    }
    writer.commit();
    write_latents(kPredictedLatentsFile, rows, info.times);
  }

  void record() {
    const auto count = [&](std::int64_t number, const std::string& source) {
      return study::Metric{.value = static_cast<double>(number), .source = source};
    };
    context_.metric("reconstruction_error",
                    {.value = std::sqrt(lost_ / energy_),
                     .source = "relative L2 of the fluctuations about the model's mean"});
    context_.metric("values_outside_range",
                    count(outside_.values, "further than 1 % outside of what taught the model"));
    context_.metric("snapshots_outside_range", count(outside_.snapshots, "that have such values"));
    context_.metric("latents_outside_range",
                    count(outside_.latent_snapshots, "snapshots whose latents are outside"));
    if (outside_.snapshots + outside_.latent_snapshots > 0) {
      context_.log().warn(
          "{} of {} snapshots have values outside of the range that taught the model ({} values), "
          "{} have latents outside: do not trust it there",
          outside_.snapshots, reader_.info().snapshots(), outside_.values,
          outside_.latent_snapshots);
    }
  }

  const PredictConfig& config_;
  study::Context& context_;
  io::SnapshotReader reader_;
  Model model_;
  FieldData data_;
  std::vector<double> latents_;
  OutsideRange outside_;
  double lost_ = 0;
  double energy_ = 0;
};

}  // namespace

void check_prediction(const Config& config) {
  const PredictConfig& predict = config.learning.predict;
  const io::SnapshotReader reader(predict.data);
  check_fit(predict, load_model(predict.model, at::kCPU), reader.info());
}

void predict(const Config& config, study::Context& context) { Prediction(config, context).run(); }

}  // namespace sengen::flow_modes
