// SPDX-License-Identifier: Apache-2.0
// Pictures of scalar fields: values to colours. kSequential is viridis (van der Walt and Smith
// 2015), kDiverging blue, light grey, red (Moreland 2009): even to the eye, also to eyes that do
// not tell red from green.
#pragma once

#include <cstdint>
#include <span>

#include <sengen/io/png.hpp>

namespace sengen::io {

enum class ColourMap { kSequential, kDiverging };

// field: [height][width], the first row at the bottom as in physics; low and high get the map's
// ends, what lies beyond them too. NaN becomes mid grey. Returns RGB. low < high.
Picture colour_field(std::span<const float> field, std::int64_t height, std::int64_t width,
                     double low, double high, ColourMap map);

}  // namespace sengen::io
