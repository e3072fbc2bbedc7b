// SPDX-License-Identifier: Apache-2.0
#include <sengen/io/safetensors.hpp>

#include <cstring>
#include <numeric>

#include <rapidcheck.h>

#include <sengen/core/hash.hpp>

#include "io_test.hpp"

namespace sengen::io {
namespace {

class SafetensorsTest : public ScratchTest {
 protected:
  std::filesystem::path path() const { return folder / "model.safetensors"; }
  void write_model() const {
    const std::vector<float> weight = {1.5F, -2, 0, 3.25F, 1e30F, -0.0F};
    const std::vector<std::uint8_t> state = {1, 2, 3};
    const double rate = 0.125;
    const std::vector<NamedArray> arrays = {named_array<float>("weight", {2, 3}, weight),
                                            named_array<std::uint8_t>("state", {3}, state),
                                            named_array<double>("rate", {}, std::span(&rate, 1)),
                                            named_array<std::int64_t>("nothing", {0, 4}, {})};
    write_safetensors(path(), arrays, {{"unit", "m/s"}, {"a \"b\"", "\n"}});
  }
};

// A file of another program: length, header and data.
std::string file_of(const std::string& header, const std::string& data) {
  std::string text;
  for (std::size_t i = 0; i < 8; ++i) text += static_cast<char>((header.size() >> (8 * i)) & 0xff);
  return text + header + data;
}

std::string bytes_text(const SafetensorsReader& reader, const std::string& name) {
  std::string text(reader.info(name).bytes, '?');
  reader.read_bytes(name, std::as_writable_bytes(std::span(text)));
  return text;
}

TEST_F(SafetensorsTest, ReadFilesOfOthers) {
  // Blanks and another order than that of the data are allowed; so are empty arrays and scalars.
  write_text(path(), file_of(R"({"b": {"shape": [2], "data_offsets": [3, 7], "dtype": "F16"},
      "__metadata__": {"format": "pt"}, "\u00fc/a": {"dtype":"U8","shape":[3],"data_offsets":[0,3]},
      "none":{"dtype":"I64","shape":[2,0,5],"data_offsets":[3,3]},
      "":{"dtype":"BOOL","shape":[],"data_offsets":[7,8]}}    )",
                             "abcdefgh"));
  const SafetensorsReader reader(path());
  EXPECT_EQ(reader.names(), (std::vector<std::string>{"b", "\xc3\xbc/a", "none", ""}));
  EXPECT_EQ(reader.metadata(), (Metadata{{"format", "pt"}}));
  EXPECT_FALSE(reader.has_checksum());
  EXPECT_EQ(bytes_text(reader, "b"), "defg");
  EXPECT_EQ(reader.info("b").type, DType::kF16);
  EXPECT_EQ(reader.info("b").shape, (Shape{2}));
  EXPECT_EQ(bytes_text(reader, "\xc3\xbc/a"), "abc");
  EXPECT_EQ(reader.read<std::uint8_t>("\xc3\xbc/a"), (std::vector<std::uint8_t>{'a', 'b', 'c'}));
  EXPECT_EQ(reader.info("none").bytes, 0U);
  EXPECT_TRUE(reader.read<std::int64_t>("none").empty());
  EXPECT_EQ(bytes_text(reader, ""), "h");
  EXPECT_TRUE(reader.contains("none"));
  EXPECT_FALSE(reader.contains("c"));
  write_text(path(), file_of("{}", ""));
  EXPECT_TRUE(SafetensorsReader(path()).names().empty());
}

TEST_F(SafetensorsTest, ReadEveryTypeOfTheFormat) {
  const std::vector<std::pair<std::string, int>> types = {
      {"BOOL", 8}, {"F4", 4},      {"F6_E2M3", 6},     {"F6_E3M2", 6}, {"U8", 8},
      {"I8", 8},   {"F8_E5M2", 8}, {"F8_E4M3", 8},     {"F8_E8M0", 8}, {"F8_E4M3FNUZ", 8},
      {"I16", 16}, {"U16", 16},    {"F8_E5M2FNUZ", 8}, {"F16", 16},    {"BF16", 16},
      {"I32", 32}, {"U32", 32},    {"F32", 32},        {"C64", 64},    {"F64", 64},
      {"I64", 64}, {"U64", 64}};
  for (const auto& [name, bits] : types) {
    SCOPED_TRACE(name);
    const std::string data(static_cast<std::size_t>(4 * bits / 8), 'x');
    write_text(path(),
               file_of(R"({"a":{"dtype":")" + name + R"(","shape":[2,2],"data_offsets":[0,)" +
                           std::to_string(data.size()) + "]}}",
                       data));
    const SafetensorsReader reader(path());
    EXPECT_EQ(to_string(reader.info("a").type), name);
    EXPECT_EQ(bits_of(reader.info("a").type), bits);
    EXPECT_EQ(bytes_text(reader, "a"), data);
  }
}

TEST_F(SafetensorsTest, WriteWhatTheFormatSays) {
  const std::vector<std::uint8_t> values = {7, 8, 9};
  const std::vector<NamedArray> arrays = {
      named_array<std::uint8_t>("b", {3}, values),
      named_array<std::uint8_t>("a", {1, 1}, {values.data(), 1})};
  write_safetensors(path(), arrays, {{"k", "v"}});
  const std::string text = text_of(path());
  std::string header =
      R"({"__metadata__":{"sengen":"1","xxh3":"00000000000000000000000000000000","k":"v"},)"
      R"("b":{"dtype":"U8","shape":[3],"data_offsets":[0,3]},)"
      R"("a":{"dtype":"U8","shape":[1,1],"data_offsets":[3,4]}})";
  header.resize((header.size() + 7) / 8 * 8, ' ');
  const std::string zeroed = file_of(header, "\7\10\11\7");
  ASSERT_EQ(text.size(), zeroed.size());
  // What a reader in any language does to check a file.
  std::string expected = zeroed;
  expected.replace(8 + header.find("0000"), kHashDigits, hash_text(zeroed));
  EXPECT_EQ(text, expected);
  std::filesystem::remove(path());
  write_safetensors(path(), arrays, {{"k", "v"}});
  EXPECT_EQ(text_of(path()), expected) << "the same arrays are the same bytes";
}

TEST_F(SafetensorsTest, TellSizeAndHashOfWhatTheyWrote) {
  const std::vector<double> values = {1, 2, 3};
  const NamedArray array = named_array<double>("a", {3}, values);
  OutputFile file(path());
  const WrittenFile written = write_safetensors(file, std::span(&array, 1));
  EXPECT_EQ(written.bytes, std::filesystem::file_size(path()));
  EXPECT_EQ(written.xxh3, hash_file(path()));
}

TEST_F(SafetensorsTest, ReadOnlyTheTypeThatIsAskedFor) {
  write_model();
  const SafetensorsReader reader(path());
  EXPECT_EQ(reader.names(), (std::vector<std::string>{"weight", "state", "rate", "nothing"}));
  EXPECT_TRUE(reader.has_checksum());
  EXPECT_EQ(reader.metadata(), (Metadata{{"a \"b\"", "\n"}, {"unit", "m/s"}}));
  EXPECT_EQ(reader.read<float>("weight"), (std::vector<float>{1.5F, -2, 0, 3.25F, 1e30F, -0.0F}));
  EXPECT_EQ(reader.read<double>("rate"), std::vector<double>{0.125});
  EXPECT_EQ(reader.read<std::uint8_t>("state"), (std::vector<std::uint8_t>{1, 2, 3}));
  expect_refused(ErrorKind::kInput, {path().string(), "\"weight\" is of F32, expected F64"},
                 [&] { reader.read<double>("weight"); });
  expect_refused(ErrorKind::kInput, {"\"rate\" is of F64, expected I64"},
                 [&] { reader.read<std::int64_t>("rate"); });
  expect_refused(ErrorKind::kInput, {path().string(), "no tensor \"bias\\x1b\""},
                 [&] { reader.read<double>("bias\x1b"); });
}

TEST_F(SafetensorsTest, ReadAPartOfATensor) {
  write_model();
  const SafetensorsReader reader(path());
  std::array<float, 2> part{};
  reader.read_bytes("weight", std::as_writable_bytes(std::span(part)), 3 * sizeof(float));
  EXPECT_EQ(part, (std::array<float, 2>{3.25F, 1e30F}));
  reader.read_bytes("weight", {}, 24);
  for (const std::uint64_t first : {std::uint64_t{17}, ~std::uint64_t{0}, std::uint64_t{25}}) {
    expect_refused(ErrorKind::kInternal, {"\"weight\", which has 24"}, [&] {
      reader.read_bytes("weight", std::as_writable_bytes(std::span(part)), first);
    });
  }
}

TEST_F(SafetensorsTest, WriteNothingThatCannotBeRead) {
  const std::vector<float> values(6);
  const auto refuse = [&](const std::string& part, std::vector<NamedArray> arrays,
                          const Metadata& metadata = {}) {
    expect_refused(ErrorKind::kInternal, {part},
                   [&] { write_safetensors(path(), arrays, metadata); });
    EXPECT_EQ(entries_of(folder), 0);
  };
  const NamedArray array = named_array<float>("a", {6}, values);
  refuse("two arrays are called \"a\"", {array, array});
  refuse("array \"a\": 24 bytes for F32 of shape [5]", {named_array<float>("a", {5}, values)});
  refuse("of shape [-6]", {named_array<float>("a", {-6}, values)});
  refuse("cannot be called \"\"", {named_array<float>("", {6}, values)});
  refuse("cannot be called \"__metadata__\"", {named_array<float>("__metadata__", {6}, values)});
  refuse("no UTF-8", {named_array<float>("\xff", {6}, values)});
  refuse("no UTF-8", {array}, {{"key", "\xff"}});
  refuse("'xxh3' is taken", {array}, {{"xxh3", ""}});
  refuse("'sengen' is taken", {array}, {{"sengen", ""}});
}

TEST_F(SafetensorsTest, RefuseATruncatedFileAtEveryLength) {
  write_model();
  const std::string text = text_of(path());
  const auto header = static_cast<std::size_t>(static_cast<unsigned char>(text[8 - 8])) +
                      256 * static_cast<std::size_t>(static_cast<unsigned char>(text[1]));
  for (std::size_t length = 0; length < text.size(); ++length) {
    SCOPED_TRACE(length);
    write_text(path(), text.substr(0, length));
    const std::size_t expected = length < 8 ? 8 : length < 8 + header ? 8 + header : text.size();
    for (const auto check : {SafetensorsReader::Check::kAll, SafetensorsReader::Check::kHeader}) {
      expect_refused(ErrorKind::kInput,
                     {path().string(), " " + std::to_string(length) + " bytes, expected",
                      std::to_string(expected)},
                     [&] { SafetensorsReader reader(path(), check); });
    }
  }
  write_text(path(), text + "x");
  expect_refused(
      ErrorKind::kInput,
      {std::to_string(text.size() + 1) + " bytes, expected " + std::to_string(text.size())},
      [&] { SafetensorsReader reader(path()); });
}

// Not a sample: each bit of a small file, once.
TEST_F(SafetensorsTest, NoticeEveryFlippedBit) {
  write_model();
  const std::string text = text_of(path());
  for (std::size_t bit = 0; bit < 8 * text.size(); ++bit) {
    SCOPED_TRACE(bit);
    std::string damaged = text;
    damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << bit % 8));
    write_text(path(), damaged);
    expect_refused(ErrorKind::kInput, {path().string()}, [&] { SafetensorsReader reader(path()); });
  }
}

TEST_F(SafetensorsTest, LeaveTheChecksumOutOnRequest) {
  write_model();
  std::string text = text_of(path());
  text.back() ^= 1;
  write_text(path(), text);
  EXPECT_EQ(SafetensorsReader(path(), SafetensorsReader::Check::kHeader).names().size(), 4U);
}

// A program that knows nothing of our checksum keeps it and changes the rest.
TEST_F(SafetensorsTest, SayWhatToDoWithAFileThatWasRewritten) {
  write_model();
  std::string text = text_of(path());
  text.back() ^= 1;
  write_text(path(), text);
  try {
    SafetensorsReader reader(path());
    FAIL();
  } catch (const Error& error) {
    EXPECT_THAT(error.message(), ::testing::HasSubstr("damaged: its XXH3-128 is "));
    EXPECT_THAT(error.hint(), ::testing::HasSubstr("leave out the metadata 'sengen' and 'xxh3'"));
  }
  for (const char* checksum : {"\"short\"", "\"00000000000000000000000000000000\""}) {
    write_text(path(), file_of(std::string(R"({"__metadata__":{"xxh3": )") + checksum + "}}", ""));
    expect_refused(ErrorKind::kInput, {"XXH3-128 is not found"},
                   [&] { SafetensorsReader reader(path()); });
  }
}

TEST_F(SafetensorsTest, NameAFileThatIsNotThere) {
  expect_refused(ErrorKind::kInput, {path().string(), "cannot be read"},
                 [&] { SafetensorsReader reader(path()); });
  expect_refused(ErrorKind::kInput, {folder.string()}, [&] { SafetensorsReader reader(folder); });
  expect_refused(ErrorKind::kResource, {(folder / "absent").string()},
                 [&] { write_safetensors(folder / "absent" / "a.safetensors", {}); });
}

TEST_F(SafetensorsTest, SurviveAFullDisk) {
  write_model();
  const std::string before = text_of(path());
  const std::vector<float> values(100000, 1);
  const NamedArray array = named_array<float>("a", {100000}, values);
  for (const rlim_t limit : {0UL, 100UL, 4096UL, 400000UL}) {
    EXPECT_EQ(kind_on_full_disk(limit, [&] { write_safetensors(path(), {&array, 1}); }),
              kResourceCode);
    EXPECT_EQ(text_of(path()), before);
    EXPECT_EQ(entries_of(folder), 1);
  }
}

struct Owned {
  std::string name;
  DType type;
  Shape shape;
  std::string bytes;
};

Owned any_array(int number) {
  const auto types = rc::gen::element(DType::kBool, DType::kBf16, DType::kF32, DType::kI64,
                                      DType::kF8E4M3, DType::kC64, DType::kU16);
  Owned array;
  array.name = *rc::gen::string<std::string>();
  for (char& c : array.name) c = static_cast<char>(c & 0x7f);  // plain characters, controls too
  array.name += "/" + std::to_string(number);
  array.type = *types;
  array.shape =
      *rc::gen::resize(4, rc::gen::container<Shape>(rc::gen::inRange<std::int64_t>(0, 5)));
  std::size_t bytes = static_cast<std::size_t>(bits_of(array.type) / 8);
  for (const std::int64_t extent : array.shape) bytes *= static_cast<std::size_t>(extent);
  array.bytes = *rc::gen::container<std::string>(bytes, rc::gen::arbitrary<char>());
  return array;
}

TEST_F(SafetensorsTest, BringAnyArraysBack) {
  const bool held = rc::check("write_safetensors, SafetensorsReader", [this] {
    std::vector<Owned> owned;
    const int count = *rc::gen::inRange(0, 6);
    for (int i = 0; i < count; ++i) owned.push_back(any_array(i));
    std::vector<NamedArray> arrays;
    for (const Owned& array : owned) {
      arrays.push_back(
          {array.name, array.type, array.shape, std::as_bytes(std::span(array.bytes))});
    }
    Metadata metadata;
    for (int i = *rc::gen::inRange(0, 4); i > 0; --i) {
      metadata[std::to_string(i)] = std::string(static_cast<std::size_t>(i), '\x1f') + "\"\\";
    }
    write_safetensors(path(), arrays, metadata);
    const SafetensorsReader reader(path());
    RC_ASSERT(reader.metadata() == metadata);
    RC_ASSERT(reader.tensors().size() == owned.size());
    for (std::size_t i = 0; i < owned.size(); ++i) {
      RC_ASSERT(reader.tensors()[i].name == owned[i].name);
      RC_ASSERT(reader.tensors()[i].type == owned[i].type);
      RC_ASSERT(reader.tensors()[i].shape == owned[i].shape);
      RC_ASSERT(bytes_text(reader, owned[i].name) == owned[i].bytes);
    }
  });
  EXPECT_TRUE(held);
}

}  // namespace
}  // namespace sengen::io
