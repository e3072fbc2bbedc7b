// SPDX-License-Identifier: Apache-2.0
// One process without mpirun; what needs several ranks is in tests/mpi.
#include <sengen/parallel/communicator.hpp>

#include <array>
#include <cstdint>
#include <limits>
#include <string>

#include <gtest/gtest.h>

#include <sengen/core/error.hpp>

namespace sengen::parallel {
namespace {

TEST(Communicator, IsAloneWithoutMpirun) {
  for (const Communicator& comm : {Communicator::world(), Communicator::self()}) {
    EXPECT_EQ(comm.rank(), 0);
    EXPECT_EQ(comm.size(), 1);
    EXPECT_TRUE(comm.is_root());
    comm.barrier();
  }
  EXPECT_EQ(local_ranks(), 1);
}

TEST(Communicator, IsTheIdentityAlone) {
  const Communicator comm = Communicator::self();
  std::array<double, 2> values{1.5, -2.0};
  comm.allreduce(std::span(values), Reduction::kMin);
  EXPECT_EQ(values, (std::array<double, 2>{1.5, -2.0}));
  EXPECT_EQ(comm.allreduce(std::int64_t{7}), 7);
  EXPECT_TRUE(comm.any(true));
  EXPECT_FALSE(comm.any(false));
  EXPECT_FALSE(comm.all(false));
  EXPECT_EQ(comm.broadcast(std::string("text")), "text");
  EXPECT_EQ(comm.gather(std::string("text")), std::vector<std::string>{"text"});
  EXPECT_EQ(comm.gather(std::string()), std::vector<std::string>{""});
  EXPECT_EQ(comm.split(3).size(), 1);
  EXPECT_EQ(comm.split_by_host().size(), 1);
}

TEST(Communicator, ExchangesWithItselfByCopying) {
  const Communicator comm = Communicator::self();
  const std::array<double, 2> out{3.0, 4.0};
  std::array<double, 2> in{};
  const std::uint64_t before = bytes_sent();
  comm.exchange(std::as_bytes(std::span(out)), 0, std::as_writable_bytes(std::span(in)), 0);
  EXPECT_EQ(in, out);
  EXPECT_EQ(bytes_sent(), before);
  in = {};
  comm.exchange(std::as_bytes(std::span(out)), Communicator::kNobody,
                std::as_writable_bytes(std::span(in)), Communicator::kNobody);
  EXPECT_EQ(in[0], 0.0);
}

TEST(Communicator, RefusesWhatWouldHang) {
  const Communicator comm = Communicator::self();
  std::array<std::byte, 4> four{};
  std::array<std::byte, 2> two{};
  EXPECT_THROW(comm.send(four, 0), Error);
  EXPECT_THROW(comm.receive(four, 0), Error);
  EXPECT_THROW(comm.send(four, 1), Error);
  EXPECT_THROW(comm.receive(four, -1), Error);
  EXPECT_THROW(comm.exchange(four, 0, two, 0), Error);
  EXPECT_THROW(comm.exchange(four, 0, two, Communicator::kNobody), Error);
  EXPECT_THROW(comm.broadcast(four, 1), Error);
  EXPECT_THROW(comm.split(-1), Error);
}

TEST(BlockRange, CoversAllItemsInOrderAndEvenly) {
  for (const std::ptrdiff_t count : {0, 1, 5, 16, 17, 1000003}) {
    for (const int parts : {1, 2, 3, 4, 7, 16}) {
      std::ptrdiff_t next = 0;
      std::ptrdiff_t smallest = std::numeric_limits<std::ptrdiff_t>::max();
      std::ptrdiff_t largest = 0;
      for (int part = 0; part < parts; ++part) {
        const Range range = block_range(count, parts, part);
        EXPECT_EQ(range.begin, next);
        next = range.end;
        smallest = std::min(smallest, range.size());
        largest = std::max(largest, range.size());
      }
      EXPECT_EQ(next, count);
      EXPECT_LE(largest - smallest, 1);
    }
  }
}

TEST(BlockRange, RefusesAPartThatIsNotThere) {
  EXPECT_THROW(block_range(10, 2, 2), Error);
  EXPECT_THROW(block_range(10, 0, 0), Error);
  EXPECT_THROW(block_range(-1, 1, 0), Error);
}

TEST(EnvironmentDeathTest, AbortEndsTheProcessWithTheCode) {
  EXPECT_EXIT(Environment::abort(4), testing::ExitedWithCode(4), "");
}

TEST(HostName, IsNotEmpty) { EXPECT_FALSE(host_name().empty()); }

}  // namespace
}  // namespace sengen::parallel
