// SPDX-License-Identifier: Apache-2.0
#include "systems/flow_modes/body_mask.hpp"

#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sengen/core/error.hpp>
#include <sengen/io/npy.hpp>
#include <sengen/io/png.hpp>

namespace sengen::flow_modes {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using Bytes = std::vector<std::uint8_t>;

class BodyMaskTest : public ::testing::Test {
 protected:
  BodyMaskTest() : folder(std::filesystem::path(testing::TempDir()) / "sengen_body_mask") {
    std::filesystem::remove_all(folder);
    std::filesystem::create_directories(folder);
  }
  ~BodyMaskTest() override { std::filesystem::remove_all(folder); }

  BodyMask of(const io::Picture& picture) const {
    io::write_png(folder / "body.png", picture);
    return load_body_mask(folder / "body.png");
  }
  BodyMask of(const io::Shape& shape, const std::vector<float>& values) const {
    io::write_npy(folder / "body.npy", shape, values.data());
    return load_body_mask(folder / "body.npy");
  }
  // The refusal of what work does.
  template <typename Work>
  static std::string refusal(Work&& work) {
    try {
      work();
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::kInput);
      return error.what();
    }
    return "accepted";
  }

  std::filesystem::path folder;
};

TEST_F(BodyMaskTest, TakesWhatIsBrightOfEveryColour) {
  EXPECT_THAT(of(io::Picture{5, 1, 1, {0, 3, 127, 128, 255}}).solid, ElementsAre(0, 0, 0, 1, 1));
  // Red, green, blue, yellow: as bright as the eye sees them.
  const Bytes colours = {255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255, 0};
  EXPECT_THAT(of(io::Picture{4, 1, 3, colours}).solid, ElementsAre(0, 1, 0, 1));
}

TEST_F(BodyMaskTest, TakesNothingTransparent) {
  const Bytes white = {255, 255, 255, 100, 255, 255, 255, 127, 255, 255, 255, 128, 0, 0, 0, 255};
  EXPECT_THAT(of(io::Picture{4, 1, 4, white}).solid, ElementsAre(0, 0, 1, 0));
}

TEST_F(BodyMaskTest, TurnsPicturesTheRightWayUp) {
  const BodyMask mask = of(io::Picture{2, 2, 1, {255, 255, 0, 0}});
  EXPECT_THAT(mask.solid, ElementsAre(0, 0, 1, 1)) << "rows count from below";
  EXPECT_THAT(of({2, 2}, {0, 0, -0.5, 1}).solid, ElementsAre(0, 0, 1, 1));
}

TEST_F(BodyMaskTest, RefusesABlackBodyOnWhitePaper) {
  Bytes paper(10 * 10, 255);
  for (std::size_t y = 3; y < 7; ++y) {
    for (std::size_t x = 0; x < 7; ++x) paper[10 * y + x] = 0;  // touches the left edge
  }
  const std::string text = refusal([&] { of(io::Picture{10, 10, 1, paper}); });
  EXPECT_THAT(text, HasSubstr("body.png: its rim is solid"));
  EXPECT_THAT(text, HasSubstr("invert it"));
  std::vector<float> array(paper.begin(), paper.end());
  EXPECT_THAT(refusal([&] { of({10, 10}, array); }), HasSubstr("body of zeros?"));
}

TEST_F(BodyMaskTest, TakesBodiesThatTouchTheRim) {
  EXPECT_EQ(of(io::Picture{3, 3, 1, Bytes(9, 255)}).solid, Bytes(9, 1)) << "a full square";
  const Bytes cross = {0, 255, 0, 255, 255, 255, 0, 255, 0};
  EXPECT_EQ(of(io::Picture{3, 3, 1, cross}).solid, (Bytes{0, 1, 0, 1, 1, 1, 0, 1, 0}));
  Bytes diagonals(7 * 7, 0);
  for (std::size_t i = 0; i < 7; ++i) diagonals[8 * i] = diagonals[6 * (i + 1)] = 255;
  EXPECT_EQ(of(io::Picture{7, 7, 1, diagonals}).solid[0], 1);
}

TEST_F(BodyMaskTest, RefusesWhatHoldsNoBody) {
  EXPECT_THAT(refusal([&] { of(io::Picture{2, 1, 1, {0, 100}}); }), HasSubstr("white is solid"));
  EXPECT_THAT(refusal([&] { of({2, 1}, {0, 0}); }), HasSubstr("everything that is not 0"));
  EXPECT_THAT(refusal([&] { of({2, 1, 1}, {0, 1}); }), HasSubstr("expected a plane"));
}

}  // namespace
}  // namespace sengen::flow_modes
