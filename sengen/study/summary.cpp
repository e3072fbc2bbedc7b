// SPDX-License-Identifier: Apache-2.0
#include <sengen/study/summary.hpp>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <limits>
#include <sstream>
#include <tuple>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <sengen/core/error.hpp>
#include <sengen/core/parallel_for.hpp>
#include <sengen/core/processor.hpp>
#include <sengen/io/atomic_file.hpp>
#include <sengen/parallel/communicator.hpp>
#include <sengen/study/manifest.hpp>

namespace sengen::study {

namespace {

using Json = nlohmann::ordered_json;

Json to_json(const Metric& metric) {
  Json json;
  json["value"] = metric.value;  // null when not finite
  json["unit"] = metric.unit;
  if (metric.reference) {
    const auto [low, high] = *metric.reference;
    json["reference"] = low == high ? Json(low) : Json{low, high};
  }
  json["source"] = metric.source;
  json["stage"] = metric.stage;
  return json;
}

Metric metric_from(const Json& json) {
  Metric metric;
  const Json& value = json.at("value");
  metric.value = value.is_null() ? std::numeric_limits<double>::quiet_NaN() : value.get<double>();
  metric.unit = json.at("unit").get<std::string>();
  metric.source = json.value("source", "");
  metric.stage = json.value("stage", "");
  if (json.contains("reference")) {
    const Json& reference = json.at("reference");
    if (reference.is_array()) {
      metric.reference = {reference.at(0).get<double>(), reference.at(1).get<double>()};
    } else {
      metric.reference = {reference.get<double>(), reference.get<double>()};
    }
  }
  return metric;
}

Json to_json(const StageRun& run) {
  return {{"seconds", run.seconds},    {"ranks", run.ranks},     {"threads", run.threads},
          {"finished", run.finished},  {"version", run.version}, {"host", run.host},
          {"processor", run.processor}};
}

StageRun run_from(const Json& json) {
  StageRun run;
  run.seconds = json.at("seconds").get<double>();
  run.ranks = json.at("ranks").get<int>();
  run.threads = json.at("threads").get<int>();
  run.finished = json.value("finished", "");
  run.version = json.value("version", "");
  run.host = json.value("host", "");
  run.processor = json.value("processor", "");
  return run;
}

}  // namespace

StageRun StageRun::here(double seconds, int ranks, const std::string& version) {
  return {seconds,         ranks, sengen::threads(), utc_now(), version, parallel::host_name(),
          processor_name()};
}

std::vector<std::pair<std::string, Metric>> in_natural_order(
    const std::map<std::string, Metric>& metrics) {
  std::vector<std::pair<std::string, Metric>> sorted(metrics.begin(), metrics.end());
  // The number at the end of a name counts as a number.
  const auto key = [](const std::string& name) {
    const std::size_t digits = name.find_last_not_of("0123456789") + 1;
    const std::string number = name.substr(digits);
    return std::make_tuple(name.substr(0, digits), number.size(), number);
  };
  std::sort(sorted.begin(), sorted.end(),
            [&](const auto& a, const auto& b) { return key(a.first) < key(b.first); });
  return sorted;
}

std::string reference_text(const Metric& metric) {
  if (!metric.reference) return "";
  const auto [low, high] = *metric.reference;
  return low == high ? fmt::format("{:g}", low) : fmt::format("{:g} .. {:g}", low, high);
}

bool is_outside(const Metric& metric) {
  return metric.reference && metric.reference->first < metric.reference->second &&
         !(metric.value >= metric.reference->first && metric.value <= metric.reference->second);
}

void Summary::drop_stage(const std::string& stage) {
  stages.erase(stage);
  std::erase_if(metrics, [&](const auto& entry) { return entry.second.stage == stage; });
}

void Summary::merge(const Summary& other) {
  for (const auto& [name, run] : other.stages) stages[name] = run;
  for (const auto& [name, metric] : other.metrics) metrics[name] = metric;
}

Summary Summary::parse(std::string_view text, const std::string& source) {
  try {
    const Json json = Json::parse(text);
    Summary summary;
    summary.system = json.at("system").get<std::string>();
    summary.version = json.at("version").get<std::string>();
    for (const auto& [name, run] : json.at("stages").items()) summary.stages[name] = run_from(run);
    for (const auto& [name, metric] : json.at("metrics").items()) {
      summary.metrics[name] = metric_from(metric);
    }
    return summary;
  } catch (const Json::exception& error) {
    throw Error(ErrorKind::kInput, fmt::format("{} is damaged: {}", source, error.what()),
                "remove the file: the next run makes it anew from the records of the stages");
  }
}

std::string Summary::to_json() const {
  Json json;
  json["system"] = system;
  json["version"] = version;
  int ranks = 1;
  int threads = 1;
  Json stage_list = Json::object();
  for (const auto& [name, run] : stages) {
    stage_list[name] = study::to_json(run);
    ranks = std::max(ranks, run.ranks);
    threads = std::max(threads, run.threads);
  }
  json["ranks"] = ranks;
  json["threads"] = threads;
  json["stages"] = stage_list;
  json["metrics"] = Json::object();
  for (const auto& [name, metric] : metrics) json["metrics"][name] = study::to_json(metric);
  // Names of files may be no UTF-8: such bytes become U+FFFD.
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

Summary Summary::load_file(const std::filesystem::path& path) {
  std::ifstream file(path);
  if (!file) return {};
  std::ostringstream text;
  text << file.rdbuf();
  return parse(text.str(), path.string());
}

Summary Summary::load(const std::filesystem::path& directory) {
  return load_file(directory / kFileName);
}

void Summary::save_file(const std::filesystem::path& path) const {
  io::write_text_atomic(path, to_json());
}

void Summary::save(const std::filesystem::path& directory) const {
  save_file(directory / kFileName);
}

std::string figures_table(const Summary& summary) {
  std::string text = fmt::format("{:<32} {:>12}  {:<12} {:<20} {}\n", "figure", "value", "unit",
                                 "reference", "source");
  for (const auto& [name, metric] : in_natural_order(summary.metrics)) {
    const std::string reference = reference_text(metric) + (is_outside(metric) ? "  outside" : "");
    text += fmt::format("{:<32} {:>12.6g}  {:<12} {:<20} {}\n", name, metric.value, metric.unit,
                        reference, metric.source);
  }
  return text;
}

}  // namespace sengen::study
