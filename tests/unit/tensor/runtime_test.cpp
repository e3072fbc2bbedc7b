// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <string>
#include <thread>

#include <ATen/core/Tensor.h>
#include <ATen/ops/full.h>
#include <ATen/ops/mm.h>
#include <ATen/ops/mul.h>
#include <ATen/ops/ones.h>
#include <gtest/gtest.h>

#include <sengen/core/error.hpp>
#include <sengen/core/parallel_for.hpp>
#include <sengen/tensor/memory_error.hpp>
#include <sengen/tensor/runtime.hpp>

namespace sengen::tensor {
namespace {

TEST(Runtime, UsesTheThreadsThatWereAsked) {
  for (const int count : {1, 2, 3}) {
    initialise(count);
    EXPECT_EQ(threads(), count);
  }
}

TEST(Runtime, RefusesNoThreads) { EXPECT_THROW(initialise(0), Error); }

TEST(Runtime, MultipliesMatrices) {
  initialise(2);
  constexpr double kSize = 257;
  const at::Tensor product = at::mm(at::full({257, 257}, 0.5), at::full({257, 257}, 4.0));
  EXPECT_EQ(product.min().item<double>(), 2 * kSize);
  EXPECT_EQ(product.max().item<double>(), 2 * kSize);
}

TEST(Runtime, SharesOneOpenMpWithOurLoops) {
  initialise(2);
  set_threads(2);
  parallel_for(0, 2, [](std::ptrdiff_t, std::ptrdiff_t) {});
  std::ifstream maps("/proc/self/maps");
  std::set<std::string> runtimes;
  for (std::string line; std::getline(maps, line);) {
    const auto slash = line.find('/');
    if (slash == std::string::npos) continue;
    const std::string file = line.substr(slash);
    if (file.find("gomp") != std::string::npos || file.find("libomp") != std::string::npos ||
        file.find("iomp") != std::string::npos) {
      runtimes.insert(file);
    }
  }
  EXPECT_EQ(runtimes.size(), 1U) << ::testing::PrintToString(runtimes);
}

// Work beside the training step must not bring a team of threads of its own.
TEST(Runtime, KeepsAHelperToOneThread) {
  const auto running = [] {
    const std::filesystem::directory_iterator tasks("/proc/self/task");
    return std::distance(begin(tasks), end(tasks));
  };
  initialise(2);
  static_cast<void>(at::ones({1 << 20}).mul(2));  // the team of this thread
  const auto before = running();
  std::ptrdiff_t during = 0;
  int threads_there = 0;
  std::thread helper([&] {
    use_one_thread_here();
    static_cast<void>(at::ones({1 << 20}).mul(2));
    threads_there = threads();
    during = running();
  });
  helper.join();
  EXPECT_EQ(threads_there, 1);
  EXPECT_EQ(during, before + 1);
  EXPECT_EQ(threads(), 2);
}

TEST(MemoryError, IsOfTheMachineAndNotOfTheProgram) {
  constexpr std::int64_t kMore = std::int64_t{1} << 50;  // than any machine has
  try {
    with_memory_errors([] { static_cast<void>(at::ones({kMore})); });
    FAIL() << "a petabyte was found";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kResource) << error.what();
    EXPECT_NE(error.message().find("bytes"), std::string::npos) << error.message();
  }
  EXPECT_THROW(with_memory_errors([] { at::mm(at::ones({2, 3}), at::ones({2, 3})); }), c10::Error);
}

TEST(Runtime, DescribesItself) {
  initialise(2);
  const std::string text = description();
  EXPECT_NE(text.find("LibTorch 2."), std::string::npos) << text;
  EXPECT_NE(text.find("2 threads"), std::string::npos) << text;
}

}  // namespace
}  // namespace sengen::tensor
