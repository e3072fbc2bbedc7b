// SPDX-License-Identifier: Apache-2.0
#include <sengen/core/error.hpp>

#include <new>
#include <stdexcept>
#include <string>
#include <system_error>

#include <gtest/gtest.h>

namespace sengen {
namespace {

TEST(AsError, GivesEveryExceptionAKind) {
  EXPECT_EQ(as_error(Error(ErrorKind::kNumerics, "NaN", "smaller steps")).what(),
            std::string("NaN\n  hint: smaller steps"));
  EXPECT_EQ(as_error(Error(ErrorKind::kNumerics, "NaN")).kind(), ErrorKind::kNumerics);
  EXPECT_EQ(as_error(std::bad_alloc()).kind(), ErrorKind::kResource);
  EXPECT_EQ(as_error(std::system_error(ENOSPC, std::generic_category(), "x")).kind(),
            ErrorKind::kResource);
  EXPECT_EQ(as_error(std::logic_error("a bug")).kind(), ErrorKind::kInternal);
}

}  // namespace
}  // namespace sengen
