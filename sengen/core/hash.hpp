// SPDX-License-Identifier: Apache-2.0
// XXH3-128 of bytes and files, as 32 hexadecimal digits: for cache keys and for finding damage. It
// is no defence against somebody who wants two contents to look alike.
#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace sengen {

constexpr std::size_t kHashDigits = 32;

std::string hash_text(std::string_view text);
// The file is streamed; kInput when it cannot be read.
std::string hash_file(const std::filesystem::path& path);

// The hash of bytes that come in pieces.
class Hasher {
 public:
  Hasher();
  Hasher(Hasher&&) noexcept;
  Hasher& operator=(Hasher&&) noexcept;
  ~Hasher();
  void update(std::span<const std::byte> bytes);
  void update(std::string_view text) { update(std::as_bytes(std::span(text))); }
  // Of what came so far; more may follow.
  std::string digits() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace sengen
