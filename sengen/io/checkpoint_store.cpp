// SPDX-License-Identifier: Apache-2.0
#include <sengen/io/checkpoint_store.hpp>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <fstream>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/stat.h>
#include <unistd.h>
#include <nlohmann/json.hpp>

#include <sengen/core/build_info.hpp>
#include <sengen/core/error.hpp>
#include <sengen/io/atomic_file.hpp>
#include <sengen/parallel/agreement.hpp>

namespace sengen::io {

namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

constexpr const char* kLatestFile = "LATEST";
constexpr const char* kBestFile = "BEST";
constexpr const char* kUnfinished = ".tmp.";
constexpr std::int64_t kLargestStep = std::int64_t{1} << 53;

void rename_or_fail(const fs::path& from, const fs::path& to) {
  if (std::rename(from.c_str(), to.c_str()) != 0) fail_writing(to, errno);
}

// Each of them on the disk when this returns.
void make_folders(const fs::path& folder) {
  std::vector<fs::path> absent;
  for (fs::path path = fs::absolute(folder); !fs::exists(path); path = path.parent_path()) {
    absent.push_back(path);
  }
  fs::create_directories(folder);
  for (const fs::path& path : absent) sync_path(path.parent_path());
}

// What killed writers left. Nobody else writes here: the caller holds the lock.
void remove_unfinished(const fs::path& folder) {
  std::vector<fs::path> found;
  for (const auto& entry : fs::directory_iterator(folder)) {
    const std::string name = entry.path().filename().string();
    const bool is_pointer = name.starts_with(kLatestFile) || name.starts_with(kBestFile);
    if ((name.starts_with("step-") && name.find(kUnfinished) != std::string::npos) ||
        (is_pointer && name.ends_with(".tmp"))) {
      found.push_back(entry.path());
    }
  }
  for (const fs::path& path : found) fs::remove_all(path);
}

// The file's entry in the manifest; empty for a rank without arrays.
std::string write_shard(const fs::path& folder, int rank, std::span<const NamedArray> arrays) {
  if (arrays.empty()) return {};
  const std::string name = shard_file(rank);
  OutputFile file(folder / name, OutputFile::Start::kNew);
  const WrittenFile written = write_safetensors(file, arrays);
  file.sync();
  return Json({{"file", name}, {"bytes", written.bytes}, {"xxh3", written.xxh3}}).dump();
}

void check_unique(const std::vector<std::string>& names_of_ranks) {
  std::set<std::string> names;
  for (const std::string& text : names_of_ranks) {
    for (const Json& name : Json::parse(text)) {
      if (names.insert(name.get<std::string>()).second) continue;
      throw Error(ErrorKind::kInternal,
                  fmt::format("two ranks save an array {}", shown_name(name.get<std::string>())));
    }
  }
}

// A check before anything is written, and the names for check_unique().
std::string names_of(std::span<const NamedArray> arrays) {
  check_arrays(arrays);
  Json names = Json::array();
  for (const NamedArray& array : arrays) names.push_back(array.name);
  return names.dump();
}

// What LATEST or BEST names; empty when it is not there.
std::string name_in(const fs::path& pointer) {
  std::ifstream file(pointer);
  std::string name;
  std::getline(file, name);
  return name;
}

}  // namespace

CheckpointStore::CheckpointStore(fs::path folder, parallel::Communicator comm,
                                 CheckpointOptions options)
    : folder_(std::move(folder)), comm_(std::move(comm)), options_(options) {
  if (!folder_.has_filename()) folder_ = folder_.parent_path();  // "folder/"
  if (options_.keep < 1) throw Error(ErrorKind::kInternal, "a store keeps at least one checkpoint");
}

std::string CheckpointStore::unfinished_suffix() const {
  return fmt::format("{}{}.{}", kUnfinished, parallel::host_name(), getpid());
}

void CheckpointStore::save(std::int64_t step, std::span<const NamedArray> mine,
                           const Metadata& metadata, bool best) {
  const auto names = parallel::gather_agreed(comm_, [&] { return names_of(mine); });
  const fs::path temporary =
      parallel::broadcast_agreed(comm_, [&] { return prepare(step, names).string(); });
  try {
    const auto shards =
        parallel::gather_agreed(comm_, [&] { return write_shard(temporary, comm_.rank(), mine); });
    parallel::broadcast_agreed(comm_, [&] {
      CheckpointManifest manifest;
      manifest.step = step;
      manifest.best = best;
      manifest.metadata = metadata;
      return publish(temporary, std::move(manifest), shards).string();
    });
  } catch (const Error&) {
    std::error_code ignored;
    if (comm_.is_root()) fs::remove_all(temporary, ignored);
    throw;
  }
  parallel::broadcast_agreed(comm_, [&] {
    rotate();
    return std::string();
  });
}

fs::path CheckpointStore::prepare(std::int64_t step, const std::vector<std::string>& names) const {
  if (step < 0 || step > kLargestStep) {
    throw Error(ErrorKind::kInternal, fmt::format("no checkpoint of step {}", step));
  }
  check_unique(names);
  make_folders(folder_);
  remove_unfinished(folder_);
  const fs::path temporary = folder_ / (checkpoint_folder(step) + unfinished_suffix());
  if (::mkdir(temporary.c_str(), 0777) != 0) fail_writing(temporary, errno);
  return temporary;
}

fs::path CheckpointStore::publish(const fs::path& temporary, CheckpointManifest manifest,
                                  const std::vector<std::string>& shards) const {
  for (const std::string& text : shards) {
    if (text.empty()) continue;
    const Json shard = Json::parse(text);
    manifest.shards.push_back({shard["file"], shard["bytes"], shard["xxh3"]});
  }
  for (const CheckpointEntry& entry : list()) {
    if (entry.manifest) manifest.save = std::max(manifest.save, entry.manifest->save + 1);
  }
  manifest.program = build_info().version;
  manifest.ranks = comm_.size();
  {
    OutputFile file(temporary / kManifestFile, OutputFile::Start::kNew);
    file.write(format_checkpoint_manifest(manifest));
    file.sync();
  }
  sync_path(temporary);
  // The same step again, after a fall back: the one that is there stays as long as it is needed.
  fs::path checkpoint;
  for (int number = 1; checkpoint.empty() || fs::exists(checkpoint); ++number) {
    checkpoint = folder_ / checkpoint_folder(manifest.step, number);
  }
  rename_or_fail(temporary, checkpoint);
  sync_path(folder_);
  return checkpoint;
}

void CheckpointStore::point_to(const char* file, const fs::path& checkpoint) const {
  write_text_atomic(folder_ / file, checkpoint.filename().string() + "\n");
}

// All files are there, with their sizes; the contents are not read again after every save.
bool CheckpointStore::is_whole(const CheckpointEntry& entry) const {
  if (!entry.manifest || damaged_.contains(entry.folder)) return false;
  const auto& shards = entry.manifest->shards;
  return std::all_of(shards.begin(), shards.end(), [&](const CheckpointShard& shard) {
    std::error_code missing;
    return fs::file_size(entry.folder / shard.file, missing) == shard.bytes && !missing;
  });
}

void CheckpointStore::rotate() {
  const auto entries = list();
  std::vector<fs::path> whole;
  std::optional<fs::path> best;
  for (const CheckpointEntry& entry : entries) {
    if (!entry.manifest || !is_whole(entry)) continue;
    whole.push_back(entry.folder);
    if (!best && entry.manifest->best) best = entry.folder;
  }
  if (whole.empty()) return;
  point_to(kLatestFile, whole.front());
  if (best) point_to(kBestFile, *best);
  const auto keep = static_cast<std::size_t>(options_.keep);
  if (whole.size() < keep) return;  // a damaged one may be worth more than none
  whole.resize(keep);
  for (const CheckpointEntry& entry : entries) {
    const bool is_recent = std::find(whole.begin(), whole.end(), entry.folder) != whole.end();
    if (!is_recent && entry.folder != best) remove(entry.folder);
  }
}

void CheckpointStore::remove(const fs::path& checkpoint) {
  // First the name goes: half a checkpoint must not look like a damaged one.
  const fs::path doomed = checkpoint.string() + unfinished_suffix();
  rename_or_fail(checkpoint, doomed);
  damaged_.erase(checkpoint);
  fs::remove_all(doomed);
}

std::optional<Checkpoint> CheckpointStore::load(bool best) {
  // The folders to be tried, in this order; those without a manifest have a fault only.
  const std::string candidates = parallel::broadcast_agreed(comm_, [&] {
    Json found = {{"folders", Json::array()}, {"faults", Json::array()}};
    const std::string named_best = best ? name_in(folder_ / kBestFile) : "";
    for (const CheckpointEntry& entry : list()) {
      const std::string name = entry.folder.filename().string();
      if (entry.manifest && (entry.manifest->best || !best)) found["folders"].push_back(name);
      if (!entry.manifest && (name == named_best || !best)) found["faults"].push_back(entry.fault);
    }
    return found.dump(-1, ' ', false, Json::error_handler_t::replace);
  });
  const Json found = Json::parse(candidates);
  auto faults = found["faults"].get<std::vector<std::string>>();
  for (const Json& name : found["folders"]) {
    const fs::path folder = folder_ / name.get<std::string>();
    try {
      Checkpoint checkpoint = load_checkpoint(folder, comm_);
      checkpoint.warnings_ = std::move(faults);
      return checkpoint;
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::kInput) throw;  // the same on every rank
      faults.push_back(error.message());
      damaged_.insert(folder);
    }
  }
  if (faults.empty()) return std::nullopt;
  throw Error(
      ErrorKind::kInput,
      fmt::format("{}: no checkpoint is whole:\n{}", folder_.string(), fmt::join(faults, "\n")),
      "remove the folder to start from the beginning");
}

}  // namespace sengen::io
