// SPDX-License-Identifier: Apache-2.0
#include <sengen/study/runner.hpp>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <set>
#include <system_error>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <sengen/core/error.hpp>
#include <sengen/core/hash.hpp>
#include <sengen/core/parallel_for.hpp>
#include <sengen/io/atomic_file.hpp>
#include <sengen/io/json_lines.hpp>
#include <sengen/study/manifest.hpp>

namespace sengen::study {

namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

constexpr const char* kRecordFolder = "stages";
constexpr const char* kScratchFolder = "partial";

const Stage& stage_named(const System& system, const std::string& name) {
  for (const Stage& stage : system.stages) {
    if (stage.name == name) return stage;
  }
  throw Error(ErrorKind::kInternal, fmt::format("{} has no stage '{}'", system.name, name));
}

bool is_wanted(const Stage& stage) { return !stage.wanted || stage.wanted(); }

// A record that cannot be read counts as absent: the stage runs again.
Json read_record(const fs::path& path) {
  std::ifstream file(path);
  return file ? Json::parse(file, nullptr, false) : Json();
}

bool output_is_there(const fs::path& path, const Json& entry) {
  std::error_code ignored;
  const auto bytes = fs::file_size(path, ignored);
  return !ignored && bytes == entry.value("bytes", std::uintmax_t{0});
}

}  // namespace

Runner::Runner(const System& system, Context& context, std::string version)
    : system_(system), context_(context), version_(std::move(version)) {}

fs::path Runner::record_path(const Stage& stage) const {
  return context_.directory() / kRecordFolder / (stage.name + ".json");
}

std::vector<const Stage*> Runner::needed(const std::string& last) const {
  std::set<std::string> names;
  const auto visit = [&](const auto& self, const Stage& stage) -> void {
    if (!is_wanted(stage) || !names.insert(stage.name).second) return;
    for (const std::string& before : stage.after) self(self, stage_named(system_, before));
  };
  if (last == "*") {
    for (const Stage& stage : system_.stages) visit(visit, stage);
  } else {
    visit(visit, stage_named(system_, last));
  }
  std::vector<const Stage*> stages;  // in the order of declaration, which is one of dependence
  for (const Stage& stage : system_.stages) {
    if (names.contains(stage.name)) stages.push_back(&stage);
  }
  return stages;
}

std::string Runner::key_of(const Stage& stage) {
  const auto known = keys_.find(stage.name);
  if (known != keys_.end()) return known->second;
  std::string text = fmt::format("{}/{} version {}\n", system_.name, stage.name, stage.version);
  text += system_.options.fingerprint(stage.tables);
  if (stage.uses_seed) text += fmt::format("seed {}\n", context_.seed());
  for (const std::string& before : stage.after) {
    const Stage& predecessor = stage_named(system_, before);
    if (is_wanted(predecessor)) text += fmt::format("after {}\n", key_of(predecessor));
  }
  if (stage.inputs) {
    for (const fs::path& input : stage.inputs())
      text += fmt::format("input {}\n", hash_file(input));
  }
  return keys_[stage.name] = hash_text(text);
}

bool Runner::is_finished(const Stage& stage, const std::string& key) const {
  const Json record = read_record(record_path(stage));
  if (!record.is_object() || record.value("key", "") != key) return false;
  return std::all_of(stage.outputs.begin(), stage.outputs.end(), [&](const std::string& output) {
    return record["outputs"].contains(output) &&
           output_is_there(context_.file(output), record["outputs"][output]);
  });
}

void Runner::check(const std::string& last) const {
  for (const Stage* stage : needed(last)) {
    if (stage->check) stage->check();
  }
}

std::string Runner::plan(const std::string& last) {
  const auto stages = needed(last);
  std::string text;
  bool redo = false;
  for (const Stage& stage : system_.stages) {
    const char* state = "left out";
    if (std::find(stages.begin(), stages.end(), &stage) != stages.end()) {
      redo = redo || !is_finished(stage, key_of(stage));
      state = redo ? "to do" : "finished";
    }
    text += fmt::format("{:<12} {:<10} {}\n", stage.name, state, stage.summary);
  }
  return text;
}

int Runner::run(const std::string& last) {
  const auto& comm = context_.comm();
  Summary summary;
  if (comm.is_root()) {
    fs::create_directories(context_.directory() / kRecordFolder);
    summary = Summary::load(context_.directory());
    summary.system = system_.name;
    summary.version = version_;
  }
  int ran = 0;
  for (const Stage* stage : needed(last)) {
    std::string key;
    bool finished = false;
    if (comm.is_root()) {
      key = key_of(*stage);
      finished = is_finished(*stage, key);
    }
    key = comm.broadcast(key);
    if (comm.any(finished)) {
      context_.log().info("{}: finished earlier, skipped", stage->name);
      continue;
    }
    run_stage(*stage, key, summary);
    ++ran;
  }
  return ran;
}

void Runner::run_stage(const Stage& stage, const std::string& key, Summary& summary) {
  const auto& comm = context_.comm();
  const fs::path scratch_parent = context_.directory() / kScratchFolder;
  context_.scratch_ = scratch_parent / fmt::format("{}-{}", stage.name, key.substr(0, 12));
  if (comm.is_root()) {
    fs::remove(record_path(stage));
    // Parts of a run with other options are of no use to this one.
    if (fs::exists(scratch_parent)) {
      for (const auto& entry : fs::directory_iterator(scratch_parent)) {
        const bool mine = entry.path().filename().string().starts_with(stage.name + "-");
        if (mine && entry.path() != context_.scratch_) fs::remove_all(entry.path());
      }
    }
    fs::create_directories(context_.scratch_);
    summary.drop_stage(stage.name);
  }
  comm.barrier();
  context_.log().info("{}: {}", stage.name, stage.summary);
  context_.stage_ = stage.name;
  context_.key_ = key;
  context_.metrics_.clear();
  const auto start = std::chrono::steady_clock::now();
  stage.run(context_);
  comm.barrier();
  const double seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  if (comm.is_root()) {
    summary.stages[stage.name] = {seconds, comm.size(), threads()};
    for (const auto& [name, metric] : context_.metrics_) summary.metrics[name] = metric;
    summary.save(context_.directory());
    append_record(stage.name, seconds);
    Json outputs = Json::object();
    for (const std::string& output : stage.outputs) {
      const fs::path path = context_.file(output);
      if (!fs::exists(path)) {
        throw Error(ErrorKind::kInternal,
                    fmt::format("stage {} did not write {}", stage.name, path.string()));
      }
      outputs[output] = {{"bytes", fs::file_size(path)}, {"xxh3", hash_file(path)}};
    }
    const Json record = {{"stage", stage.name}, {"key", key}, {"outputs", outputs}};
    io::write_text_atomic(record_path(stage), record.dump(2) + "\n");
    fs::remove_all(context_.scratch_);
    if (fs::is_empty(scratch_parent)) fs::remove(scratch_parent);
  }
  context_.log().info("{}: done in {:.1f} s", stage.name, seconds);
}

void Runner::append_record(const std::string& stage, double seconds) const {
  io::JsonRecord record = {{"finished", utc_now()}, {"stage", stage}, {"seconds", seconds}};
  for (const auto& [name, metric] : in_natural_order(context_.metrics_)) {
    record.emplace_back(name, metric.value);
  }
  io::JsonLines(context_.file("metrics.jsonl")).append(record);
}

std::vector<std::string> verify_outputs(const fs::path& directory) {
  const fs::path folder = directory / kRecordFolder;
  if (!fs::is_directory(folder)) {
    throw Error(
        ErrorKind::kInput,
        fmt::format("{} is no output directory: it has no {}", directory.string(), kRecordFolder),
        "name the folder given to -o");
  }
  std::vector<std::string> faults;
  for (const auto& entry : fs::directory_iterator(folder)) {
    const Json record = read_record(entry.path());
    if (!record.is_object() || !record.contains("outputs")) {
      faults.push_back(fmt::format("{}: the record is damaged", entry.path().string()));
      continue;
    }
    for (const auto& [name, output] : record["outputs"].items()) {
      const fs::path path = directory / name;
      if (!fs::exists(path)) {
        faults.push_back(fmt::format("{}: missing", path.string()));
      } else if (!output_is_there(path, output)) {
        faults.push_back(fmt::format("{}: {} bytes, expected {}", path.string(),
                                     fs::file_size(path), output.value("bytes", 0)));
      } else if (hash_file(path) != output.value("xxh3", "")) {
        faults.push_back(fmt::format("{}: the content has changed", path.string()));
      }
    }
  }
  std::sort(faults.begin(), faults.end());
  return faults;
}

}  // namespace sengen::study
