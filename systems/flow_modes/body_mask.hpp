// SPDX-License-Identifier: Apache-2.0
// A body drawn by the user. Of an array everything that is not 0 is solid, of a picture what is at
// least half bright (luminance, Rec. 709) and at least half opaque: 128 of 255.
#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

namespace sengen::flow_modes {

struct BodyMask {
  std::int64_t rows = 0;  // from below to above
  std::int64_t columns = 0;
  std::vector<std::uint8_t> solid;  // [rows][columns], 1 = solid
};

// FILE.npy [y, x] (first row lowest) or FILE.png (first line on top). kInput when it cannot be
// read, is no plane, is empty, or seems to be the flow and not the body: solid in all corners and
// along most of its rim, with fluid inside.
BodyMask load_body_mask(const std::filesystem::path& path);

// The grid [ny][nx] with the mask's middle at (x, y) in cells; kUsage when it sticks out.
std::vector<std::uint8_t> place_body(const BodyMask& mask, std::int64_t nx, std::int64_t ny,
                                     double x, double y);

}  // namespace sengen::flow_modes
