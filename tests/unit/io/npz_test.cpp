// SPDX-License-Identifier: Apache-2.0
// Archives of Python's zipfile and numpy (tests/fuzz/corpus/npz): what is in them, and what is
// wrong with those that are damaged.
#include <sengen/io/npz.hpp>

#include <sengen/io/file_bytes.hpp>
#include <sengen/io/zip.hpp>

#include "io_test.hpp"

namespace sengen::io {
namespace {

std::vector<std::byte> seed(const std::string& name) {
  return read_bytes(std::filesystem::path(__FILE__).parent_path() / "../../fuzz/corpus/npz" / name);
}

NpyArray array_of(const std::string& file, const std::string& name = "") {
  return parse_npz(seed(file), name, file);
}

void refuses(const std::string& file, const std::vector<std::string>& parts,
             const std::string& name = "") {
  std::vector<std::string> all = parts;
  all.push_back(file);
  expect_refused(ErrorKind::kInput, all, [&] { array_of(file, name); });
}

TEST(Npz, ReadsStoredAndDeflatedArrays) {
  EXPECT_EQ(array_of("stored.npz").values, (std::vector<double>{0, 1, 2, 3}));
  const NpyArray whole = array_of("deflated.npz", "a");
  EXPECT_EQ(whole.shape, (Shape{64}));
  EXPECT_EQ(whole.values.back(), 63);
  EXPECT_FALSE(whole.is_complex);
  EXPECT_EQ(array_of("several.npz", "a").values, (std::vector<double>{1, 0, 0, 1}));
  EXPECT_EQ(array_of("several.npz", "b").shape, (Shape{0, 3}));
}

TEST(Npz, ReadsComplexArraysAsPairs) {
  const std::vector<double> expected = {0, 4, 1, 5, 2, 6, 3, 7};
  for (const char* name : {"psi", "psi32"}) {
    const NpyArray array = array_of("complex.npz", name);
    EXPECT_TRUE(array.is_complex);
    EXPECT_EQ(array.shape, (Shape{4}));
    EXPECT_EQ(array.values, expected);
  }
  expect_refused(ErrorKind::kInput, {"psi.npy", "<c16"},
                 [&] { parse_npz(seed("complex.npz"), "psi", "complex.npz", NpyNumbers::kReal); });
}

TEST(Npz, ReadsAllKindsOfArchives) {
  for (const char* file : {"comment.npz", "not_npy.npz", "zip64_local.npz"}) {
    EXPECT_EQ(array_of(file).values, (std::vector<double>{1, 1})) << file;
    EXPECT_EQ(npz_names(seed(file), file), (std::vector<std::string>{"a"}));
  }
  for (const char* file : {"zip64.npz", "zip64_deflated.npz"}) {
    EXPECT_EQ(array_of(file).values, (std::vector<double>{0, 1, 2})) << file;
  }
}

TEST(Npz, WantsANameWhereThereAreSeveral) {
  refuses("several.npz", {"holds 2 arrays"});
  refuses("several.npz", {"no array 'c'"}, "c");
  try {
    array_of("several.npz", "c");
  } catch (const Error& error) {
    EXPECT_EQ(error.hint(), "it has: a, b");
  }
  refuses("no_member.npz", {"holds no array"});
}

TEST(Npz, NamesTheMemberThatIsDamaged) {
  refuses("bad_claims_more.npz", {"member \"a.npy\"", "cannot be unpacked to its 153 bytes"});
  refuses("bad_claims_less.npz", {"member \"a.npy\"", "cannot be unpacked to its 151 bytes"});
  refuses("bad_claims_all.npz", {"member \"a.npy\"", "claims 9223372036854775808 bytes"});
  refuses("bad_method.npz", {"member \"a.npy\"", "method 12"});
  refuses("bad_deflate.npz", {"member \"a.npy\"", "cannot be unpacked"});
  refuses("bad_checksum.npz", {"member \"a.npy\"", "wrong checksum"});
  refuses("bad_encrypted.npz", {"member \"a.npy\"", "is encrypted"});
  refuses("bad_place.npz", {"member \"a.npy\"", "leave the file"});
  refuses("bad_npy.npz", {":a.npy", "no NPY file"});
  refuses("bad_object.npz", {":a.npy", "'|O'"});
  refuses("empty_member.npz", {":a.npy", "no NPY file"});
}

TEST(Npz, RefusesArchivesThatAreNotWhole) {
  refuses("bad_empty.npz", {"too short"});
  refuses("bad_truncated.npz", {"its end is missing"});
  refuses("bad_count.npz", {"damaged"});
  refuses("bad_middle.npz", {});
  const auto whole = seed("stored.npz");
  for (std::size_t length = 0; length < whole.size(); ++length) {
    expect_refused(ErrorKind::kInput, {"cut.npz"},
                   [&] { parse_npz(std::span(whole).first(length), "", "cut.npz"); });
  }
}

}  // namespace
}  // namespace sengen::io
