// SPDX-License-Identifier: Apache-2.0
// EventFile: metrics for TensorBoard, without its libraries. A file is a row of records (u64
// length, masked CRC-32C of it, bytes, masked CRC-32C of them; all little-endian), each of them an
// `Event` in the encoding of protocol buffers; field numbers from tensorboard/compat/proto of
// github.com/tensorflow/tensorboard. Of what a kill tore, TensorBoard shows all but the last
// record.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include <sengen/io/posix_file.hpp>

namespace sengen::io {

class EventFile {
 public:
  // A new file events.out.tfevents.<seconds>.<host>.<pid> in the folder, which must be there.
  // kResource.
  explicit EventFile(const std::filesystem::path& folder);
  // Writes what is left; flush() before tells whether the disk was full.
  ~EventFile();
  EventFile(const EventFile&) = delete;
  EventFile& operator=(const EventFile&) = delete;

  const std::filesystem::path& path() const noexcept { return path_; }

  // A tag is the name of a curve; "loss/train" stands in the group "loss". Texts are UTF-8, of
  // which other bytes become U+FFFD. All of these may write: kResource.
  // TensorBoard holds values in float.
  void add_scalar(std::string_view tag, std::int64_t step, double value);
  // Markdown.
  void add_text(std::string_view tag, std::int64_t step, std::string_view text);
  // png: a whole file (png.hpp: encode_png). kInternal when it is none.
  void add_image(std::string_view tag, std::int64_t step, std::span<const std::byte> png);
  // 30 classes of one width between the least and the largest; values that are not finite are left
  // out.
  void add_histogram(std::string_view tag, std::int64_t step, std::span<const double> values);

  // Hands over to the operating system what is still here, for a TensorBoard that looks now.
  void flush();

 private:
  void add_value(std::int64_t step, const std::string& value);
  void add_event(const std::string& event);

  std::filesystem::path path_;
  std::unique_ptr<OutputFile> file_;
  std::string buffer_;
};

}  // namespace sengen::io
