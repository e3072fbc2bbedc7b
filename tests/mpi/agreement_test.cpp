// SPDX-License-Identifier: Apache-2.0
#include <sengen/parallel/agreement.hpp>

#include <filesystem>
#include <new>
#include <stdexcept>
#include <string>

#include <sengen/core/error.hpp>

#include "mpi_main.hpp"

namespace sengen::parallel {
namespace {

Error error_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& error) {
    return error;
  }
  ADD_FAILURE() << "nothing was thrown";
  return {ErrorKind::kInternal, ""};
}

TEST(Agreement, GathersTextsInRankOrder) {
  const auto world = Communicator::world();
  const auto texts = gather_agreed(
      world, [&] { return std::string(static_cast<std::size_t>(world.rank()), '\n') + "0 5 x"; });
  ASSERT_EQ(std::ssize(texts), world.is_root() ? world.size() : 0);
  for (std::size_t rank = 0; rank < texts.size(); ++rank) {
    EXPECT_EQ(texts[rank], std::string(rank, '\n') + "0 5 x");
  }
}

TEST(Agreement, MakesTheErrorOfOneRankThatOfAll) {
  const auto world = Communicator::world();
  const int failing = world.size() - 1;
  const Error error = error_of([&] {
    gather_agreed(world, [&]() -> std::string {
      if (world.rank() == failing) throw Error(ErrorKind::kResource, "disk\nfull", "make room");
      return "fine";
    });
  });
  EXPECT_EQ(error.kind(), ErrorKind::kResource);
  const std::string prefix = world.size() > 1 ? "on rank " + std::to_string(failing) + ": " : "";
  EXPECT_EQ(error.message(), prefix + "disk\nfull");
  EXPECT_EQ(error.hint(), "make room");
}

TEST(Agreement, NamesTheFirstOfSeveralThatFail) {
  const auto world = Communicator::world();
  const Error error = error_of([&] {
    gather_agreed(world, [&]() -> std::string {
      throw Error(ErrorKind::kInput, std::to_string(world.rank()));
    });
  });
  EXPECT_EQ(error.message(), "0");
}

TEST(Agreement, LetsTheRootActForAll) {
  const auto world = Communicator::world();
  EXPECT_EQ(broadcast_agreed(world, [&] { return "of " + std::to_string(world.rank()); }), "of 0");
  const Error error = error_of([&] {
    broadcast_agreed(world, [&]() -> std::string {
      EXPECT_TRUE(world.is_root());
      throw Error(ErrorKind::kInput, "damaged");
    });
  });
  EXPECT_EQ(error.kind(), ErrorKind::kInput);
  EXPECT_EQ(error.message(), "damaged");
}

TEST(Agreement, KnowsTheExceptionsOfTheStandardLibrary) {
  const auto world = Communicator::world();
  const auto kind_of = [&](const std::function<std::string()>& action) {
    return error_of([&] { broadcast_agreed(world, action); }).kind();
  };
  EXPECT_EQ(kind_of([]() -> std::string { throw std::bad_alloc(); }), ErrorKind::kResource);
  EXPECT_EQ(kind_of([]() -> std::string {
              std::filesystem::create_directory("/proc/none");
              return "";
            }),
            ErrorKind::kResource);
  EXPECT_EQ(kind_of([]() -> std::string { throw std::logic_error("a bug"); }),
            ErrorKind::kInternal);
}

// What agree() throws on this rank when these ranks fail: "message/hint", empty when nothing.
template <typename Fails>
std::string agreed(const Communicator& world, const Fails& fails) {
  try {
    agree(world, [&] {
      if (fails(world.rank())) {
        throw Error(ErrorKind::kInput, "rank " + std::to_string(world.rank()), "look there");
      }
    });
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kInput);
    return error.message() + "/" + error.hint();
  }
  return "";
}

TEST(Agreement, EndsOnAllRanksAlike) {
  const auto world = Communicator::world();
  const int last = world.size() - 1;
  EXPECT_EQ(agreed(world, [](int) { return false; }), "");
  EXPECT_EQ(agreed(world, [](int) { return true; }), "rank 0/look there");
  EXPECT_EQ(agreed(world, [](int rank) { return rank == 0; }), "rank 0/look there");
  const std::string name = "rank " + std::to_string(last);
  EXPECT_EQ(agreed(world, [&](int rank) { return rank == last; }),
            last == 0 ? "rank 0/look there" : "on " + name + ": " + name + "/look there");
}

TEST(Agreement, MakesAnErrorOfAnyException) {
  const auto world = Communicator::world();
  if (world.size() == 1) GTEST_SKIP() << "alone an exception stays what it is";
  try {
    agree(world, [&] {
      if (world.rank() == world.size() - 1) throw std::bad_alloc();
    });
    ADD_FAILURE() << "nothing was thrown";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kResource);
  }
}

}  // namespace
}  // namespace sengen::parallel
