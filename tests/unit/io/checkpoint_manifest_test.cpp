// SPDX-License-Identifier: Apache-2.0
#include <sengen/io/checkpoint_manifest.hpp>

#include <ctime>

#include <sengen/core/hash.hpp>

#include "io_test.hpp"

namespace sengen::io {
namespace {

CheckpointManifest parse(const std::string& text) {
  return parse_checkpoint_manifest(std::as_bytes(std::span(text)), "M");
}

CheckpointManifest example() {
  CheckpointManifest manifest;
  manifest.step = 1234;
  manifest.save = 12;
  manifest.best = true;
  manifest.program = "0.1.0 (1a2b3c4)";
  manifest.ranks = 12;
  manifest.metadata = {{"config", "a \"b\"\n\xc3\xbc"}, {"", ""}};
  manifest.shards = {{"shard-0.safetensors", 100, hash_text("a")},
                     {"shard-2.safetensors", 0, hash_text("b")},
                     {"shard-11.safetensors", std::uint64_t{1} << 50, hash_text("c")}};
  return manifest;
}

// The text with its checksum put right: for what is wrong although nothing was damaged.
std::string sign(std::string text) {
  const std::size_t at = text.size() - 4 - kHashDigits;
  text.replace(at, kHashDigits, kHashDigits, '0');
  return text.replace(at, kHashDigits, hash_text(text));
}

std::string changed(const std::string& from, const std::string& to) {
  std::string text = format_checkpoint_manifest(example());
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return sign(text.replace(at, from.size(), to));
}

void refuses(const std::string& from, const std::string& to, const std::string& part) {
  SCOPED_TRACE(to.substr(0, 100));
  const std::string text = changed(from, to);
  expect_refused(ErrorKind::kInput, {"M: ", part}, [&] { parse(text); });
}

TEST(CheckpointManifest, ComesBackAsItWas) {
  const CheckpointManifest manifest = parse(format_checkpoint_manifest(example()));
  EXPECT_EQ(manifest.step, 1234);
  EXPECT_EQ(manifest.save, 12);
  EXPECT_TRUE(manifest.best);
  EXPECT_EQ(manifest.program, "0.1.0 (1a2b3c4)");
  EXPECT_EQ(manifest.ranks, 12);
  EXPECT_EQ(manifest.metadata, example().metadata);
  ASSERT_EQ(manifest.shards.size(), 3U);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(manifest.shards[i].file, example().shards[i].file);
    EXPECT_EQ(manifest.shards[i].bytes, example().shards[i].bytes);
    EXPECT_EQ(manifest.shards[i].xxh3, example().shards[i].xxh3);
  }
  const CheckpointManifest empty = parse(format_checkpoint_manifest({}));
  EXPECT_TRUE(empty.metadata.empty());
  EXPECT_TRUE(empty.shards.empty());
}

TEST(CheckpointManifest, HasTheFormThatThePageShows) {
  CheckpointManifest manifest = example();
  manifest.metadata = {{"config", "a"}};
  manifest.shards.resize(1);
  EXPECT_EQ(format_checkpoint_manifest(manifest), sign(R"json({
  "format": "sengen checkpoint",
  "version": 1,
  "step": 1234,
  "save": 12,
  "best": true,
  "program": "0.1.0 (1a2b3c4)",
  "ranks": 12,
  "metadata": {
    "config": "a"
  },
  "shards": [
    {
      "file": "shard-0.safetensors",
      "bytes": 100,
      "xxh3": "a96faf705af16834e6c632b61e964e1f"
    }
  ],
  "checksum": "00000000000000000000000000000000"
}
)json"));
}

TEST(CheckpointManifest, IsRefusedWithAnyBitFlippedAndAtAnyLength) {
  const std::string text = format_checkpoint_manifest(example());
  for (std::size_t bit = 0; bit < 8 * text.size(); ++bit) {
    std::string damaged = text;
    damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << bit % 8));
    expect_refused(ErrorKind::kInput, {"M: "}, [&] { parse(damaged); });
  }
  for (std::size_t length = 0; length < text.size(); ++length) {
    expect_refused(ErrorKind::kInput, {std::to_string(length) + " bytes that do not end with"},
                   [&] { parse(text.substr(0, length)); });
  }
  expect_refused(ErrorKind::kInput, {"do not end with"}, [&] { parse(text + "\n"); });
}

// S6: nothing outside the folder, whoever wrote the manifest.
TEST(CheckpointManifest, NamesNoFilesButShards) {
  for (const char* name :
       {"../shard-0.safetensors", "/etc/passwd", "shard-0.safetensors/..", "a/shard-0.safetensors",
        "shard-00.safetensors", "shard--1.safetensors", "shard-0", "shard-0.safetensors ", "",
        "shard-12.safetensors", "shard-4294967296.safetensors", "shard-+1.safetensors",
        "shard-0.safetensors\\u0000", "SHARD-0.safetensors", "shard-2.safetensors"}) {
    refuses("shard-0.safetensors", name, "expected shard-0.safetensors to shard-11.safetensors");
  }
  refuses("shard-2.safetensors", "shard-0.safetensors", "each once and in order");
}

TEST(CheckpointManifest, RefusesWhatItDoesNotKnow) {
  refuses("\"version\": 1", "\"version\": 2", "version 2 of checkpoints, this program knows 1");
  refuses("\"version\": 1", "\"version\": 1, \"new\": 5", "an unknown key in \"new\"");
  refuses("\"version\": 1", "\"version\": true", "true or false in \"version\"");
  refuses("\"version\": 1", "\"version\": \"1\"", "the text \"1\" in \"version\"");
  refuses("\"version\": 1", "\"version\": null", "null in \"version\"");
  refuses("sengen checkpoint", "zip", "the text \"zip\" in \"format\"");
  refuses("\"step\": 1234,", "", "there is no \"step\"");
  refuses("\"step\": 1234", "\"step\": -1", "the number -1 in \"step\"");
  refuses("\"step\": 1234", "\"step\": 9007199254740993",
          "the number 9007199254740993 in \"step\"");
  refuses("\"step\": 1234", "\"step\": 1.5", "a fraction in \"step\"");
  refuses("\"step\": 1234", "\"step\": [1]", "a list in \"step\"");
  refuses("\"step\": 1234", "\"step\": {}", "an object in \"step\"");
  refuses("\"step\": 1234", "\"step\": 1, \"step\": 2", "a key twice in \"step\"");
  refuses("\"ranks\": 12", "\"ranks\": 0", "the number 0 in \"ranks\"");
  refuses("\"ranks\": 12", "\"ranks\": 16777217", "the number 16777217 in \"ranks\"");
  refuses("\"best\": true", "\"best\": 1", "the number 1 in \"best\"");
  refuses("\"bytes\": 100", "\"bytes\": -1", "the number -1 in \"bytes\"");
  refuses("\"bytes\": 100,", "", "there is no \"bytes\"");
  refuses("\"bytes\": 100", "\"bytes\": 100, \"bytes\": 100", "a key twice in \"bytes\"");
  refuses("\"bytes\": 100", "\"more\": 100", "an unknown key in \"more\"");
  refuses("\"xxh3\": \"a9", "\"xxh3\": \"A9", "the text \"A96f");
  refuses("\"xxh3\": \"a9", "\"xxh3\": \"9", "the text \"96f");
  refuses("\"\": \"\"", "\"config\": \"\"", "a key twice in \"config\"");
  refuses("\"\": \"\"", "\"\": 5", "the number 5 in \"\"");
  refuses("{\n  \"format\"", "[\n  \"format\"", "no JSON object");
  refuses("\"best\": true", std::string("\"best\": true\0", 13), "no JSON object");
  refuses("\"best\": true", "\"best\"; true", "no readable JSON at byte");
}

// Ten times the memory that a file takes is a bomb; so is a second for a kilobyte.
TEST(CheckpointManifest, DefusesBombs) {
  std::string ranks;
  for (int i = 0; i < 100'000; ++i)
    ranks += R"({"file":"x","bytes":0,"xxh3":")" + hash_text("") + "\"},";
  std::string texts;
  for (int i = 0; i < 100'000; ++i) texts += "\"" + std::to_string(i) + "\":\"\",";
  for (const auto& [from, to, part] :
       {std::tuple<std::string, std::string, std::string>{
            "\"step\": 1234", "\"step\": " + std::string(100'000, '['), "a list"},
        {"\"metadata\": {", "\"metadata\": {\"a\": " + std::string(100'000, '{'), "an object"},
        {"\"ranks\": 12", "\"ranks\": 16777216", ""},
        {"\"shards\": [", "\"shards\": [" + ranks, "the shard \"x\""},
        {"\"metadata\": {", "\"metadata\": {" + texts, "too many entries"}}) {
    SCOPED_TRACE(from);
    const std::string text = changed(from, to);
    const auto attempt = [&, &message = part] {
      try {
        parse(text);
        EXPECT_EQ(message, "");
      } catch (const Error& error) {
        EXPECT_THAT(error.message(), ::testing::HasSubstr(message));
      }
    };
    EXPECT_LT(peak_memory_of(attempt), static_cast<std::int64_t>(text.size()) + (16 << 20));
    const std::clock_t start = std::clock();
    attempt();
    const double seconds = static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
    EXPECT_LT(seconds, kAddressSanitizer ? 2 : 0.2);
  }
}

TEST(CheckpointManifest, WritesOnlyTexts) {
  CheckpointManifest manifest = example();
  manifest.metadata["a"] = "\xff";
  expect_refused(ErrorKind::kInternal, {"no UTF-8"}, [&] { format_checkpoint_manifest(manifest); });
}

}  // namespace
}  // namespace sengen::io
