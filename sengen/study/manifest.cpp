// SPDX-License-Identifier: Apache-2.0
#include <sengen/study/manifest.hpp>

#include <chrono>
#include <fstream>

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <sengen/core/error.hpp>
#include <sengen/io/atomic_file.hpp>

namespace sengen::study {

namespace {
using Json = nlohmann::ordered_json;
constexpr const char* kFileName = "manifest.json";
}  // namespace

std::string utc_now() {
  const auto now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(now));
}

Manifest Manifest::load(const std::filesystem::path& directory) {
  const auto path = directory / kFileName;
  std::ifstream file(path);
  if (!file) {
    throw Error(ErrorKind::kInput, fmt::format("{} cannot be read", path.string()),
                "name the folder given to -o of an earlier run");
  }
  try {
    const Json json = Json::parse(file);
    Manifest manifest;
    manifest.system = json.at("system").get<std::string>();
    manifest.verb = json.at("verb").get<std::string>();
    manifest.version = json.at("version").get<std::string>();
    manifest.command = json.at("command").get<std::string>();
    manifest.host = json.at("host").get<std::string>();
    manifest.started = json.at("started").get<std::string>();
    manifest.ranks = json.at("ranks").get<int>();
    manifest.threads = json.at("threads").get<int>();
    manifest.seed = json.at("seed").get<std::uint64_t>();
    manifest.stages = json.value("stages", std::vector<std::string>{});
    return manifest;
  } catch (const Json::exception& error) {
    throw Error(ErrorKind::kInput, fmt::format("{} is damaged: {}", path.string(), error.what()));
  }
}

void Manifest::save(const std::filesystem::path& directory) const {
  const Json json = {{"system", system},   {"verb", verb},       {"version", version},
                     {"command", command}, {"host", host},       {"started", started},
                     {"ranks", ranks},     {"threads", threads}, {"seed", seed},
                     {"stages", stages}};
  // A command line may be no UTF-8: such bytes become U+FFFD.
  io::write_text_atomic(directory / kFileName,
                        json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n");
}

}  // namespace sengen::study
