// SPDX-License-Identifier: Apache-2.0
#include "body_mask.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include <sengen/core/error.hpp>
#include <sengen/io/npy.hpp>
#include <sengen/io/png.hpp>

namespace sengen::flow_modes {

namespace {

constexpr double kThreshold = 128;

bool is_solid_pixel(const io::Picture& picture, std::int64_t pixel) {
  const std::uint8_t* value = picture.pixels.data() + pixel * picture.channels;
  if (picture.channels == 1) return *value >= kThreshold;
  const bool opaque = picture.channels == 3 || value[3] >= kThreshold;
  return opaque && 0.2126 * value[0] + 0.7152 * value[1] + 0.0722 * value[2] >= kThreshold;
}

BodyMask from_picture(const io::Picture& picture) {
  BodyMask mask{picture.height, picture.width, {}};
  for (std::int64_t row = mask.rows - 1; row >= 0; --row) {  // pictures begin at the top
    for (std::int64_t column = 0; column < mask.columns; ++column) {
      mask.solid.push_back(is_solid_pixel(picture, row * mask.columns + column) ? 1 : 0);
    }
  }
  return mask;
}

BodyMask from_array(const std::filesystem::path& path) {
  io::NpyReader reader(path);
  const io::Shape& shape = reader.header().shape;
  if (shape.size() != 2) {
    throw Error(ErrorKind::kInput,
                fmt::format("{}: {} axes, expected a plane [y, x]", path.string(), shape.size()));
  }
  std::vector<double> values(static_cast<std::size_t>(reader.header().items()));
  reader.read(0, reader.header().items(), values.data());
  BodyMask mask{shape[0], shape[1], {}};
  for (const double value : values) mask.solid.push_back(value != 0 ? 1 : 0);
  return mask;
}

// A black body on white paper has its paper solid: all corners and most of the rim.
bool is_inverted(const BodyMask& mask) {
  const auto solid = [&](std::int64_t row, std::int64_t column) {
    return mask.solid[static_cast<std::size_t>(row * mask.columns + column)] != 0;
  };
  const std::int64_t top = mask.rows - 1;
  const std::int64_t right = mask.columns - 1;
  if (!solid(0, 0) || !solid(0, right) || !solid(top, 0) || !solid(top, right)) return false;
  std::int64_t rim = 0;
  std::int64_t of_it = 0;
  for (std::int64_t row = 0; row < mask.rows; ++row) {
    for (std::int64_t column = 0; column < mask.columns; ++column) {
      if (row != 0 && row != top && column != 0 && column != right) continue;
      ++rim;
      of_it += solid(row, column) ? 1 : 0;
    }
  }
  const auto all = std::count(mask.solid.begin(), mask.solid.end(), 1);
  return 2 * of_it > rim && all < std::ssize(mask.solid);
}

}  // namespace

BodyMask load_body_mask(const std::filesystem::path& path) {
  const bool picture = path.extension() == ".png";
  BodyMask mask =
      picture ? from_picture(io::read_png(path, io::Transparency::kKept)) : from_array(path);
  if (std::count(mask.solid.begin(), mask.solid.end(), 1) == 0) {
    throw Error(ErrorKind::kInput, fmt::format("{}: no cell is solid", path.string()),
                picture ? "white is solid; black, dark and transparent are not"
                        : "everything that is not 0 is solid");
  }
  if (is_inverted(mask)) {
    throw Error(ErrorKind::kInput,
                fmt::format("{}: its rim is solid and there is fluid inside: a {}", path.string(),
                            picture ? "black body on white paper?" : "body of zeros?"),
                "invert it (the body white on black), or leave a margin of fluid around the body");
  }
  return mask;
}

std::vector<std::uint8_t> place_body(const BodyMask& mask, std::int64_t nx, std::int64_t ny,
                                     double x, double y) {
  const std::int64_t left = std::llround(x + 0.5) - mask.columns / 2;
  const std::int64_t bottom = std::llround(y + 0.5) - mask.rows / 2;
  // A free cell on every side: solids at an edge would close it.
  if (left < 1 || bottom < 1 || left + mask.columns >= nx || bottom + mask.rows >= ny) {
    throw Error(ErrorKind::kUsage,
                fmt::format("the body of {} x {} cells sticks out of the domain of {} x {} cells",
                            mask.columns, mask.rows, nx, ny),
                "domain.length, domain.height and domain.body_x decide");
  }
  std::vector<std::uint8_t> grid(static_cast<std::size_t>(nx * ny), 0);
  for (std::int64_t row = 0; row < mask.rows; ++row) {
    std::copy_n(mask.solid.begin() + row * mask.columns, mask.columns,
                grid.begin() + (bottom + row) * nx + left);
  }
  return grid;
}

}  // namespace sengen::flow_modes
