// SPDX-License-Identifier: Apache-2.0
#include <sengen/report/encoding.hpp>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cstdint>
#include <limits>
#include <string>

namespace sengen::report {
namespace {

std::string base64_text(const std::string& text) {
  return base64(std::as_bytes(std::span(text.data(), text.size())));
}

TEST(Base64, AgreesWithTheVectorsOfRfc4648) {
  EXPECT_EQ(base64_text(""), "");
  EXPECT_EQ(base64_text("f"), "Zg==");
  EXPECT_EQ(base64_text("fo"), "Zm8=");
  EXPECT_EQ(base64_text("foo"), "Zm9v");
  EXPECT_EQ(base64_text("foob"), "Zm9vYg==");
  EXPECT_EQ(base64_text("fooba"), "Zm9vYmE=");
  EXPECT_EQ(base64_text("foobar"), "Zm9vYmFy");
  EXPECT_EQ(base64_text("\xff\xfe\xfd"), "//79");
}

TEST(Base64, WritesNumbersLittleEndian) {
  EXPECT_EQ(base64_of(std::vector<double>{1.0}), "AAAAAAAA8D8=");
  EXPECT_EQ(base64_of(std::vector<std::uint16_t>{1, 256}), "AQAAAQ==");
}

TEST(Html, LosesEveryLetterThatCouldBecomeMarkup) {
  EXPECT_EQ(escape_html("a<b> & \"c\" 'd'"), "a&lt;b&gt; &amp; &quot;c&quot; &#39;d&#39;");
  EXPECT_EQ(escape_html("St ≥ 0.16"), "St ≥ 0.16");
}

TEST(Numbers, HaveFourSensibleDigits) {
  EXPECT_EQ(format_value(1.36449), "1.364");
  EXPECT_EQ(format_value(0.16), "0.16");
  EXPECT_EQ(format_value(960), "960");
  EXPECT_EQ(format_value(-12345.6), "-12346");
  EXPECT_EQ(format_value(0.00023456), "0.0002346");
  EXPECT_EQ(format_value(0), "0");
  EXPECT_EQ(format_value(1.23e8), "1.23 × 10⁸");
  EXPECT_EQ(format_value(-2e-12), "-2 × 10⁻¹²");
  EXPECT_EQ(format_value(9999.96), "10000");
  EXPECT_EQ(format_value(std::numeric_limits<double>::quiet_NaN()), "not a number");
}

TEST(Quantisation, MapsTheEndsAndMarksWhatIsMissing) {
  const std::vector<float> values = {-1,
                                     1,
                                     0,
                                     -5,
                                     5,
                                     std::numeric_limits<float>::quiet_NaN(),
                                     std::numeric_limits<float>::infinity()};
  EXPECT_EQ(quantise<std::uint8_t>(values, -1, 1),
            (std::vector<std::uint8_t>{0, 254, 127, 0, 254, 255, 255}));
}

RC_GTEST_PROP(Quantisation, ErrsByAtMostHalfAStep, ()) {
  const auto share = *rc::gen::inRange(0, 1'000'001);
  const auto low = *rc::gen::inRange(-1000, 1000) * 0.5;
  const auto width = *rc::gen::inRange(1, 1000) * 0.25;
  const auto value = static_cast<float>(low + width * share / 1e6);
  const double step8 = width / 254;
  const double step16 = width / 65534;
  const auto code8 = quantise<std::uint8_t>(std::vector{value}, low, low + width).front();
  const auto code16 = quantise<std::uint16_t>(std::vector{value}, low, low + width).front();
  const double round_off = 1e-4;
  RC_ASSERT(std::abs(low + code8 * step8 - value) <= 0.5 * step8 + round_off);
  RC_ASSERT(std::abs(low + code16 * step16 - value) <= 0.5 * step16 + round_off);
}

}  // namespace
}  // namespace sengen::report
