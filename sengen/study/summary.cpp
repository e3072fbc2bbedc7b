// SPDX-License-Identifier: Apache-2.0
#include <sengen/study/summary.hpp>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <limits>
#include <tuple>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <sengen/core/error.hpp>
#include <sengen/io/atomic_file.hpp>

namespace sengen::study {

namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kFileName = "summary.json";

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

}  // namespace

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

Summary Summary::load(const std::filesystem::path& directory) {
  const auto path = directory / kFileName;
  std::ifstream file(path);
  if (!file) return {};
  try {
    const Json json = Json::parse(file);
    Summary summary;
    summary.system = json.at("system").get<std::string>();
    summary.version = json.at("version").get<std::string>();
    for (const auto& [name, stage] : json.at("stages").items()) {
      summary.stages[name] = {stage.at("seconds").get<double>(), stage.at("ranks").get<int>(),
                              stage.at("threads").get<int>()};
    }
    for (const auto& [name, metric] : json.at("metrics").items()) {
      summary.metrics[name] = metric_from(metric);
    }
    return summary;
  } catch (const Json::exception& error) {
    throw Error(ErrorKind::kInput, fmt::format("{} is damaged: {}", path.string(), error.what()),
                "remove the file; the next run writes it anew");
  }
}

void Summary::save(const std::filesystem::path& directory) const {
  Json json;
  json["system"] = system;
  json["version"] = version;
  int ranks = 1;
  int threads = 1;
  Json stage_list = Json::object();
  for (const auto& [name, stage] : stages) {
    stage_list[name] = {
        {"seconds", stage.seconds}, {"ranks", stage.ranks}, {"threads", stage.threads}};
    ranks = std::max(ranks, stage.ranks);
    threads = std::max(threads, stage.threads);
  }
  json["ranks"] = ranks;
  json["threads"] = threads;
  json["stages"] = stage_list;
  json["metrics"] = Json::object();
  for (const auto& [name, metric] : metrics) json["metrics"][name] = to_json(metric);
  io::write_text_atomic(directory / kFileName, json.dump(2) + "\n");
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
