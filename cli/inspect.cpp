// SPDX-License-Identifier: Apache-2.0
#include "inspect.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <sengen/core/error.hpp>
#include <sengen/io/checkpoint.hpp>
#include <sengen/io/csv.hpp>
#include <sengen/io/file_bytes.hpp>
#include <sengen/io/file_kind.hpp>
#include <sengen/io/npy.hpp>
#include <sengen/io/npz.hpp>
#include <sengen/io/picture.hpp>
#include <sengen/io/png.hpp>
#include <sengen/io/safetensors.hpp>
#include <sengen/io/snapshots.hpp>
#include <sengen/study/manifest.hpp>
#include <sengen/study/summary.hpp>

#include "inspect_text.hpp"

namespace sengen::cli {

namespace {

namespace fs = std::filesystem;

std::string inspect_hdf5(const fs::path& path) {
  const auto file = io::Hdf5File::open(path);
  std::string text;
  for (const std::string& name : file.datasets()) {
    text += fmt::format("{:<24} {:<8} [{}]\n", name, io::to_string(file.element_type(name)),
                        fmt::join(file.shape(name), ", "));
  }
  if (!file.has_attribute("/", "format")) return text;
  text = fmt::format("format: {}\n", file.attribute_string("/", "format")) + text;
  if (file.attribute_string("/", "format") != "sengen snapshots") return text;
  const io::SnapshotReader reader(path);
  const io::SnapshotInfo& info = reader.info();
  return text + fmt::format("{} snapshots {:g} {} apart, components {} in {}\nmade by: {}\n",
                            info.snapshots(), info.time_step(), info.time_unit,
                            fmt::join(info.components, ", "), info.unit, info.source);
}

std::string inspect_npy(const fs::path& path) {
  const io::NpyReader reader(path, io::NpyNumbers::kAny);
  return fmt::format("NPY {} [{}]\n", reader.header().descriptor,
                     fmt::join(reader.header().shape, ", "));
}

std::string inspect_png(const fs::path& path) {
  const auto picture = io::read_png(path);
  return fmt::format("PNG {} x {} pixels, {}\n", picture.width, picture.height,
                     picture.channels == 1 ? "grey" : "colour");
}

std::string inspect_pnm(const fs::path& path) {
  const auto picture = io::read_picture(path);
  return fmt::format("{} {} x {} pixels, {}, white is {}\n", picture.channels == 1 ? "PGM" : "PPM",
                     picture.width, picture.height, picture.channels == 1 ? "grey" : "colour",
                     picture.peak);
}

std::string inspect_csv(const fs::path& path) {
  const auto table = io::read_csv(path);
  return fmt::format("CSV {} rows, columns {}\n", table.rows.size(),
                     fmt::join(table.columns, ", "));
}

constexpr std::size_t kLongestText = 200;

// A text of a stranger's file, in one line and without what a terminal would obey.
std::string one_line(const std::string& text) {
  const std::string part = text.substr(0, kLongestText);
  const std::string quoted = fmt::format("{:?}", part);
  const bool is_plain = quoted == "\"" + part + "\"";
  return (is_plain ? part : quoted) + (text.size() > kLongestText ? "..." : "");
}

std::string tensor_line(const io::TensorInfo& tensor) {
  return fmt::format("{:<24} {:<8} [{}]\n", one_line(tensor.name), io::to_string(tensor.type),
                     fmt::join(tensor.shape, ", "));
}

std::string inspect_npz(const fs::path& path) {
  const auto bytes = io::read_bytes(path);
  std::string text = "NPZ\n";
  for (const std::string& name : io::npz_names(bytes, path.string())) {
    const io::NpyArray array = io::parse_npz(bytes, name, path.string());
    text += fmt::format("{:<24} {:<8} [{}]\n", one_line(name),
                        array.is_complex ? "complex" : "real", fmt::join(array.shape, ", "));
  }
  return text;
}

std::string metadata_lines(const io::Metadata& metadata) {
  std::string text;
  for (const auto& [key, value] : metadata) {
    text += fmt::format("{}: {}\n", one_line(key), one_line(value));
  }
  return text;
}

std::string inspect_safetensors(const fs::path& path) {
  const io::SafetensorsReader reader(path);
  std::string text = fmt::format("safetensors {} tensors, {}\n", reader.tensors().size(),
                                 reader.has_checksum() ? "checksum right" : "no checksum of ours");
  for (const io::TensorInfo& tensor : reader.tensors()) text += tensor_line(tensor);
  return text + metadata_lines(reader.metadata());
}

std::string inspect_checkpoint(const fs::path& path) {
  io::Checkpoint checkpoint = io::load_checkpoint(path);
  const io::CheckpointManifest& manifest = checkpoint.manifest();
  std::string text = fmt::format("checkpoint of step {}, save {}{}, by {} ranks of sengen {}\n",
                                 manifest.step, manifest.save, manifest.best ? ", the best" : "",
                                 manifest.ranks, one_line(manifest.program));
  for (const std::string& name : checkpoint.names()) text += tensor_line(checkpoint.info(name));
  return text + metadata_lines(checkpoint.metadata());
}

std::string inspect_checkpoints(const std::vector<io::CheckpointEntry>& checkpoints) {
  std::string text;
  for (const io::CheckpointEntry& entry : checkpoints) {
    const std::string name = entry.folder.filename().string();
    if (!entry.manifest) {
      text += fmt::format("{:<16} {}\n", name, entry.fault);
      continue;
    }
    std::uint64_t bytes = 0;
    for (const io::CheckpointShard& shard : entry.manifest->shards) bytes += shard.bytes;
    text +=
        fmt::format("{:<16} save {:<6} {:>3} ranks {:>14} bytes{}\n", name, entry.manifest->save,
                    entry.manifest->ranks, bytes, entry.manifest->best ? ", the best" : "");
  }
  return text;
}

std::string inspect_folder(const fs::path& path) {
  if (fs::exists(path / io::kManifestFile)) return inspect_checkpoint(path);
  const auto checkpoints = io::list_checkpoints(path);
  if (!checkpoints.empty()) return inspect_checkpoints(checkpoints);
  const auto manifest = study::Manifest::load(path);
  std::string text = fmt::format(
      "{} {}, {} ranks with {} threads on {}, {}\n{}\n\n", manifest.system, manifest.version,
      manifest.ranks, manifest.threads, manifest.host, manifest.started, manifest.command);
  const auto summary = study::Summary::load(path);
  for (const auto& [name, stage] : summary.stages) {
    text += fmt::format("{:<12} {:>9.1f} s\n", name, stage.seconds);
  }
  return text + "\n" + study::figures_table(summary);
}

}  // namespace

std::string inspect_file(const fs::path& path) {
  if (fs::is_directory(path)) return inspect_folder(path);
  // One that is damaged may begin as anything.
  if (path.extension() == ".safetensors") return inspect_safetensors(path);
  const io::FileKind kind = io::file_kind(path);
  switch (kind) {
    case io::FileKind::kHdf5: return inspect_hdf5(path);
    case io::FileKind::kNpy: return inspect_npy(path);
    case io::FileKind::kPng: return inspect_png(path);
    case io::FileKind::kPnm: return inspect_pnm(path);
    case io::FileKind::kZip: return inspect_npz(path);
    case io::FileKind::kSafetensors: return inspect_safetensors(path);
    case io::FileKind::kXml: return inspect_xdmf(path);
    case io::FileKind::kHtml: return inspect_html(path);
    case io::FileKind::kText:
      if (path.extension() == ".csv") return inspect_csv(path);
      if (path.extension() == ".toml") return inspect_toml(path);
      if (path.extension() == ".json") return inspect_json(path);
      if (path.extension() == ".jsonl") return inspect_json_lines(path);
      break;
    default: break;
  }
  throw Error(
      ErrorKind::kInput,
      fmt::format("{} is {} of {} bytes, with nothing in it that inspect knows", path.string(),
                  io::to_string(kind), fs::file_size(path)),
      "it knows HDF5, NPY, NPZ, PNG, PGM, PPM, CSV, safetensors, TOML, JSON, JSON lines, XDMF, "
      "HTML, checkpoints and output folders");
}

}  // namespace sengen::cli
