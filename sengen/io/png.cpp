// SPDX-License-Identifier: Apache-2.0
#include <sengen/io/png.hpp>

#include <string_view>

#include <fmt/format.h>
#include <png.h>

#include <sengen/core/error.hpp>
#include <sengen/io/atomic_file.hpp>
#include <sengen/io/file_bytes.hpp>

namespace sengen::io {

namespace {

constexpr std::int64_t kMostPixels = std::int64_t{1} << 28;
// zlib packs at most 1032 bytes into one, and a byte holds at most 8 pixels.
constexpr std::int64_t kMostPixelsAByte = 8 * 1032;
constexpr std::string_view kEndChunk("\0\0\0\0IEND\xae\x42\x60\x82", 12);

png_uint_32 format_of(int channels) {
  return channels == 4 ? PNG_FORMAT_RGBA : channels == 3 ? PNG_FORMAT_RGB : PNG_FORMAT_GRAY;
}

// libpng's simplified interface: no longjmp reaches our frames. Frees the image on the way out.
struct Image {
  png_image png{};
  Image() { png.version = PNG_IMAGE_VERSION; }
  ~Image() { png_image_free(&png); }
  Image(const Image&) = delete;
  Image& operator=(const Image&) = delete;
};

}  // namespace

Picture parse_png(std::span<const std::byte> bytes, const std::string& source,
                  Transparency transparency) {
  const auto refuse = [&](const std::string& why) {
    throw Error(ErrorKind::kInput, fmt::format("{}: no readable PNG: {}", source, why));
  };
  // libpng stops at the last pixel, with or without an end.
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  if (text.find(kEndChunk) == std::string_view::npos) refuse("the end of the file is missing");
  Image image;
  if (png_image_begin_read_from_memory(&image.png, bytes.data(), bytes.size()) == 0) {
    refuse(image.png.message);
  }
  Picture picture;
  picture.width = image.png.width;
  picture.height = image.png.height;
  const auto pixels = picture.width * picture.height;
  if (pixels > kMostPixels || pixels / kMostPixelsAByte > static_cast<std::int64_t>(bytes.size())) {
    refuse(fmt::format("{} x {} pixels are too many for {} bytes", picture.width, picture.height,
                       bytes.size()));
  }
  const bool colour = (image.png.format & PNG_FORMAT_FLAG_COLOR) != 0;
  const bool keep =
      transparency == Transparency::kKept && (image.png.format & PNG_FORMAT_FLAG_ALPHA) != 0;
  picture.channels = keep ? 4 : colour ? 3 : 1;
  image.png.format = format_of(picture.channels);
  // Otherwise libpng takes 16 bits for light intensities and bends the values.
  image.png.flags |= PNG_IMAGE_FLAG_16BIT_sRGB;
  picture.pixels.resize(PNG_IMAGE_SIZE(image.png));
  const png_color background = {0, 0, 0};
  if (png_image_finish_read(&image.png, &background, picture.pixels.data(), 0, nullptr) == 0) {
    refuse(image.png.message);
  }
  return picture;
}

Picture read_png(const std::filesystem::path& path, Transparency transparency) {
  return parse_png(read_bytes(path), path.string(), transparency);
}

std::string encode_png(const Picture& picture) {
  Image image;
  image.png.width = static_cast<png_uint_32>(picture.width);
  image.png.height = static_cast<png_uint_32>(picture.height);
  image.png.format = format_of(picture.channels);
  if (picture.pixels.size() != PNG_IMAGE_SIZE(image.png)) {
    throw Error(ErrorKind::kInternal,
                fmt::format("{} bytes for a picture of {} x {} x {}", picture.pixels.size(),
                            picture.height, picture.width, picture.channels));
  }
  png_alloc_size_t size = 0;
  std::string bytes;
  const auto encode = [&](void* memory) {
    if (png_image_write_to_memory(&image.png, memory, &size, 0, picture.pixels.data(), 0,
                                  nullptr) == 0) {
      throw Error(ErrorKind::kResource,
                  fmt::format("a picture cannot be packed: {}", image.png.message));
    }
  };
  encode(nullptr);  // asks for the size
  bytes.resize(size);
  encode(bytes.data());
  bytes.resize(size);
  return bytes;
}

void write_png(const std::filesystem::path& path, const Picture& picture) {
  write_text_atomic(path, encode_png(picture));
}

}  // namespace sengen::io
