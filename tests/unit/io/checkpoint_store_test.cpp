// SPDX-License-Identifier: Apache-2.0
#include <sengen/io/checkpoint_store.hpp>

#include <sengen/core/build_info.hpp>
#include <sengen/core/hash.hpp>
#include <sengen/io/atomic_file.hpp>

#include "checkpoint_test.hpp"
#include "io_test.hpp"

namespace sengen::io {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::UnorderedElementsAre;

class CheckpointStoreTest : public ScratchTest {
 protected:
  CheckpointStore store(int keep = 2) const {
    return {folder / "checkpoints", parallel::Communicator::self(), {keep}};
  }
  fs::path path(const std::string& name) const { return folder / "checkpoints" / name; }
  std::vector<std::string> names() const {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(folder / "checkpoints")) {
      names.push_back(entry.path().filename().string());
    }
    return names;
  }
  std::int64_t newest(const CheckpointStore& other) const {
    CheckpointStore store = other;
    auto checkpoint = store.load_newest();
    EXPECT_TRUE(checkpoint && is_whole_state(*checkpoint));
    return checkpoint ? checkpoint->step() : -1;
  }
  // A checkpoint as other ranks would have written it.
  fs::path write_by_hand(std::int64_t step, const std::vector<std::string>& array_names) const {
    const fs::path checkpoint = path(checkpoint_folder(step));
    fs::create_directories(checkpoint);
    CheckpointManifest manifest;
    manifest.step = step;
    manifest.ranks = static_cast<int>(array_names.size());
    for (std::size_t i = 0; i < array_names.size(); ++i) {
      const double value = static_cast<double>(i);
      const auto array = named_array<double>(array_names[i], {}, std::span(&value, 1));
      const std::string name = shard_file(static_cast<int>(i));
      OutputFile file(checkpoint / name);
      const WrittenFile written = write_safetensors(file, std::span(&array, 1));
      manifest.shards.push_back({name, written.bytes, written.xxh3});
    }
    write_text(checkpoint / kManifestFile, format_checkpoint_manifest(manifest));
    return checkpoint;
  }
};

void flip(const fs::path& file, std::uint64_t byte, int bit = 0) {
  std::string text = text_of(file);
  text[byte] = static_cast<char>(text[byte] ^ (1 << bit));
  write_text(file, text);
}

TEST_F(CheckpointStoreTest, BringsArraysAndTextsBack) {
  CheckpointStore store = this->store();
  EXPECT_FALSE(store.load_newest());
  EXPECT_FALSE(store.load_best());
  EXPECT_TRUE(store.list().empty());
  const State state(1234);
  store.save(1234, state.arrays(), {{"config", "a \"b\"\n"}, {"score", "0.5"}});
  auto checkpoint = store.load_newest();
  ASSERT_TRUE(checkpoint);
  EXPECT_EQ(checkpoint->step(), 1234);
  EXPECT_EQ(checkpoint->metadata(), (Metadata{{"config", "a \"b\"\n"}, {"score", "0.5"}}));
  EXPECT_EQ(checkpoint->manifest().program, build_info().version);
  EXPECT_EQ(checkpoint->manifest().ranks, 1);
  EXPECT_EQ(checkpoint->folder(), path("step-0001234"));
  EXPECT_TRUE(checkpoint->warnings().empty());
  EXPECT_THAT(checkpoint->names(), ElementsAre("weight", "moment", "position"));
  EXPECT_TRUE(checkpoint->contains("moment"));
  EXPECT_FALSE(checkpoint->contains("bias"));
  EXPECT_EQ(checkpoint->info("weight").shape, (Shape{100, 3}));
  EXPECT_TRUE(state.is_in(*checkpoint));
  float part = 0;
  checkpoint->read_bytes("weight", std::as_writable_bytes(std::span(&part, 1)), 40);
  EXPECT_EQ(part, state.weight[10]);
  expect_refused(ErrorKind::kInput, {"step-0001234: there is no array \"bias\""},
                 [&] { checkpoint->read<float>("bias"); });
  expect_refused(ErrorKind::kInput, {"\"weight\" is of F32, expected F64"},
                 [&] { checkpoint->read<double>("weight"); });
}

TEST_F(CheckpointStoreTest, MayHoldNothingButTexts) {
  CheckpointStore store = this->store();
  store.save(0, {}, {{"a", "b"}});
  EXPECT_THAT(names(), UnorderedElementsAre("step-0000000", "LATEST"));
  EXPECT_EQ(entries_of(path("step-0000000")), 1);
  auto checkpoint = store.load_newest();
  ASSERT_TRUE(checkpoint);
  EXPECT_TRUE(checkpoint->names().empty());
  EXPECT_EQ(checkpoint->metadata(), (Metadata{{"a", "b"}}));
}

TEST_F(CheckpointStoreTest, KeepsTheLastAndTheBest) {
  CheckpointStore store = this->store();
  for (const std::int64_t step : {10, 20, 30, 40, 50}) save_state(store, step, step == 20);
  EXPECT_THAT(names(), UnorderedElementsAre("step-0000020", "step-0000040", "step-0000050",
                                            "LATEST", "BEST"));
  EXPECT_EQ(text_of(path("LATEST")), "step-0000050\n");
  EXPECT_EQ(text_of(path("BEST")), "step-0000020\n");
  EXPECT_EQ(newest(store), 50);
  auto best = store.load_best();
  ASSERT_TRUE(best && is_whole_state(*best));
  EXPECT_EQ(best->step(), 20);
  EXPECT_TRUE(best->manifest().best);
  save_state(store, 60, true);
  EXPECT_EQ(store.load_best()->step(), 60);
  save_state(store, 70);
  EXPECT_THAT(names(), UnorderedElementsAre("step-0000060", "step-0000070", "LATEST", "BEST"));
  const auto entries = store.list();
  ASSERT_EQ(entries.size(), 2U);
  EXPECT_EQ(entries[0].manifest->step, 70);
  EXPECT_EQ(entries[0].manifest->save, 7);
}

TEST_F(CheckpointStoreTest, KeepsAsManyAsIsAskedFor) {
  CheckpointStore one = store(1);
  for (std::int64_t step = 1; step <= 3; ++step) save_state(one, step);
  EXPECT_THAT(names(), UnorderedElementsAre("step-0000003", "LATEST"));
  CheckpointStore four = store(4);
  for (std::int64_t step = 4; step <= 9; ++step) save_state(four, step);
  EXPECT_THAT(names(), UnorderedElementsAre("step-0000006", "step-0000007", "step-0000008",
                                            "step-0000009", "LATEST"));
  expect_refused(ErrorKind::kInternal, {"at least one"}, [&] { store(0); });
}

// Somebody goes back to an earlier one: what was saved last counts, not the largest step.
TEST_F(CheckpointStoreTest, GoesByTheOrderOfSaves) {
  CheckpointStore store = this->store(3);
  for (const std::int64_t step : {10, 20, 30}) save_state(store, step);
  save_state(store, 15);
  EXPECT_EQ(newest(store), 15);
  save_state(store, 20);
  EXPECT_EQ(newest(store), 20);
  EXPECT_EQ(text_of(path("LATEST")), "step-0000020-2\n") << "the first was there until then";
  EXPECT_THAT(names(),
              UnorderedElementsAre("step-0000030", "step-0000015", "step-0000020-2", "LATEST"));
  save_state(store, 20);
  EXPECT_EQ(store.load_newest()->folder(), path("step-0000020"));
  EXPECT_THAT(names(),
              UnorderedElementsAre("step-0000015", "step-0000020", "step-0000020-2", "LATEST"));
}

TEST_F(CheckpointStoreTest, RemovesWhatKilledWritersLeftAndNothingElse) {
  CheckpointStore store = this->store();
  save_state(store, 1);
  const std::string unfinished = "step-0000002.tmp.elsewhere.123";
  fs::create_directories(path(unfinished));
  write_text(path(unfinished) / shard_file(0), "half");
  write_text(path("LATEST.elsewhere.123.0.tmp"), "");
  write_text(path("notes.tmp"), "");
  write_text(path("step-0000003"), "no folder");
  fs::create_directories(path("step-3"));
  fs::create_directories(path("step-0000004-copy"));
  fs::create_directories(path("step-0000004-01"));
  EXPECT_EQ(newest(store), 1);
  EXPECT_TRUE(fs::exists(path(unfinished))) << "reading changes nothing";
  save_state(store, 5);
  EXPECT_THAT(names(), UnorderedElementsAre("step-0000001", "step-0000005", "LATEST", "notes.tmp",
                                            "step-0000003", "step-3", "step-0000004-copy",
                                            "step-0000004-01"));
}

// R3.
TEST_F(CheckpointStoreTest, FallsBackToTheOneBefore) {
  const std::vector<std::pair<std::string, std::function<void(const fs::path&)>>> damages = {
      {"shard-0.safetensors: damaged", [](const fs::path& at) { flip(at / shard_file(0), 1000); }},
      {"shard-0.safetensors: 100 bytes, expected",
       [](const fs::path& at) { fs::resize_file(at / shard_file(0), 100); }},
      {"shard-0.safetensors cannot be read: No such file",
       [](const fs::path& at) { fs::remove(at / shard_file(0)); }},
      {"MANIFEST.json: damaged", [](const fs::path& at) { flip(at / kManifestFile, 50); }},
      {"MANIFEST.json cannot be read: No such file",
       [](const fs::path& at) { fs::remove(at / kManifestFile); }},
      {"MANIFEST.json is of step 8, its folder of step 10",
       [](const fs::path& at) {
         fs::remove_all(at);
         fs::copy(at.parent_path() / "step-0000008", at);
       }},
      {"shard-0.safetensors: damaged", [](const fs::path& at) {
         fs::copy_file(at.parent_path() / "step-0000009" / shard_file(0), at / shard_file(0),
                       fs::copy_options::overwrite_existing);
       }}};
  for (const auto& [part, damage] : damages) {
    SCOPED_TRACE(part);
    fs::remove_all(folder / "checkpoints");
    CheckpointStore writer = store(3);
    for (std::int64_t step = 1; step <= 10; ++step) save_state(writer, step);
    damage(path("step-0000010"));
    CheckpointStore reader = store(3);
    auto checkpoint = reader.load_newest();
    ASSERT_TRUE(checkpoint && is_whole_state(*checkpoint));
    EXPECT_EQ(checkpoint->step(), 9);
    ASSERT_EQ(checkpoint->warnings().size(), 1U);
    EXPECT_THAT(checkpoint->warnings().front(), HasSubstr("step-0000010/" + part));
    // The step is done again, and what was found damaged counts for nothing.
    save_state(reader, 10);
    EXPECT_EQ(newest(reader), 10);
    EXPECT_THAT(names(),
                UnorderedElementsAre("step-0000008", "step-0000009", "step-0000010-2", "LATEST"));
  }
}

TEST_F(CheckpointStoreTest, RemovesNothingForTheSakeOfADamagedOne) {
  CheckpointStore store = this->store(2);
  save_state(store, 1);
  save_state(store, 2);
  fs::resize_file(path("step-0000001") / shard_file(0), 10);
  save_state(store, 3);
  EXPECT_THAT(names(), UnorderedElementsAre("step-0000002", "step-0000003", "LATEST"));
  fs::resize_file(path("step-0000002") / shard_file(0), 10);
  fs::resize_file(path("step-0000003") / shard_file(0), 10);
  save_state(store, 4);
  EXPECT_THAT(names(),
              UnorderedElementsAre("step-0000002", "step-0000003", "step-0000004", "LATEST"))
      << "while there are fewer than two, a damaged one may be worth something";
  save_state(store, 5);
  EXPECT_THAT(names(), UnorderedElementsAre("step-0000004", "step-0000005", "LATEST"));
}

TEST_F(CheckpointStoreTest, SaysSoWhenAllAreDamaged) {
  CheckpointStore store = this->store();
  save_state(store, 1, true);
  save_state(store, 2);
  flip(path("step-0000001") / shard_file(0), 5);
  fs::remove(path("step-0000002") / kManifestFile);
  const std::vector<std::string> parts = {"no checkpoint is whole",
                                          "step-0000001/shard-0.safetensors: damaged",
                                          "step-0000002/MANIFEST.json cannot be read"};
  expect_refused(ErrorKind::kInput, parts, [&] { store.load_newest(); });
  expect_refused(ErrorKind::kInput, {parts[0], parts[1]}, [&] { store.load_best(); });
  fs::remove(path("step-0000001") / kManifestFile);
  expect_refused(ErrorKind::kInput, {parts[0], "step-0000001/MANIFEST.json"},
                 [&] { store.load_best(); });
}

TEST_F(CheckpointStoreTest, FallsBackToAnEarlierBest) {
  CheckpointStore store = this->store(3);
  save_state(store, 1, true);
  save_state(store, 2, true);
  save_state(store, 3);
  flip(path("step-0000002") / shard_file(0), 5);
  auto best = store.load_best();
  ASSERT_TRUE(best && is_whole_state(*best));
  EXPECT_EQ(best->step(), 1);
  EXPECT_EQ(best->warnings().size(), 1U);
}

TEST_F(CheckpointStoreTest, WritesNothingForArraysThatCannotBe) {
  CheckpointStore store = this->store();
  save_state(store, 1);
  const std::vector<float> values(6);
  const NamedArray array = named_array<float>("a", {6}, values);
  expect_refused(ErrorKind::kInternal, {"two arrays are called \"a\""},
                 [&] { store.save(2, std::vector{array, array}); });
  expect_refused(ErrorKind::kInternal, {"24 bytes for F32 of shape [7]"},
                 [&] { store.save(2, std::vector{named_array<float>("a", {7}, values)}); });
  expect_refused(ErrorKind::kInternal, {"cannot be called \"\""},
                 [&] { store.save(2, std::vector{named_array<float>("", {6}, values)}); });
  expect_refused(ErrorKind::kInternal, {"no UTF-8"},
                 [&] { store.save(2, std::vector{array}, {{"a", "\xff"}}); });
  expect_refused(ErrorKind::kInternal, {"no checkpoint of step -1"},
                 [&] { store.save(-1, std::vector{array}); });
  EXPECT_THAT(names(), UnorderedElementsAre("step-0000001", "LATEST"));
  EXPECT_EQ(newest(store), 1);
}

TEST_F(CheckpointStoreTest, SurvivesAFullDisk) {
  CheckpointStore store = this->store();
  save_state(store, 1);
  for (const rlim_t limit : {0UL, 100UL, 1000UL, 2000UL}) {
    EXPECT_EQ(kind_on_full_disk(limit, [&] { save_state(store, 2); }), kResourceCode);
    EXPECT_THAT(names(), UnorderedElementsAre("step-0000001", "LATEST"));
    EXPECT_EQ(newest(store), 1);
  }
  write_text(folder / "file", "");
  expect_refused(ErrorKind::kResource, {(folder / "file").string()}, [&] {
    CheckpointStore inside(folder / "file" / "inside", parallel::Communicator::self());
    save_state(inside, 1);
  });
}

TEST_F(CheckpointStoreTest, TakesAFolderNamedWithASlash) {
  CheckpointStore store(folder / "new" / "deep" / "", parallel::Communicator::self());
  save_state(store, 1);
  EXPECT_TRUE(fs::exists(folder / "new" / "deep" / "step-0000001" / kManifestFile));
  EXPECT_EQ(load_checkpoint((folder / "new" / "deep" / "step-0000001" / "")).step(), 1);
}

TEST_F(CheckpointStoreTest, FindsArraysInTheShardsOfManyRanks) {
  std::vector<std::string> array_names;
  for (int i = 0; i < 70; ++i) array_names.push_back("array " + std::to_string(i));
  Checkpoint checkpoint = load_checkpoint(write_by_hand(3, array_names));
  EXPECT_EQ(checkpoint.names(), array_names);
  for (int round = 0; round < 2; ++round) {
    for (int i = 0; i < 70; ++i) {
      EXPECT_EQ(checkpoint.read<double>(array_names[static_cast<std::size_t>(i)]),
                std::vector<double>{1.0 * i});
    }
  }
  expect_refused(ErrorKind::kInput, {"step-0000004", "two shards have an array \"a\""},
                 [&] { load_checkpoint(write_by_hand(4, {"a", "b", "a"})); });
}

TEST_F(CheckpointStoreTest, IsVerifiedFileByFile) {
  EXPECT_TRUE(verify_checkpoints(folder / "absent").empty());
  CheckpointStore store = this->store(3);
  for (std::int64_t step = 1; step <= 3; ++step) save_state(store, step);
  fs::create_directories(path("other"));
  fs::rename(write_by_hand(7, {"a", "b", "c"}), path("other") / "step-0000007");
  fs::create_directories(path("step-0000009.tmp.elsewhere.1"));
  EXPECT_TRUE(verify_checkpoints(folder).empty());
  flip(path("step-0000002") / shard_file(0), 400);
  fs::remove(path("step-0000003") / kManifestFile);
  fs::remove(path("other") / "step-0000007" / shard_file(0));
  fs::resize_file(path("other") / "step-0000007" / shard_file(2), 9);
  const auto faults = verify_checkpoints(folder);
  ASSERT_EQ(faults.size(), 4U);
  EXPECT_THAT(faults[0], HasSubstr("other/step-0000007/shard-0.safetensors cannot be read"));
  EXPECT_THAT(faults[1], HasSubstr("other/step-0000007/shard-2.safetensors: 9 bytes, expected"));
  EXPECT_THAT(faults[2], HasSubstr("step-0000002/shard-0.safetensors: damaged"));
  EXPECT_THAT(faults[3], HasSubstr("step-0000003/MANIFEST.json cannot be read"));
  EXPECT_EQ(verify_checkpoints(path("step-0000003")).size(), 1U);
}

}  // namespace
}  // namespace sengen::io
