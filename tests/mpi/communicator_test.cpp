// SPDX-License-Identifier: Apache-2.0
#include <sengen/parallel/communicator.hpp>

#include <array>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <new>
#include <numeric>
#include <string>
#include <vector>

#include <sengen/core/error.hpp>

#include "mpi_main.hpp"

namespace sengen::parallel {
namespace {

std::span<std::byte> bytes_of(std::vector<int>& values) {
  return std::as_writable_bytes(std::span(values));
}

TEST(Communicator, KnowsItsRanks) {
  const auto world = Communicator::world();
  EXPECT_EQ(world.allreduce(std::int64_t{1}), world.size());
  EXPECT_EQ(world.allreduce(std::int64_t{world.rank()}, Reduction::kMax), world.size() - 1);
  EXPECT_EQ(local_ranks(), world.size()) << "tests run on one machine";
  EXPECT_EQ(Communicator::self().size(), 1);
  // Started by mpirun with this many ranks, not as many programs alone.
  if (const char* ranks = std::getenv("OMPI_COMM_WORLD_SIZE")) {
    EXPECT_EQ(std::to_string(world.size()), ranks);
  }
}

TEST(Communicator, ReducesEveryTypeAndOperation) {
  const auto world = Communicator::world();
  const int n = world.size();
  const double rank = world.rank();
  std::vector<double> doubles{rank, -rank, 1.0};
  world.allreduce(std::span(doubles));
  EXPECT_EQ(doubles, (std::vector<double>{n * (n - 1) / 2.0, -n * (n - 1) / 2.0, n * 1.0}));
  EXPECT_EQ(world.allreduce(rank, Reduction::kMin), 0.0);
  EXPECT_EQ(world.allreduce(rank, Reduction::kMax), n - 1.0);
  std::vector<float> floats(3, 0.5F);
  world.allreduce(std::span(floats));
  EXPECT_EQ(floats, std::vector<float>(3, 0.5F * static_cast<float>(n)));
  const std::int64_t large = std::int64_t{1} << 40;
  EXPECT_EQ(world.allreduce(large + world.rank(), Reduction::kMin), large);
  EXPECT_EQ(world.any(world.rank() == n - 1), true);
  EXPECT_EQ(world.all(world.rank() == 0), n == 1);
}

TEST(Communicator, BroadcastsFromAnyRank) {
  const auto world = Communicator::world();
  for (int root = 0; root < world.size(); ++root) {
    const std::string text(static_cast<std::size_t>(root) * 1000, 'x');
    EXPECT_EQ(world.broadcast(world.rank() == root ? text : "other", root), text);
  }
}

TEST(Communicator, GathersPiecesOfAnyLengthInRankOrder) {
  const auto world = Communicator::world();
  const int root = world.size() - 1;
  const std::string mine(static_cast<std::size_t>(world.rank()),
                         static_cast<char>('a' + world.rank()));
  const auto texts = world.gather(mine, root);
  const auto joined = world.gather(std::as_bytes(std::span(mine)), root);
  if (world.rank() != root) {
    EXPECT_TRUE(texts.empty());
    EXPECT_TRUE(joined.empty());
    return;
  }
  ASSERT_EQ(std::ssize(texts), world.size());
  std::string all;
  for (int rank = 0; rank < world.size(); ++rank) {
    all += std::string(static_cast<std::size_t>(rank), static_cast<char>('a' + rank));
    EXPECT_EQ(texts[static_cast<std::size_t>(rank)].size(), static_cast<std::size_t>(rank));
  }
  ASSERT_EQ(joined.size(), all.size());
  for (std::size_t i = 0; i < all.size(); ++i) EXPECT_EQ(static_cast<char>(joined[i]), all[i]);
}

TEST(Communicator, ExchangesAroundARingAndAtOpenEnds) {
  const auto world = Communicator::world();
  const int n = world.size();
  const int up = (world.rank() + 1) % n;
  const int down = (world.rank() + n - 1) % n;
  // Long enough that a blocking send would wait for its receiver.
  std::vector<int> out(1'000'000, world.rank());
  std::vector<int> in(out.size(), -1);
  const std::uint64_t before = bytes_sent();
  world.exchange(bytes_of(out), up, bytes_of(in), down, 5);
  EXPECT_EQ(in, std::vector<int>(out.size(), down));
  EXPECT_EQ(bytes_sent() - before, n == 1 ? 0 : out.size() * sizeof(int));
  in.assign(in.size(), -1);
  const int above = world.rank() + 1 < n ? world.rank() + 1 : Communicator::kNobody;
  const int below = world.rank() > 0 ? world.rank() - 1 : Communicator::kNobody;
  world.exchange(bytes_of(out), above, bytes_of(in), below);
  EXPECT_EQ(in.front(), world.rank() > 0 ? world.rank() - 1 : -1);
}

TEST(Communicator, SendsAndRefusesAnotherLength) {
  const auto world = Communicator::world();
  if (world.size() == 1) GTEST_SKIP() << "needs two ranks";
  std::vector<int> values{1, 2, 3};
  if (world.rank() == 0) {
    world.send(bytes_of(values), 1);
    world.send(bytes_of(values), 1);
    world.send(bytes_of(values), 1);
  } else if (world.rank() == 1) {
    std::vector<int> right(3);
    world.receive(bytes_of(right), 0);
    EXPECT_EQ(right, values);
    std::vector<int> longer(4);
    EXPECT_THROW(world.receive(bytes_of(longer), 0), Error);
    std::vector<int> shorter(2);
    EXPECT_THROW(world.receive(bytes_of(shorter), 0), Error);
  }
  world.barrier();
}

TEST(Communicator, SplitsByColourAndKey) {
  const auto world = Communicator::world();
  const auto half = world.split(world.rank() % 2, -world.rank());
  const int members = (world.size() + 1 - world.rank() % 2) / 2;
  EXPECT_EQ(half.size(), members);
  EXPECT_EQ(half.rank(), members - 1 - world.rank() / 2) << "the key turns the order round";
  EXPECT_EQ(half.allreduce(std::int64_t{world.rank() % 2}), members * (world.rank() % 2));
  EXPECT_EQ(world.split_by_host().size(), world.size());
}

}  // namespace
}  // namespace sengen::parallel
