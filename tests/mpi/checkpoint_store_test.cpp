// SPDX-License-Identifier: Apache-2.0
// Checkpoints of several ranks: read by any number of them, and all or nothing when one fails.
#include <sengen/io/checkpoint_store.hpp>

#include <csignal>
#include <fstream>

#include <gmock/gmock.h>
#include <sys/resource.h>
#include <unistd.h>

#include <sengen/core/error.hpp>

#include "../unit/io/checkpoint_test.hpp"
#include "mpi_main.hpp"

namespace sengen::io {
namespace {

namespace fs = std::filesystem;
using parallel::Communicator;

// One folder for all ranks.
class CheckpointStoreTest : public testing::Test {
 protected:
  void SetUp() override {
    const std::string name = testing::UnitTest::GetInstance()->current_test_info()->name();
    folder = world.broadcast(testing::TempDir() + "sengen-mpi-" + std::to_string(getpid()) + name);
    if (world.is_root()) fs::remove_all(folder);
    world.barrier();
  }
  void TearDown() override {
    world.barrier();
    if (world.is_root()) fs::remove_all(folder);
  }

  // Rank r saves arrays "r/...", but rank 1 has none.
  void save(CheckpointStore& store, std::int64_t step) const {
    const State state(step + world.rank());
    std::vector<NamedArray> mine;
    if (world.rank() != 1) mine = state.arrays(prefix(world.rank()));
    store.save(step, mine, {{"step", std::to_string(step)}});
  }
  static std::string prefix(int rank) { return std::to_string(rank) + "/"; }
  void expect_whole(Checkpoint& checkpoint, std::int64_t step) const {
    EXPECT_EQ(checkpoint.step(), step);
    EXPECT_EQ(checkpoint.manifest().ranks, world.size());
    EXPECT_EQ(checkpoint.metadata(), (Metadata{{"step", std::to_string(step)}}));
    const int writers = world.size() == 1 ? 1 : world.size() - 1;
    EXPECT_EQ(std::ssize(checkpoint.manifest().shards), writers);
    EXPECT_EQ(std::ssize(checkpoint.names()), 3 * writers);
    for (int rank = 0; rank < world.size(); ++rank) {
      EXPECT_TRUE(rank == 1 || State(step + rank).is_in(checkpoint, prefix(rank)));
    }
  }
  int entries() const {
    world.barrier();
    int count = 0;
    for (const auto& entry : fs::directory_iterator(folder)) count += entry.exists();
    world.barrier();
    return count;
  }

  Communicator world = Communicator::world();
  std::string folder;
};

TEST_F(CheckpointStoreTest, IsReadByAnyNumberOfRanks) {
  CheckpointStore store(folder, world);
  EXPECT_FALSE(store.load_newest());
  for (const std::int64_t step : {10, 20, 30}) save(store, step);
  EXPECT_EQ(entries(), 3) << "two checkpoints and LATEST";
  auto all = store.load_newest();
  ASSERT_TRUE(all);
  expect_whole(*all, 30);
  // Half of the ranks, and each alone.
  for (const auto& comm : {world.split(world.rank() % 2), Communicator::self()}) {
    CheckpointStore other(folder, comm);
    auto checkpoint = other.load_newest();
    ASSERT_TRUE(checkpoint);
    expect_whole(*checkpoint, 30);
  }
  world.barrier();
  // Fewer ranks go on.
  const auto fewer = world.split(world.rank() == 0 ? 0 : 1);
  if (world.is_root()) {
    CheckpointStore other(folder, fewer);
    const State state(40);
    other.save(40, state.arrays());
  }
  world.barrier();
  auto checkpoint = store.load_newest();
  ASSERT_TRUE(checkpoint);
  EXPECT_EQ(checkpoint->step(), 40);
  EXPECT_EQ(checkpoint->manifest().ranks, 1);
  EXPECT_TRUE(State(40).is_in(*checkpoint));
}

TEST_F(CheckpointStoreTest, FallsBackOnAllRanksWhenOneShardIsDamaged) {
  CheckpointStore store(folder, world);
  for (const std::int64_t step : {10, 20}) save(store, step);
  const int last = world.size() == 2 ? 0 : world.size() - 1;
  const fs::path shard = fs::path(folder) / checkpoint_folder(20) / shard_file(last);
  if (world.is_root()) fs::resize_file(shard, 100);
  world.barrier();
  auto checkpoint = store.load_newest();
  ASSERT_TRUE(checkpoint);
  expect_whole(*checkpoint, 10);
  ASSERT_EQ(checkpoint->warnings().size(), 1U);
  EXPECT_THAT(checkpoint->warnings()[0], testing::HasSubstr(shard.string() + ": 100 bytes"));
  checkpoint.reset();
  world.barrier();
  if (world.is_root()) fs::remove(fs::path(folder) / checkpoint_folder(10) / kManifestFile);
  world.barrier();
  EXPECT_THROW(store.load_newest(), Error);
}

TEST_F(CheckpointStoreTest, FailsOnAllRanksWhenTheDiskOfOneIsFull) {
  CheckpointStore store(folder, world);
  save(store, 10);
  const int failing = world.size() == 2 ? 0 : world.size() - 1;
  std::signal(SIGXFSZ, SIG_IGN);
  rlimit before{};
  getrlimit(RLIMIT_FSIZE, &before);
  const rlimit limit = {1000, before.rlim_max};
  if (world.rank() == failing) setrlimit(RLIMIT_FSIZE, &limit);
  try {
    save(store, 20);
    ADD_FAILURE() << "the save went well";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kResource);
    EXPECT_THAT(error.message(), testing::HasSubstr(shard_file(failing) + " cannot be written: "
                                                                          "File too large"));
    if (failing > 0) {
      const std::string prefix = "on rank " + std::to_string(failing) + ": ";
      EXPECT_THAT(error.message(), testing::StartsWith(prefix));
    }
  }
  if (world.rank() == failing) setrlimit(RLIMIT_FSIZE, &before);
  EXPECT_EQ(entries(), 2) << "one checkpoint and LATEST";
  auto checkpoint = store.load_newest();
  ASSERT_TRUE(checkpoint);
  expect_whole(*checkpoint, 10);
  save(store, 20);
  checkpoint = store.load_newest();
  ASSERT_TRUE(checkpoint);
  expect_whole(*checkpoint, 20);
}

TEST_F(CheckpointStoreTest, RefusesOneNameFromTwoRanks) {
  CheckpointStore store(folder, world);
  const State state(1);
  if (world.size() == 1) GTEST_SKIP() << "needs two ranks";
  try {
    store.save(1, state.arrays());
    ADD_FAILURE() << "the save went well";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kInternal);
    EXPECT_THAT(error.message(), testing::HasSubstr("two ranks save an array \"weight\""));
  }
  EXPECT_FALSE(fs::exists(folder));
}

}  // namespace
}  // namespace sengen::io
