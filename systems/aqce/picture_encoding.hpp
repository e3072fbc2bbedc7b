// SPDX-License-Identifier: Apache-2.0
// Pictures as amplitudes: psi_p = x_p / |x|, back again x_p = |x| psi_p. A picture becomes a state
// of each tile and colour; |x| is kept beside it, since no state carries it. Coefficients instead
// of pixels (cosines, Haar) have both signs. Values are rounded and clipped in to_picture alone.
#pragma once

#include <complex>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include <sengen/io/picture.hpp>

namespace sengen::aqce {

enum class Ordering {
  kRaster,  // line after line
  kGray,    // line and column in Gray code: neighbours differ in one qubit
  kDct,     // orthonormal two-dimensional DCT-II of the tile
  kHaar     // orthonormal two-dimensional Haar transform: halves both axes of the means, again and
            // again
};
// "raster", "gray", "dct", "haar"; kUsage with what is meant for any other word.
Ordering ordering_named(const std::string& word);
const char* to_string(Ordering ordering) noexcept;

struct Segments {
  int rows = 1;
  int columns = 1;
};
// "4x4" (rows x columns), "1" or "" for the whole. kUsage.
Segments parse_segments(const std::string& word);

struct PictureCoding {
  Ordering ordering = Ordering::kRaster;
  bool pad = false;  // black lines and columns at the end up to powers of two
  Segments segments = {};
};

// What is needed to make a picture of states again.
struct PictureLayout {
  PictureCoding coding;
  std::int64_t width = 0;
  std::int64_t height = 0;
  int channels = 1;
  int peak = 255;
  std::int64_t tile_width = 0;  // of a state, powers of two
  std::int64_t tile_height = 0;
};

struct EncodedTile {
  int row = 0;
  int column = 0;
  int channel = 0;
  double norm = 0;                 // |x|
  std::vector<double> amplitudes;  // norm 1; of a black tile those of |0...0>, its norm is 0
};

struct EncodedPicture {
  PictureLayout layout;
  std::vector<EncodedTile> tiles;  // channels, in them rows of tiles, in them columns
};

// Line * width + column of the pixel, or index of the coefficient, is the index of the amplitude,
// both in Gray code for that ordering. kInput naming source when the picture does not fit (says so
// of `--pad`), or is black all over.
EncodedPicture encode_picture(const io::PixelMap& picture, const PictureCoding& coding,
                              const std::string& source);

// [height][width][channels], unrounded: the tiles' norm * amplitudes, transformed back.
std::vector<double> decode_picture(const EncodedPicture& picture);

// What a prepared state says about a picture: its real part, once the phase is taken out by which
// it differs from the target.
std::vector<double> decoded_amplitudes(std::span<const std::complex<double>> state,
                                       std::span<const double> target);

// Grey values of the picture itself in the form of decode_picture, for comparison.
std::vector<double> pixel_values(const io::PixelMap& picture);
// From the `count` largest coefficients of the Haar transform of the whole picture (padded), of
// each colour.
std::vector<double> largest_haar_coefficients(const io::PixelMap& picture, std::int64_t count);
// The best flat picture: every pixel the mean of its colour. As a state it is a product state, so
// its overlap with the picture's is what no gate at all reaches.
std::vector<double> flat_picture(const io::PixelMap& picture);

// Brought to 0..255, rounded and clipped. values as of decode_picture.
io::Picture to_picture(std::span<const double> values, const PictureLayout& layout);

}  // namespace sengen::aqce
