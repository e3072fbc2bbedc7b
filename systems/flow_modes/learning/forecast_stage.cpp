// SPDX-License-Identifier: Apache-2.0
// The stage forecast: the latents of the teaching time teach an LSTM and a linear model with delays
// to go on; both start from one window after that time and run freely.
#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <torch/types.h>

#include <sengen/core/error.hpp>
#include <sengen/io/atomic_file.hpp>
#include <sengen/io/csv.hpp>
#include <sengen/io/hdf5.hpp>
#include <sengen/linalg/autoregression.hpp>
#include <sengen/linalg/power_spectrum.hpp>

#include "../stages.hpp"
#include "evaluation.hpp"
#include "export.hpp"
#include "forecast_judge.hpp"
#include "learning_stages.hpp"
#include "model.hpp"
#include "network_training.hpp"

namespace sengen::flow_modes {

namespace {

// Latents of all snapshots, row by row.
std::vector<double> load_latents(const std::filesystem::path& path, std::int64_t latents) {
  const io::CsvTable table = io::read_csv(path);
  std::vector<double> series;
  for (const std::vector<double>& row : table.rows) {
    if (static_cast<std::int64_t>(row.size()) != latents + 1) {
      throw Error(ErrorKind::kInput, fmt::format("{}: {} latents, expected {}", path.string(),
                                                 row.size() - 1, latents));
    }
    series.insert(series.end(), row.begin() + 1, row.end());
  }
  return series;
}

// From the split, or where phases were not asked for from the strongest line of the first latent.
double period_in_snapshots(const Split& split, std::span<const double> latents,
                           std::int64_t columns) {
  if (!split.phases.empty()) return split.snapshots_per_period();
  std::vector<double> first;
  for (std::size_t i = 0; i < latents.size(); i += static_cast<std::size_t>(columns)) {
    first.push_back(latents[i]);
  }
  const double frequency = linalg::dominant_frequency(first, 1);
  return frequency > 0 ? 1 / frequency : static_cast<double>(first.size());
}

struct Forecasts {
  ForecastSpan span;
  std::vector<double> lstm;  // [steps + beyond, latents]; empty: there is none
  std::vector<double> linear;
};

void record(const std::string& prefix, const ForecastJudgement& judgement, double reconstruction,
            const RomConfig& rom, const std::string& what, study::Context& context) {
  const auto periods = fmt::format("{:g}", rom.periods);
  context.metric(
      prefix + "_strouhal_error",
      {.value = judgement.strouhal_error,
       .source = fmt::format("{}, relative, slope of the phase at a probe on both "
                             "sides; {:.2g} degrees after {} periods",
                             what, 360 * judgement.strouhal_error * rom.periods, periods)});
  context.metric(fmt::format("{}_field_error_{}", prefix, periods),
                 {.value = judgement.field_error,
                  .source = fmt::format("{}, over the last of {} periods without data; the "
                                        "autoencoder itself makes {:.4f} there",
                                        what, periods, reconstruction)});
  context.metric(
      fmt::format("{}_field_error_{}_aligned", prefix, periods),
      {.value = judgement.aligned_error,
       .source = fmt::format("the same with its lag of {:.4f} periods taken off", judgement.lag)});
}

void write_file(const Forecasts& forecasts, const Model& model, const FieldData& data,
                const ForecastJudge& judge, std::int64_t pictures, const study::Context& context) {
  io::AtomicFile target(context.file(kForecastFile));
  io::Hdf5File file = io::Hdf5File::create(target);
  file.set_attribute("/", "format", std::string("sengen flow-modes forecast"));
  const ForecastSpan& span = forecasts.span;
  const std::int64_t latents = model.network.shape().latents;
  file.set_attribute("/", "begin", span.begin);
  file.set_attribute("/", "snapshots_per_period", span.snapshots_per_period);
  const auto times = data.info().times.begin() + span.begin;
  const std::vector<double> time(times, times + span.steps);
  file.write("/time", {span.steps}, time.data());
  const double scale = data.normalisation().scale;
  const auto write_probe = [&](const std::string& name, std::vector<double> values) {
    for (double& value : values) value *= scale;
    file.write("/probe/" + name, {span.steps}, values.data());
  };
  write_probe("truth", judge.probe());
  // Pictures of the last period: where errors show.
  const std::int64_t count = std::min(span.last_period(), pictures);
  const std::int64_t first = span.steps - span.last_period();
  std::vector<std::int64_t> last;
  for (std::int64_t t = 0; t < count; ++t) last.push_back(span.begin + first + t);
  file.write("/pictures/snapshots", {count}, last.data());
  const auto write_fields = [&](const std::string& name, const at::Tensor& fields) {
    const at::Tensor plain = (fields * scale).to(at::kCPU, at::kFloat).contiguous();
    file.write("/pictures/" + name, {plain.sizes().begin(), plain.sizes().end()},
               plain.const_data_ptr<float>());
  };
  write_fields("truth", data.images(last));
  const auto write_forecast = [&](const std::string& name, const std::vector<double>& rows) {
    if (rows.empty()) return;
    file.write("/latents/" + name, {span.steps, latents}, rows.data());
    write_probe(name, judge.probe_of(rows));
    const at::Tensor part =
        at::tensor(at::ArrayRef<double>(rows.data() + first * latents,
                                        static_cast<std::size_t>(count * latents)),
                   at::kDouble)
            .view({count, latents})
            .to(data.cell_weights().options());
    write_fields(name, decode_modes(model.network, part).sum(1));
  };
  write_forecast("lstm", forecasts.lstm);
  write_forecast("linear", forecasts.linear);
  file.close();
  target.commit();
}

// The stage's files are there even when no snapshot is left to forecast.
void write_empty_file(const study::Context& context) {
  io::AtomicFile target(context.file(kForecastFile));
  io::Hdf5File file = io::Hdf5File::create(target);
  file.set_attribute("/", "format", std::string("sengen flow-modes forecast"));
  file.close();
  target.commit();
}

}  // namespace

void make_forecast(const Config& config, study::Context& context) {
  const RomConfig& rom = config.learning.rom;
  const at::TensorOptions options = tensor_options(config.learning.train, context.comm());
  Model model = load_model(context.file(kNetworkFile), options.device());
  const std::int64_t latents = model.network.shape().latents;
  const Split split = load_split(context.file(kSplitFile));
  const std::vector<double> series = load_latents(context.file(kLatentsFile), latents);
  const std::span<const double> teaching =
      std::span(series).first(static_cast<std::size_t>(split.train_end * latents));
  const double period = period_in_snapshots(split, series, latents);
  const auto delays = std::max<std::int64_t>(1, std::llround(rom.delays * period));
  model.linear = linalg::fit_autoregression(teaching, latents, delays);
  if (rom.updates > 0) model.lstm = train_lstm(teaching, latents, config.learning, context).model;
  if (context.comm().is_root()) {
    save_model(context.file(kModelFile), model);
    save_traced(context.file(kTracedFile), model);
  }

  const io::SnapshotReader reader(data_path(config, context));
  const std::int64_t window = std::max(rom.window, delays);
  Forecasts forecasts;
  forecasts.span.begin = split.train_end + window;
  forecasts.span.steps = std::llround(rom.periods * period);
  forecasts.span.snapshots_per_period = period;
  if (forecasts.span.begin + forecasts.span.steps > reader.info().snapshots()) {
    context.log().warn(
        "a forecast of {:g} periods needs {} snapshots after the teaching time, there are {}: it "
        "is not judged",
        rom.periods, window + forecasts.span.steps, reader.info().snapshots() - split.train_end);
    if (context.comm().is_root()) write_empty_file(context);
    return;
  }
  FieldData data(reader, config.learning.train.memory_megabytes, options);
  data.normalise(model.normalisation);
  const ForecastJudge judge(model.network, data, forecasts.span, context.comm());
  const std::span<const double> seen =
      std::span(series).subspan(static_cast<std::size_t>(split.train_end * latents),
                                static_cast<std::size_t>(window * latents));
  const std::int64_t steps = forecasts.span.steps + forecasts.span.beyond();
  forecasts.linear = linalg::run_freely(*model.linear, seen, steps);
  record("rom_linear", judge.judge(forecasts.linear), judge.reconstruction_error(), rom,
         fmt::format("linear model of the latents with {} delays", delays), context);
  if (model.lstm) {
    forecasts.lstm = model.lstm->run_freely(seen, steps);
    record("rom", judge.judge(forecasts.lstm), judge.reconstruction_error(), rom,
           fmt::format("LSTM of {} units", model.lstm->lstm.hidden), context);
  }
  context.metric("rom_reconstruction_error",
                 {.value = judge.reconstruction_error(),
                  .source = "the autoencoder alone on the same snapshots, nothing forecast"});
  if (context.comm().is_root()) {
    write_file(forecasts, model, data, judge, config.learning.train.pictures, context);
  }
}

}  // namespace sengen::flow_modes
