// SPDX-License-Identifier: Apache-2.0
// Every order of axes, in blocks of any size, gives the same snapshots.
#include "systems/flow_modes/snapshot_blocks.hpp"

#include <algorithm>
#include <filesystem>
#include <numeric>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sengen/core/error.hpp>
#include <sengen/io/npy.hpp>

namespace sengen::flow_modes {
namespace {

using testing::HasSubstr;

// The number at t, z, y, x, c, each below 10, reads like its place.
constexpr std::array<std::int64_t, 5> kShape = {5, 2, 4, 3, 2};
constexpr std::string_view kOrder = "tzyxc";

class SnapshotBlocksTest : public ::testing::Test {
 protected:
  SnapshotBlocksTest() : folder(std::filesystem::path(testing::TempDir()) / "sengen_blocks") {
    std::filesystem::remove_all(folder);
    std::filesystem::create_directories(folder);
  }
  ~SnapshotBlocksTest() override { std::filesystem::remove_all(folder); }

  // Writes the array with its axes in this order; those not named are 0.
  void write(const std::string& axes) const {
    io::Shape shape;
    for (const char axis : axes) shape.push_back(kShape[kOrder.find(axis)]);
    const auto total =
        std::accumulate(shape.begin(), shape.end(), std::int64_t{1}, std::multiplies<>());
    std::vector<double> values;
    for (std::int64_t item = 0; item < total; ++item) {
      std::array<std::int64_t, 5> index{};
      std::int64_t rest = item;
      for (std::size_t k = axes.size(); k-- > 0; rest /= shape[k]) {
        index[kOrder.find(axes[k])] = rest % shape[k];
      }
      double value = 0;
      for (const std::int64_t one : index) value = 10 * value + static_cast<double>(one);
      values.push_back(value);
    }
    io::write_npy(folder / "a.npy", shape, values.data());
    auto file = io::Hdf5File::create(folder / "a.h5");
    file.write("/group/a", shape, values.data());
    file.close();
  }

  std::filesystem::path folder;
};

// Walks over all blocks and holds every number against its place.
void expect_all_at_their_place(SnapshotBlocks& source, std::int64_t numbers, bool has_z) {
  std::int64_t seen = 0;
  std::vector<double> values;
  for (const SnapshotBlock& block : source.blocks(numbers)) {
    EXPECT_TRUE(block.items() <= numbers || block.items() == source.shape().back());
    source.read(block, values);
    ASSERT_EQ(std::ssize(values), block.items());
    seen += block.items();
    for (std::int64_t i = 0; i < block.items(); ++i) {
      double expected = 0;
      double power = 1;
      std::int64_t rest = i;
      for (std::size_t axis = block.count.size(); axis-- > 0; rest /= block.count[axis]) {
        expected += power * static_cast<double>(block.offset[axis] + rest % block.count[axis]);
        power *= !has_z && axis == 1 ? 100 : 10;
      }
      ASSERT_EQ(values[static_cast<std::size_t>(i)], expected) << numbers;
    }
  }
  EXPECT_EQ(seen, std::accumulate(source.shape().begin(), source.shape().end(), std::int64_t{1},
                                  std::multiplies<>()));
}

TEST_F(SnapshotBlocksTest, BringEveryOrderOfAxesIntoOurs) {
  for (std::string axes : {"ctxyz", "ctxy", "txy"}) {
    std::sort(axes.begin(), axes.end());
    do {
      write(axes);
      for (const std::string& name :
           {(folder / "a.npy").string(), (folder / "a.h5").string() + ":/group/a"}) {
        SnapshotBlocks source(open_array(name), axes);
        for (const std::int64_t numbers : {1, 5, 12, 40, 1000}) {
          SCOPED_TRACE(axes);
          expect_all_at_their_place(source, numbers, axes.find('z') != std::string::npos);
        }
      }
    } while (std::next_permutation(axes.begin(), axes.end()));
  }
}

TEST_F(SnapshotBlocksTest, AreTimesWhereTimeIsFirstAndPointsWhereItIsLast) {
  write("ctyx");
  const SnapshotBlocks first(open_array((folder / "a.npy").string()), "ctyx");
  for (const SnapshotBlock& block : first.blocks(50)) {
    EXPECT_EQ(block.count[1] * block.count[2] * block.count[3], 24) << "whole snapshots";
  }
  write("cxyt");
  const SnapshotBlocks last(open_array((folder / "a.npy").string()), "cxyt");
  for (const SnapshotBlock& block : last.blocks(50)) {
    EXPECT_EQ(block.count[0] * block.count[2] * block.count[3], 30) << "all times of whole rows";
  }
}

TEST_F(SnapshotBlocksTest, RefuseAxesThatDoNotFit) {
  write("tyxc");
  const auto refusal = [&](const std::string& axes) -> std::string {
    try {
      SnapshotBlocks(open_array((folder / "a.npy").string()), axes);
    } catch (const Error& error) {
      return error.message();
    }
    return "accepted";
  };
  EXPECT_EQ(refusal("tyxc"), "accepted");
  EXPECT_THAT(refusal("tyx"), HasSubstr("names 3 axes"));
  EXPECT_THAT(refusal("tyxq"), HasSubstr("'q' is unknown"));
  EXPECT_THAT(refusal("tyxx"), HasSubstr("'x' is unknown or twice"));
  EXPECT_THAT(refusal("tzxc"), HasSubstr("'y' is missing"));
}

}  // namespace
}  // namespace sengen::flow_modes
