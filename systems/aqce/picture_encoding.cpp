// SPDX-License-Identifier: Apache-2.0
#include "picture_encoding.hpp"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <numeric>

#include <fmt/format.h>

#include <sengen/core/error.hpp>
#include <sengen/core/nearest_name.hpp>

#include "picture_transform.hpp"

namespace sengen::aqce {

namespace {

using Eigen::Index;

const std::vector<std::string> kOrderings = {"raster", "gray", "dct", "haar"};
constexpr int kMostSegments = 1024;

Index gray(Index value) { return value ^ (value >> 1); }

std::int64_t power_above(std::int64_t value) {
  return static_cast<std::int64_t>(std::bit_ceil(static_cast<std::uint64_t>(value)));
}

// One colour with black lines and columns behind it.
Image channel_of(const io::PixelMap& picture, int channel, std::int64_t height,
                 std::int64_t width) {
  Image image = Image::Zero(height, width);
  for (Index y = 0; y < picture.height; ++y) {
    for (Index x = 0; x < picture.width; ++x) {
      const Index at = (y * picture.width + x) * picture.channels + channel;
      image(y, x) = picture.values[static_cast<std::size_t>(at)];
    }
  }
  return image;
}

Image permuted(const Image& image, bool to_gray) {
  Image result(image.rows(), image.cols());
  for (Index y = 0; y < image.rows(); ++y) {
    for (Index x = 0; x < image.cols(); ++x) {
      if (to_gray) {
        result(gray(y), gray(x)) = image(y, x);
      } else {
        result(y, x) = image(gray(y), gray(x));
      }
    }
  }
  return result;
}

Image transformed(const Image& tile, Ordering ordering) {
  switch (ordering) {
    case Ordering::kGray: return permuted(tile, true);
    case Ordering::kDct: return cosine_transform(tile);
    case Ordering::kHaar: return haar_transform(tile);
    case Ordering::kRaster: break;
  }
  return tile;
}

Image transformed_back(const Image& tile, Ordering ordering) {
  switch (ordering) {
    case Ordering::kGray: return permuted(tile, false);
    case Ordering::kDct: return inverse_cosine_transform(tile);
    case Ordering::kHaar: return inverse_haar_transform(tile);
    case Ordering::kRaster: break;
  }
  return tile;
}

// Of one axis: a power of two that `segments` times covers the picture.
std::int64_t tile_extent(std::int64_t extent, int segments, bool pad, const char* what,
                         const std::string& source) {
  if (segments > extent) {
    throw Error(ErrorKind::kInput, fmt::format("{}: {} {} cannot be cut into {} segments", source,
                                               extent, what, segments));
  }
  const std::int64_t whole = power_above((extent + segments - 1) / segments);
  if (pad || whole * segments == extent) return whole;
  throw Error(ErrorKind::kInput,
              fmt::format("{}: {} {} in {} segment{} are no power of two each", source, extent,
                          what, segments, segments == 1 ? "" : "s"),
              fmt::format("--pad adds black ones up to {}", whole * segments));
}

void put(std::vector<double>& values, const PictureLayout& layout, int channel, const Image& image,
         std::int64_t top, std::int64_t left) {
  for (Index y = 0; y < std::min<Index>(image.rows(), layout.height - top); ++y) {
    for (Index x = 0; x < std::min<Index>(image.cols(), layout.width - left); ++x) {
      const Index at = ((top + y) * layout.width + left + x) * layout.channels + channel;
      values[static_cast<std::size_t>(at)] = image(y, x);
    }
  }
}

EncodedTile encode_tile(const Image& tile, Ordering ordering) {
  EncodedTile encoded;
  const Image coefficients = transformed(tile, ordering);
  encoded.norm = coefficients.norm();
  encoded.amplitudes.assign(coefficients.data(), coefficients.data() + coefficients.size());
  if (encoded.norm == 0) {
    encoded.amplitudes.front() = 1;
    return encoded;
  }
  for (double& amplitude : encoded.amplitudes) amplitude /= encoded.norm;
  return encoded;
}

std::vector<double> room_for(const PictureLayout& layout) {
  return std::vector<double>(static_cast<std::size_t>(layout.height * layout.width) *
                             static_cast<std::size_t>(layout.channels));
}

PictureLayout whole_layout(const io::PixelMap& picture) {
  PictureLayout layout;
  layout.width = picture.width;
  layout.height = picture.height;
  layout.channels = picture.channels;
  layout.peak = picture.peak;
  return layout;
}

}  // namespace

Ordering ordering_named(const std::string& word) {
  const auto found = std::find(kOrderings.begin(), kOrderings.end(), word);
  if (found != kOrderings.end()) return static_cast<Ordering>(found - kOrderings.begin());
  throw Error(ErrorKind::kUsage, fmt::format("'{}' is no ordering of pixels", word),
              suggestion(word, kOrderings));
}

const char* to_string(Ordering ordering) noexcept {
  return kOrderings[static_cast<std::size_t>(ordering)].c_str();
}

Segments parse_segments(const std::string& word) {
  if (word.empty() || word == "1") return {};
  Segments segments;
  const char* end = word.data() + word.size();
  auto [at, fault] = std::from_chars(word.data(), end, segments.rows);
  if (fault == std::errc{} && at != end && *at == 'x') {
    const auto rest = std::from_chars(at + 1, end, segments.columns);
    const bool fits = segments.rows >= 1 && segments.rows <= kMostSegments &&
                      segments.columns >= 1 && segments.columns <= kMostSegments;
    if (rest.ec == std::errc{} && rest.ptr == end && fits) return segments;
  }
  throw Error(ErrorKind::kUsage, fmt::format("'{}' is no number of segments", word),
              fmt::format("write ROWSxCOLUMNS, as in 4x4, each 1 to {}", kMostSegments));
}

EncodedPicture encode_picture(const io::PixelMap& picture, const PictureCoding& coding,
                              const std::string& source) {
  const Segments& segments = coding.segments;
  EncodedPicture encoded;
  PictureLayout& layout = encoded.layout;
  layout = whole_layout(picture);
  layout.coding = coding;
  layout.tile_width = tile_extent(picture.width, segments.columns, coding.pad, "columns", source);
  layout.tile_height = tile_extent(picture.height, segments.rows, coding.pad, "lines", source);
  if (std::all_of(picture.values.begin(), picture.values.end(), [](auto v) { return v == 0; })) {
    throw Error(ErrorKind::kInput, fmt::format("{}: black all over: a state of norm 0", source));
  }
  for (int channel = 0; channel < picture.channels; ++channel) {
    const Image image = channel_of(picture, channel, layout.tile_height * segments.rows,
                                   layout.tile_width * segments.columns);
    for (int row = 0; row < segments.rows; ++row) {
      for (int column = 0; column < segments.columns; ++column) {
        EncodedTile tile =
            encode_tile(image.block(row * layout.tile_height, column * layout.tile_width,
                                    layout.tile_height, layout.tile_width),
                        coding.ordering);
        tile.row = row;
        tile.column = column;
        tile.channel = channel;
        encoded.tiles.push_back(std::move(tile));
      }
    }
  }
  return encoded;
}

std::vector<double> decode_picture(const EncodedPicture& picture) {
  const PictureLayout& layout = picture.layout;
  std::vector<double> values = room_for(layout);
  for (const EncodedTile& tile : picture.tiles) {
    const Eigen::Map<const Image> amplitudes(tile.amplitudes.data(), layout.tile_height,
                                             layout.tile_width);
    const Image image = transformed_back(tile.norm * amplitudes, layout.coding.ordering);
    const std::int64_t top = tile.row * layout.tile_height;
    const std::int64_t left = tile.column * layout.tile_width;
    put(values, layout, tile.channel, image, top, left);
  }
  return values;
}

std::vector<double> decoded_amplitudes(std::span<const std::complex<double>> state,
                                       std::span<const double> target) {
  std::complex<double> overlap = 0;
  for (std::size_t i = 0; i < state.size(); ++i) overlap += std::conj(state[i]) * target[i];
  const double size = std::abs(overlap);
  const std::complex<double> turn = size > 0 ? overlap / size : 1;
  std::vector<double> amplitudes(state.size());
  for (std::size_t i = 0; i < state.size(); ++i) amplitudes[i] = (turn * state[i]).real();
  return amplitudes;
}

std::vector<double> pixel_values(const io::PixelMap& picture) {
  return {picture.values.begin(), picture.values.end()};
}

std::vector<double> largest_haar_coefficients(const io::PixelMap& picture, std::int64_t count) {
  const PictureLayout layout = whole_layout(picture);
  std::vector<double> values = room_for(layout);
  for (int channel = 0; channel < picture.channels; ++channel) {
    Image image = haar_transform(
        channel_of(picture, channel, power_above(picture.height), power_above(picture.width)));
    std::vector<Index> order(static_cast<std::size_t>(image.size()));
    std::iota(order.begin(), order.end(), Index{0});
    std::sort(order.begin(), order.end(), [&](Index a, Index b) {
      const double x = std::abs(image.data()[a]), y = std::abs(image.data()[b]);
      return x != y ? x > y : a < b;
    });
    const auto kept = static_cast<std::size_t>(std::clamp<std::int64_t>(count, 0, image.size()));
    for (std::size_t i = kept; i < order.size(); ++i) image.data()[order[i]] = 0;
    put(values, layout, channel, inverse_haar_transform(std::move(image)), 0, 0);
  }
  return values;
}

std::vector<double> flat_picture(const io::PixelMap& picture) {
  const PictureLayout layout = whole_layout(picture);
  std::vector<double> values = room_for(layout);
  for (int channel = 0; channel < picture.channels; ++channel) {
    const Image image = channel_of(picture, channel, picture.height, picture.width);
    put(values, layout, channel, Image::Constant(image.rows(), image.cols(), image.mean()), 0, 0);
  }
  return values;
}

io::Picture to_picture(std::span<const double> values, const PictureLayout& layout) {
  io::Picture picture{layout.width, layout.height, layout.channels, {}};
  picture.pixels.reserve(values.size());
  for (const double value : values) {
    const double scaled = std::round(value * 255 / layout.peak);
    picture.pixels.push_back(static_cast<std::uint8_t>(std::clamp(scaled, 0.0, 255.0)));
  }
  return picture;
}

}  // namespace sengen::aqce
