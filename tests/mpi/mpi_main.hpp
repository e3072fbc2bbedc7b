// SPDX-License-Identifier: Apache-2.0
// main() of the tests that run under mpirun: GoogleTest on every rank, one report unless another
// rank fails, and the same exit code on all. Include it in one file of each executable.
#pragma once

#include <cstdio>

#include <gtest/gtest.h>

#include <sengen/parallel/communicator.hpp>

int main(int argc, char** argv) {
  const sengen::parallel::Environment environment(argc, argv);
  testing::InitGoogleTest(&argc, argv);
  const auto world = sengen::parallel::Communicator::world();
  auto& listeners = testing::UnitTest::GetInstance()->listeners();
  // Another rank speaks only of failures: through this listener, not the full printer.
  class Failures : public testing::EmptyTestEventListener {
    void OnTestPartResult(const testing::TestPartResult& result) override {
      if (result.failed()) {
        std::fprintf(stderr, "rank %d: %s:%d: %s\n", sengen::parallel::Communicator::world().rank(),
                     result.file_name(), result.line_number(), result.message());
      }
    }
  };
  if (!world.is_root()) {
    delete listeners.Release(listeners.default_result_printer());
    listeners.Append(new Failures);
  }
  const bool failed = RUN_ALL_TESTS() != 0;
  return world.any(failed) ? 1 : 0;
}
