// SPDX-License-Identifier: Apache-2.0
#include <sengen/io/checkpoint.hpp>

#include <algorithm>
#include <charconv>
#include <sstream>
#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include <sengen/core/error.hpp>
#include <sengen/core/hash.hpp>
#include <sengen/io/file_bytes.hpp>
#include <sengen/parallel/agreement.hpp>

namespace sengen::io {

namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

constexpr std::string_view kFolderPrefix = "step-";
constexpr std::size_t kMostOpenShards = 32;

// The step in the name of a checkpoint's folder; nothing for other names, those of unfinished
// checkpoints among them.
std::optional<std::int64_t> step_of(const fs::path& folder) {
  const std::string name =
      (folder.has_filename() ? folder : folder.parent_path()).filename().string();
  if (!name.starts_with(kFolderPrefix)) return std::nullopt;
  const char* const end = name.data() + name.size();
  std::int64_t step = -1;
  int number = 1;
  const auto rest = std::from_chars(name.data() + kFolderPrefix.size(), end, step).ptr;
  if (rest != end && *rest == '-') std::from_chars(rest + 1, end, number);
  if (step < 0 || number < 1 || name != checkpoint_folder(step, number)) return std::nullopt;
  return step;
}

CheckpointManifest load_manifest(const fs::path& folder) {
  const fs::path path = folder / kManifestFile;
  CheckpointManifest manifest = parse_checkpoint_manifest(read_bytes(path), path.string());
  const auto step = step_of(folder);
  if (step && *step != manifest.step) {
    throw Error(ErrorKind::kInput, fmt::format("{} is of step {}, its folder of step {}",
                                               path.string(), manifest.step, *step));
  }
  return manifest;
}

// The names of a shard's arrays; kInput when it is not what the manifest says.
std::vector<std::string> check_shard(const fs::path& folder, const CheckpointShard& shard) {
  const fs::path path = folder / shard.file;
  const InputFile file(path);
  if (file.size() != shard.bytes) {
    throw Error(ErrorKind::kInput,
                fmt::format("{}: {} bytes, expected {}", path.string(), file.size(), shard.bytes));
  }
  Hasher hasher;
  hash_part(file, 0, shard.bytes, hasher);
  if (hasher.digits() != shard.xxh3) {
    throw Error(ErrorKind::kInput, fmt::format("{}: damaged: its XXH3-128 is {}, expected {}",
                                               path.string(), hasher.digits(), shard.xxh3));
  }
  return SafetensorsReader(path, SafetensorsReader::Check::kHeader).names();
}

// Paths in messages may be no UTF-8.
std::string as_text(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

// What this rank found in its part of the shards: names by number of the shard, and faults.
Json check_part(const fs::path& folder, const CheckpointManifest& manifest,
                const parallel::Communicator& comm) {
  Json part = {{"names", Json::array()}, {"faults", Json::array()}};
  const auto ranks = static_cast<std::size_t>(comm.size());
  for (auto i = static_cast<std::size_t>(comm.rank()); i < manifest.shards.size(); i += ranks) {
    try {
      part["names"].push_back({i, check_shard(folder, manifest.shards[i])});
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::kInput) throw;
      part["faults"].push_back(error.message());
    }
  }
  return part;
}

// Names of all shards in their order; kInput when there is any fault.
Json merge(const std::vector<std::string>& parts, std::size_t shards) {
  std::vector<std::string> faults;
  std::vector<std::vector<std::string>> names(shards);
  for (const std::string& text : parts) {
    const Json part = Json::parse(text);
    for (const Json& fault : part["faults"]) faults.push_back(fault.get<std::string>());
    for (const Json& entry : part["names"]) entry[1].get_to(names[entry[0].get<std::size_t>()]);
  }
  if (!faults.empty()) {
    std::sort(faults.begin(), faults.end());
    throw Error(ErrorKind::kInput, fmt::format("{}", fmt::join(faults, "\n")));
  }
  return names;
}

}  // namespace

std::string checkpoint_folder(std::int64_t step, int number) {
  const std::string name = fmt::format("{}{:07}", kFolderPrefix, step);
  return number == 1 ? name : fmt::format("{}-{}", name, number);
}

Checkpoint load_checkpoint(const fs::path& folder, const parallel::Communicator& comm) {
  Checkpoint checkpoint;
  checkpoint.folder_ = folder;
  // Read once, so that all ranks have the same one.
  const std::string text = parallel::broadcast_agreed(
      comm, [&] { return format_checkpoint_manifest(load_manifest(folder)); });
  checkpoint.manifest_ = parse_checkpoint_manifest(std::as_bytes(std::span(text)), folder.string());
  const CheckpointManifest& manifest = checkpoint.manifest_;
  const auto parts =
      parallel::gather_agreed(comm, [&] { return as_text(check_part(folder, manifest, comm)); });
  const Json names = Json::parse(parallel::broadcast_agreed(
      comm, [&] { return merge(parts, manifest.shards.size()).dump(); }));
  for (std::size_t shard = 0; shard < manifest.shards.size(); ++shard) {
    for (const Json& entry : names[shard]) {
      const auto name = entry.get<std::string>();
      if (!checkpoint.shard_of_.emplace(name, shard).second) {
        throw Error(ErrorKind::kInput, fmt::format("{}: two shards have an array {}",
                                                   folder.string(), shown_name(name)));
      }
      checkpoint.names_.push_back(name);
    }
  }
  return checkpoint;
}

SafetensorsReader& Checkpoint::reader_of(const std::string& name) {
  const auto found = shard_of_.find(name);
  if (found == shard_of_.end()) {
    throw Error(ErrorKind::kInput,
                fmt::format("{}: there is no array {}", folder_.string(), shown_name(name)));
  }
  const std::size_t shard = found->second;
  const auto open = readers_.find(shard);
  if (open != readers_.end()) return open->second;
  if (readers_.size() == kMostOpenShards) readers_.clear();
  return readers_
      .try_emplace(shard, folder_ / manifest_.shards[shard].file, SafetensorsReader::Check::kHeader)
      .first->second;
}

std::vector<CheckpointEntry> list_checkpoints(const fs::path& folder) {
  std::vector<CheckpointEntry> entries;
  if (!fs::exists(folder)) return entries;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (!entry.is_directory() || !step_of(entry.path())) continue;
    CheckpointEntry& checkpoint = entries.emplace_back();
    checkpoint.folder = entry.path();
    try {
      checkpoint.manifest = load_manifest(entry.path());
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::kInput) throw;
      checkpoint.fault = error.message();
    }
  }
  const auto order = [](const CheckpointEntry& entry) {
    return std::pair(entry.manifest ? -entry.manifest->save : 1, entry.folder);
  };
  std::sort(entries.begin(), entries.end(),
            [&](const auto& a, const auto& b) { return order(a) < order(b); });
  return entries;
}

std::vector<std::string> verify_checkpoints(const fs::path& folder) {
  std::vector<std::string> faults;
  if (!fs::exists(folder)) return faults;
  std::vector<fs::path> folders = {folder};
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.is_directory()) folders.push_back(entry.path());
  }
  std::sort(folders.begin(), folders.end());
  for (const fs::path& path : folders) {
    if (!step_of(path)) continue;
    try {
      load_checkpoint(path);
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::kInput) throw;
      std::istringstream lines(error.message());
      for (std::string line; std::getline(lines, line);) faults.push_back(line);
    }
  }
  return faults;
}

}  // namespace sengen::io
