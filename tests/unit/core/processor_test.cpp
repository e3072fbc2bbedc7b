// SPDX-License-Identifier: Apache-2.0
#include <sengen/core/processor.hpp>

#include <gtest/gtest.h>

namespace sengen {
namespace {

TEST(Processor, HasANameOnOneLine) {
  const std::string name = processor_name();
  EXPECT_FALSE(name.empty());
  EXPECT_EQ(name.find('\n'), std::string::npos);
  EXPECT_NE(name.front(), ' ');
}

}  // namespace
}  // namespace sengen
