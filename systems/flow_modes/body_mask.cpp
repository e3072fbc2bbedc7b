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

BodyMask from_picture(const io::Picture& picture) {
  BodyMask mask{picture.height, picture.width, {}};
  for (std::int64_t row = mask.rows - 1; row >= 0; --row) {  // pictures begin at the top
    for (std::int64_t column = 0; column < mask.columns; ++column) {
      const auto at = static_cast<std::size_t>((row * mask.columns + column) * picture.channels);
      mask.solid.push_back(picture.pixels[at] != 0 ? 1 : 0);
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

}  // namespace

BodyMask load_body_mask(const std::filesystem::path& path) {
  BodyMask mask = path.extension() == ".png" ? from_picture(io::read_png(path)) : from_array(path);
  if (std::count(mask.solid.begin(), mask.solid.end(), 1) == 0) {
    throw Error(ErrorKind::kInput, fmt::format("{}: no cell is solid", path.string()),
                "everything that is not 0 (black) is solid");
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
