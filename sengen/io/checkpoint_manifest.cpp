// SPDX-License-Identifier: Apache-2.0
#include <sengen/io/checkpoint_manifest.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <sengen/core/error.hpp>
#include <sengen/core/hash.hpp>

namespace sengen::io {

namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kFormat = "sengen checkpoint";
constexpr std::int64_t kVersion = 1;
constexpr std::string_view kBeforeDigits = "\"checksum\": \"";
constexpr std::string_view kAfterDigits = "\"\n}\n";
constexpr std::int64_t kMostRanks = std::int64_t{1} << 24;
constexpr std::uint64_t kLargestNumber = std::uint64_t{1} << 53;  // exact in every reader of JSON
constexpr std::size_t kMostEntries = 65'536;
constexpr std::array<std::string_view, 10> kFields = {"format", "version", "step",  "save",
                                                      "best",   "program", "ranks", "metadata",
                                                      "shards", "checksum"};
constexpr std::array<std::string_view, 3> kShardFields = {"file", "bytes", "xxh3"};

[[noreturn]] void refuse(const std::string& source, const std::string& what) {
  throw Error(ErrorKind::kInput, fmt::format("{}: {}", source, what));
}

// Where the digits of the checksum begin.
std::size_t digits_offset(std::string_view text, const std::string& source) {
  const std::size_t tail = kHashDigits + kAfterDigits.size();
  if (text.size() < kBeforeDigits.size() + tail || !text.ends_with(kAfterDigits) ||
      !text.substr(0, text.size() - tail).ends_with(kBeforeDigits)) {
    refuse(source, fmt::format("{} bytes that do not end with a checksum", text.size()));
  }
  return text.size() - tail;
}

std::string checksum_of(std::string_view text, std::size_t digits_at) {
  Hasher hasher;
  hasher.update(text.substr(0, digits_at));
  hasher.update(std::string(kHashDigits, '0'));
  hasher.update(text.substr(digits_at + kHashDigits));
  return hasher.digits();
}

bool is_hash(const std::string& text) {
  return text.size() == kHashDigits &&
         text.find_first_not_of("0123456789abcdef") == std::string::npos;
}

// Takes the parser's events one by one, so that nothing is built that a manifest does not have.
class ManifestEvents {
 public:
  ManifestEvents(CheckpointManifest& manifest, const std::string& source)
      : manifest_(manifest), source_(source) {}

  bool null() { fail("null"); }
  bool number_integer(Json::number_integer_t value) { fail(fmt::format("the number {}", value)); }
  bool number_float(Json::number_float_t, const Json::string_t&) { fail("a fraction"); }
  bool binary(Json::binary_t&) { fail("binary data"); }

  bool boolean(bool value) {
    if (at_ != At::kRoot || field_ != "best") fail("true or false");
    manifest_.best = value;
    return true;
  }

  bool number_unsigned(Json::number_unsigned_t value) {
    if (value > kLargestNumber) fail(fmt::format("the number {}", value));
    const auto number = static_cast<std::int64_t>(value);
    if (at_ == At::kShard && field_ == "bytes") {
      manifest_.shards.back().bytes = value;
    } else if (at_ == At::kRoot && field_ == "version") {
      // Before anything that such a version may have in another way.
      if (number != kVersion) {
        refuse(source_, fmt::format("version {} of checkpoints, this program knows {}: it was "
                                    "written by another version of the program",
                                    number, kVersion));
      }
    } else if (at_ == At::kRoot && field_ == "step") {
      manifest_.step = number;
    } else if (at_ == At::kRoot && field_ == "save") {
      manifest_.save = number;
    } else if (at_ == At::kRoot && field_ == "ranks" && number >= 1 && number <= kMostRanks) {
      manifest_.ranks = static_cast<int>(number);
    } else {
      fail(fmt::format("the number {}", value));
    }
    return true;
  }

  bool string(Json::string_t& value) {
    if (at_ == At::kMetadata) {
      if (!manifest_.metadata.emplace(field_, value).second) fail("a key twice");
      if (manifest_.metadata.size() > kMostEntries) fail("too many entries");
    } else if (at_ == At::kShard && field_ == "file") {
      manifest_.shards.back().file = std::move(value);
    } else if (at_ == At::kShard && field_ == "xxh3" && is_hash(value)) {
      manifest_.shards.back().xxh3 = std::move(value);
    } else if (at_ == At::kRoot && field_ == "program") {
      manifest_.program = std::move(value);
    } else if (at_ != At::kRoot || (field_ != "checksum" && field_ != "format") ||
               (field_ == "format" && value != kFormat)) {
      fail(fmt::format("the text {}", shown_name(value)));
    }
    return true;
  }

  bool key(Json::string_t& value) {
    field_ = std::move(value);
    if (at_ == At::kRoot) take_field(kFields, has_field_);
    if (at_ == At::kShard) take_field(kShardFields, has_shard_field_);
    return true;
  }

  bool start_object(std::size_t) {
    if (at_ == At::kStart) {
      at_ = At::kRoot;
    } else if (at_ == At::kRoot && field_ == "metadata") {
      at_ = At::kMetadata;
    } else if (at_ == At::kShards) {
      if (std::ssize(manifest_.shards) == kMostRanks) fail("too many shards");
      manifest_.shards.emplace_back();
      has_shard_field_ = {};
      at_ = At::kShard;
    } else {
      fail("an object");
    }
    return true;
  }

  bool end_object() {
    if (at_ == At::kRoot) expect_fields(kFields, has_field_);
    if (at_ == At::kShard) expect_fields(kShardFields, has_shard_field_);
    at_ = at_ == At::kShard ? At::kShards : At::kRoot;
    return true;
  }

  bool start_array(std::size_t) {
    if (at_ != At::kRoot || field_ != "shards") fail("a list");
    at_ = At::kShards;
    return true;
  }

  bool end_array() {
    at_ = At::kRoot;
    return true;
  }

  bool parse_error(std::size_t position, const std::string&, const Json::exception&) {
    refuse(source_, fmt::format("no readable JSON at byte {}", position));
  }

 private:
  enum class At { kStart, kRoot, kMetadata, kShards, kShard };

  [[noreturn]] void fail(const std::string& found) const {
    refuse(source_, fmt::format("damaged: {} in {}", found, shown_name(field_)));
  }

  template <std::size_t count>
  void take_field(const std::array<std::string_view, count>& known, std::array<bool, count>& has) {
    const auto found = std::find(known.begin(), known.end(), field_);
    if (found == known.end()) fail("an unknown key");
    bool& is_there = has[static_cast<std::size_t>(found - known.begin())];
    if (is_there) fail("a key twice");
    is_there = true;
  }

  template <std::size_t count>
  void expect_fields(const std::array<std::string_view, count>& known,
                     const std::array<bool, count>& has) const {
    for (std::size_t i = 0; i < count; ++i) {
      if (!has[i]) refuse(source_, fmt::format("damaged: there is no \"{}\"", known[i]));
    }
  }

  CheckpointManifest& manifest_;
  const std::string& source_;
  At at_ = At::kStart;
  std::string field_;
  std::array<bool, kFields.size()> has_field_{};
  std::array<bool, kShardFields.size()> has_shard_field_{};
};

// The rank of a name that shard_file() gives, -1 for any other.
std::int64_t rank_of(const std::string& file) {
  const std::string_view prefix = "shard-";
  int rank = -1;
  if (file.starts_with(prefix)) {
    std::from_chars(file.data() + prefix.size(), file.data() + file.size(), rank);
  }
  return rank >= 0 && file == shard_file(rank) ? rank : -1;
}

// Nothing but names that a writer with so many ranks gives, each once: a manifest leads nowhere
// outside its folder.
void check_shards(const CheckpointManifest& manifest, const std::string& source) {
  std::int64_t last = -1;
  for (const CheckpointShard& shard : manifest.shards) {
    const std::int64_t rank = rank_of(shard.file);
    if (rank <= last || rank >= manifest.ranks) {
      refuse(source,
             fmt::format("damaged: the shard {}, expected {} to {}, each once and in order",
                         shown_name(shard.file), shard_file(0), shard_file(manifest.ranks - 1)));
    }
    last = rank;
  }
}

}  // namespace

std::string shard_file(int rank) { return fmt::format("shard-{}.safetensors", rank); }

CheckpointManifest parse_checkpoint_manifest(std::span<const std::byte> bytes,
                                             const std::string& source) {
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  const std::size_t digits_at = digits_offset(text, source);
  const std::string_view expected = text.substr(digits_at, kHashDigits);
  const std::string found = checksum_of(text, digits_at);
  if (found != expected) {
    refuse(source, fmt::format("damaged: its checksum is {}, expected {}", found,
                               shown_name(std::string(expected))));
  }
  // The parser would take a zero byte for the end.
  if (!text.starts_with('{') || text.find('\0') != std::string_view::npos) {
    refuse(source, "no JSON object");
  }
  CheckpointManifest manifest;
  ManifestEvents events(manifest, source);
  Json::sax_parse(text.begin(), text.end(), &events);
  check_shards(manifest, source);
  return manifest;
}

std::string format_checkpoint_manifest(const CheckpointManifest& manifest) {
  Json shards = Json::array();
  for (const CheckpointShard& shard : manifest.shards) {
    shards.push_back({{"file", shard.file}, {"bytes", shard.bytes}, {"xxh3", shard.xxh3}});
  }
  const Json json = {{"format", kFormat},       {"version", kVersion},
                     {"step", manifest.step},   {"save", manifest.save},
                     {"best", manifest.best},   {"program", manifest.program},
                     {"ranks", manifest.ranks}, {"metadata", manifest.metadata},
                     {"shards", shards},        {"checksum", std::string(kHashDigits, '0')}};
  std::string text;
  try {
    text = json.dump(2) + "\n";
  } catch (const Json::exception&) {
    throw Error(ErrorKind::kInternal, "a text for a manifest is no UTF-8");
  }
  const std::size_t digits_at = digits_offset(text, kManifestFile);
  return text.replace(digits_at, kHashDigits, checksum_of(text, digits_at));
}

}  // namespace sengen::io
