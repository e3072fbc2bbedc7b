// SPDX-License-Identifier: Apache-2.0
#include <sengen/study/runner.hpp>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <sengen/core/error.hpp>
#include <sengen/core/hash.hpp>
#include <sengen/io/json_lines.hpp>
#include <sengen/parallel/agreement.hpp>
#include <sengen/study/manifest.hpp>
#include <sengen/study/stage_record.hpp>

namespace sengen::study {

namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

constexpr const char* kScratchFolder = "partial";
constexpr std::size_t kKeyDigits = 12;  // of a key in the name of a scratch folder

bool is_wanted(const Stage& stage) { return !stage.wanted || stage.wanted(); }

bool leaves(const Stage& stage, const std::string& output) {
  return !stage.leaves || stage.leaves(output);
}

// For tests of what becomes of a job when one rank fails alone: SENGEN_FAULT_RANK=1 lets that rank
// throw where a stage begins, while the others go on into it.
void fail_if_asked(const std::string& stage, int rank) {
  const char* asked = std::getenv("SENGEN_FAULT_RANK");
  if (asked == nullptr || asked != std::to_string(rank)) return;
  throw Error(ErrorKind::kInternal,
              fmt::format("{}: this rank was told to fail by SENGEN_FAULT_RANK", stage));
}

}  // namespace

Runner::Runner(const System& system, Context& context, std::string version)
    : system_(system), context_(context), version_(std::move(version)) {}

const Stage& Runner::stage_named(const std::string& name) const {
  for (const Stage& stage : system_.stages) {
    if (stage.name == name) return stage;
  }
  throw Error(ErrorKind::kInternal, fmt::format("{} has no stage '{}'", system_.name, name));
}

Runner::Stages Runner::needed(const std::string& last) const {
  std::set<std::string> names;
  const auto visit = [&](const auto& self, const Stage& stage) -> void {
    if (!is_wanted(stage) || !names.insert(stage.name).second) return;
    for (const std::string& before : stage.after) self(self, stage_named(before));
  };
  if (last == "*") {
    for (const Stage& stage : system_.stages) visit(visit, stage);
  } else {
    visit(visit, stage_named(last));
  }
  Stages stages;  // in the order of declaration, which is one of dependence
  for (const Stage& stage : system_.stages) {
    if (names.contains(stage.name)) stages.push_back(&stage);
  }
  return stages;
}

std::vector<std::string> Runner::walk(const std::string& last) const {
  std::vector<std::string> names;
  for (const Stage* stage : needed(last)) names.push_back(stage->name);
  return names;
}

std::string Runner::key_of(const Stage& stage) {
  const auto known = keys_.find(stage.name);
  if (known != keys_.end()) return known->second;
  const std::string name =
      fmt::format("{}/{} version {}\n", system_.name, stage.name, stage.version);
  std::string options = system_.options.fingerprint(stage.tables);
  if (stage.uses_seed) options += fmt::format("seed {}\n", context_.seed());
  std::string inputs;
  for (const std::string& before : stage.after) {
    const Stage& predecessor = stage_named(before);
    if (is_wanted(predecessor)) inputs += fmt::format("after {}\n", key_of(predecessor));
  }
  if (stage.inputs) {
    for (const fs::path& input : stage.inputs()) {
      const std::string hash = hash_file(input);
      context_.log().detail("{}: reads {}, xxh3 {}", stage.name, input.string(), hash);
      inputs += fmt::format("input {}\n", hash);
    }
  }
  inputs_keys_[stage.name] = hash_text(name + inputs);
  const std::string key = hash_text(name + options + inputs);
  context_.log().detail("{}: key {}", stage.name, key);
  return keys_[stage.name] = key;
}

bool Runner::is_finished(const Stage& stage) {
  const std::string key = key_of(stage);
  const auto record = StageRecord::load(context_.directory(), stage.name);
  return record && record->key == key && record->has_outputs(context_.directory()) &&
         std::all_of(stage.outputs.begin(), stage.outputs.end(), [&](const std::string& output) {
           return record->outputs.contains(output) || !leaves(stage, output);
         });
}

std::set<std::string> Runner::to_do(const Stages& stages) {
  std::set<std::string> names;
  for (const Stage* stage : stages) {
    const bool follows =
        std::any_of(stage->after.begin(), stage->after.end(),
                    [&](const std::string& before) { return names.contains(before); });
    if (follows || !is_finished(*stage)) names.insert(stage->name);
  }
  return names;
}

std::set<std::string> Runner::agreed_to_do(const Stages& stages) {
  const auto& comm = context_.comm();
  std::string text;
  if (comm.is_root()) text = fmt::format("{}", fmt::join(to_do(stages), "\n"));
  std::istringstream lines(comm.broadcast(text));
  std::set<std::string> names;
  for (std::string name; std::getline(lines, name);) names.insert(name);
  return names;
}

void Runner::check_what_is_read(const std::set<std::string>& open) const {
  std::set<std::string> seen;
  const auto visit = [&](const auto& self, const Stage& stage) -> void {
    for (const std::string& before : stage.after) {
      const Stage& predecessor = stage_named(before);
      if (!is_wanted(predecessor) || !seen.insert(before).second) continue;
      self(self, predecessor);
      if (open.contains(before)) continue;
      const auto record = StageRecord::load(context_.directory(), before);
      const auto faults =
          record ? record->faults(context_.directory()) : std::vector<std::string>();
      if (faults.empty()) continue;
      throw Error(ErrorKind::kInput,
                  fmt::format("{} since the stage '{}' wrote it", faults.front(), before),
                  "'sengen verify' names all such files; remove one to have it made again");
    }
  };
  for (const std::string& name : open) visit(visit, stage_named(name));
}

void Runner::check(const Stages& stages) const {
  parallel::agree(context_.comm(), [&] {
    for (const Stage* stage : stages) {
      if (stage->check) stage->check(context_.comm());
    }
  });
}

void Runner::prepare(const std::string& last) {
  const Stages stages = needed(last);
  parallel::agree(context_.comm(), [&] {
    for (const Stage* stage : stages) system_.options.check_required(stage->tables);
    if (!context_.comm().is_root()) return;
    for (const Stage* stage : stages) key_of(*stage);
  });
  const std::set<std::string> names = agreed_to_do(stages);
  parallel::agree(context_.comm(), [&] {
    if (context_.comm().is_root()) check_what_is_read(names);
  });
  Stages checked = stages;
  std::erase_if(checked, [&](const Stage* stage) { return !names.contains(stage->name); });
  check(checked);
}

std::string Runner::plan(const std::string& last) {
  const std::vector<std::string> walked = walk(last);
  const std::set<std::string> open = to_do(needed(last));
  std::string text;
  for (const Stage& stage : system_.stages) {
    const bool here = std::find(walked.begin(), walked.end(), stage.name) != walked.end();
    const char* state = !here ? "left out" : open.contains(stage.name) ? "to do" : "finished";
    text += fmt::format("{:<12} {:<10} {}\n", stage.name, state, stage.summary);
  }
  return text;
}

int Runner::run(const std::string& last, const std::function<void()>& begin) {
  const Stages stages = needed(last);
  const std::set<std::string> open = agreed_to_do(stages);
  clear_for(open);
  if (!open.empty() && begin) begin();
  int ran = 0;
  for (const Stage* stage : stages) {
    if (!open.contains(stage->name)) {
      context_.log().info("{}: finished earlier, skipped", stage->name);
      continue;
    }
    if (ran > 0 && context_.should_stop()) {
      context_.stop(fmt::format("the stages before '{}' are finished", stage->name));
    }
    run_stage(*stage);
    ++ran;
  }
  return ran;
}

void Runner::redo(const std::string& name, const std::string& how_to_finish,
                  const std::function<void()>& begin) {
  const auto& comm = context_.comm();
  const Stage& stage = stage_named(name);
  parallel::agree(comm, [&] {
    if (!comm.is_root()) return;
    for (const Stage* before : needed(name)) {
      if (before == &stage) continue;
      const auto record = StageRecord::load(context_.directory(), before->name);
      if (!record || !record->has_outputs(context_.directory())) {
        throw Error(ErrorKind::kInput,
                    fmt::format("{}: the stage '{}' has not finished, which '{}' needs",
                                context_.directory().string(), before->name, name),
                    how_to_finish);
      }
      keys_[before->name] = record->key;
    }
    key_of(stage);
    check_what_is_read({name});
  });
  check({&stage});
  clear_for({name});
  if (begin) begin();
  run_stage(stage);
}

void Runner::clear_for(const std::set<std::string>& stages) {
  parallel::agree(context_.comm(), [&] {
    if (!context_.comm().is_root()) return;
    fs::create_directories(record_folder(context_.directory()));
    restore_summary();
    forget(stages);
    // A kill between a stage's record and the end of its scratch leaves the latter.
    for (const Stage& stage : system_.stages) {
      const auto record = StageRecord::load(context_.directory(), stage.name);
      if (record && keys_.contains(stage.name) && keys_[stage.name] == record->key) {
        remove_scratch(stage.name, {});
      }
    }
  });
}

void Runner::restore_summary() {
  std::vector<std::string> names;
  for (const Stage& stage : system_.stages) names.push_back(stage.name);
  summary_ = summary_of_records(context_.directory(), names);
  save_summary();
}

// A folder in which nothing has finished gets no summary, one that is as it should be is left
// alone.
void Runner::save_summary() const {
  const fs::path path = context_.directory() / Summary::kFileName;
  std::ifstream file(path);
  if (!file && summary_.stages.empty()) return;
  std::ostringstream present;
  present << file.rdbuf();
  if (present.str() != summary_.to_json()) summary_.save_file(path);
}

void Runner::forget(const std::set<std::string>& stages) {
  std::set<std::string> gone;
  for (const Stage& stage : system_.stages) {
    const bool follows =
        std::any_of(stage.after.begin(), stage.after.end(),
                    [&](const std::string& before) { return gone.contains(before); });
    if (follows || stages.contains(stage.name)) gone.insert(stage.name);
  }
  for (const std::string& stage : gone) summary_.drop_stage(stage);
  save_summary();
  for (const std::string& stage : gone) fs::remove(record_path(context_.directory(), stage));
}

void Runner::remove_scratch(const std::string& stage, const fs::path& except) const {
  const fs::path parent = context_.directory() / kScratchFolder;
  if (!fs::exists(parent)) return;
  std::vector<fs::path> found;
  for (const auto& entry : fs::directory_iterator(parent)) {
    const std::string name = entry.path().filename().string();
    const bool mine = name.size() == stage.size() + 1 + kKeyDigits && name.starts_with(stage + "-");
    if (mine && entry.path() != except) found.push_back(entry.path());
  }
  for (const fs::path& path : found) fs::remove_all(path);
  if (fs::is_empty(parent)) fs::remove(parent);
}

void Runner::run_stage(const Stage& stage) {
  const auto& comm = context_.comm();
  const std::string key = comm.broadcast(comm.is_root() ? key_of(stage) : std::string());
  context_.inputs_key_ = comm.broadcast(comm.is_root() ? inputs_keys_[stage.name] : std::string());
  context_.scratch_ = context_.directory() / kScratchFolder /
                      fmt::format("{}-{}", stage.name, key.substr(0, kKeyDigits));
  if (comm.is_root()) {
    fs::create_directories(context_.scratch_);
    // Parts of a run with other options are of no use to this one.
    remove_scratch(stage.name, context_.scratch_);
  }
  comm.barrier();
  context_.log().info("{}: {}", stage.name, stage.summary);
  context_.stage_ = stage.name;
  context_.key_ = key;
  context_.metrics_.clear();
  const auto start = Clock::now();
  try {
    fail_if_asked(stage.name, comm.rank());
    stage.run(context_);
  } catch (...) {
    std::error_code ignored;
    if (comm.is_root() && fs::is_empty(context_.scratch_, ignored)) remove_scratch(stage.name, {});
    throw;
  }
  comm.barrier();
  const double seconds = std::chrono::duration<double>(Clock::now() - start).count();
  if (comm.is_root()) finish_stage(stage, key, seconds);
  context_.log().info("{}: done in {:.1f} s", stage.name, seconds);
}

void Runner::finish_stage(const Stage& stage, const std::string& key, double seconds) {
  StageRecord record;
  record.key = key;
  for (const std::string& output : stage.outputs) {
    const fs::path path = context_.file(output);
    if (!leaves(stage, output)) {
      fs::remove(path);
      continue;
    }
    if (!fs::exists(path)) {
      throw Error(ErrorKind::kInternal,
                  fmt::format("stage {} did not write {}", stage.name, path.string()));
    }
    record.outputs[output] = {fs::file_size(path), hash_file(path)};
    context_.log().detail("{}: wrote {}, {} bytes", stage.name, path.string(),
                          record.outputs[output].bytes);
  }
  record.figures.system = system_.name;
  record.figures.version = version_;
  record.figures.stages[stage.name] = StageRun::here(seconds, context_.comm().size(), version_);
  record.figures.metrics = context_.metrics_;
  record.save(context_.directory(), stage.name);
  summary_.system = system_.name;
  summary_.version = version_;
  summary_.merge(record.figures);
  save_summary();
  append_history(stage.name, seconds);
  remove_scratch(stage.name, {});
}

void Runner::append_history(const std::string& stage, double seconds) const {
  io::JsonRecord record = {{"finished", utc_now()}, {"stage", stage}, {"seconds", seconds}};
  for (const auto& [name, metric] : in_natural_order(context_.metrics_)) {
    record.emplace_back(name, metric.value);
  }
  io::JsonLines(context_.file("metrics.jsonl")).append(record);
}

}  // namespace sengen::study
