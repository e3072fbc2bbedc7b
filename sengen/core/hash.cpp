// SPDX-License-Identifier: Apache-2.0
#include <sengen/core/hash.hpp>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

#include <fmt/format.h>
#include <xxhash.h>

#include <sengen/core/error.hpp>

namespace sengen {

namespace {

std::string as_hex(const XXH128_hash_t& hash) {
  return fmt::format("{:016x}{:016x}", hash.high64, hash.low64);
}

}  // namespace

std::string hash_text(std::string_view text) {
  return as_hex(XXH3_128bits(text.data(), text.size()));
}

struct Hasher::State {
  std::unique_ptr<XXH3_state_t, XXH_errorcode (*)(XXH3_state_t*)> xxh3{XXH3_createState(),
                                                                       &XXH3_freeState};
};

Hasher::Hasher() : state_(std::make_unique<State>()) { XXH3_128bits_reset(state_->xxh3.get()); }
Hasher::Hasher(Hasher&&) noexcept = default;
Hasher& Hasher::operator=(Hasher&&) noexcept = default;
Hasher::~Hasher() = default;

void Hasher::update(std::span<const std::byte> bytes) {
  XXH3_128bits_update(state_->xxh3.get(), bytes.data(), bytes.size());
}

std::string Hasher::digits() const { return as_hex(XXH3_128bits_digest(state_->xxh3.get())); }

std::string hash_file(const std::filesystem::path& path) {
  const auto refuse = [&] {
    throw Error(ErrorKind::kInput,
                fmt::format("{} cannot be read: {}", path.string(), std::strerror(errno)));
  };
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rb"),
                                                             &std::fclose);
  if (!file) refuse();
  Hasher hasher;
  std::array<std::byte, 1 << 16> buffer;
  std::size_t count = 0;
  while ((count = std::fread(buffer.data(), 1, buffer.size(), file.get())) > 0) {
    hasher.update(std::span(buffer).first(count));
  }
  if (std::ferror(file.get()) != 0) refuse();
  return hasher.digits();
}

}  // namespace sengen
