// SPDX-License-Identifier: Apache-2.0
#include <sengen/core/hash.hpp>

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include <sengen/core/error.hpp>

namespace sengen {
namespace {

std::filesystem::path write(const std::string& text) {
  const auto path = std::filesystem::path(::testing::TempDir()) / "hash.bin";
  std::ofstream(path, std::ios::binary) << text;
  return path;
}

// From the specification of XXH3-128 with seed 0: keys in existing folders must not change.
TEST(Hash, OfNothingIsThePublishedOne) {
  EXPECT_EQ(hash_text(""), "99aa06d3014798d86001c324468d497f");
}

// Sizes around the library's own blocks and around the buffer of 64 KiB.
TEST(Hash, OfAFileIsTheHashOfItsText) {
  for (const std::size_t size : {0U, 1U, 16U, 240U, 241U, 1024U, 65535U, 65536U, 65537U, 200000U}) {
    std::string text(size, 'a');
    for (std::size_t i = 0; i < size; ++i) text[i] = static_cast<char>(i * 31 + i / 256);
    EXPECT_EQ(hash_file(write(text)), hash_text(text)) << size;
  }
}

TEST(Hash, OfPiecesIsTheHashOfTheWhole) {
  std::string text(70000, 'b');
  for (std::size_t i = 0; i < text.size(); ++i) text[i] = static_cast<char>(i * 7 + i / 100);
  for (const std::size_t cut : {0U, 1U, 255U, 256U, 1025U, 69999U, 70000U}) {
    Hasher hasher;
    hasher.update(std::string_view(text).substr(0, cut));
    EXPECT_EQ(hasher.digits(), hash_text(text.substr(0, cut)));
    hasher.update(std::string_view(text).substr(cut));
    EXPECT_EQ(hasher.digits(), hash_text(text)) << cut;
    EXPECT_EQ(hasher.digits().size(), kHashDigits);
  }
}

TEST(Hash, ChangesWithEveryBitAndWithTheLength) {
  const std::string text = "a cylinder wake";
  for (std::size_t bit = 0; bit < 8 * text.size(); ++bit) {
    std::string changed = text;
    changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ (1 << (bit % 8)));
    EXPECT_NE(hash_text(changed), hash_text(text)) << bit;
  }
  EXPECT_NE(hash_text(std::string(3, '\0')), hash_text(std::string(4, '\0')));
}

void expect_refused(const std::filesystem::path& path, const std::string& reason) {
  try {
    hash_file(path);
    FAIL() << path;
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kInput);
    EXPECT_EQ(error.message(), path.string() + " cannot be read: " + reason);
  }
}

TEST(Hash, NamesAFileThatCannotBeRead) {
  expect_refused(std::filesystem::path(::testing::TempDir()) / "absent.bin",
                 "No such file or directory");
  expect_refused(::testing::TempDir(), "Is a directory");
}

}  // namespace
}  // namespace sengen
