// SPDX-License-Identifier: Apache-2.0
#include <sengen/io/npy.hpp>

#include <complex>
#include <numeric>

#include "io_test.hpp"

namespace sengen::io {
namespace {

using NpyTest = ScratchTest;

// A file of NumPy's with this dict and so many bytes of data.
std::string npy(const std::string& dict, std::size_t data_bytes, char major = 1) {
  std::string text = std::string("\x93NUMPY") + major + '\0';
  text += static_cast<char>(dict.size() & 0xff);
  text += static_cast<char>(dict.size() >> 8);
  if (major > 1) text += std::string(2, '\0');
  return text + dict + std::string(data_bytes, '\0');
}

std::string dict(const std::string& descr, const std::string& order, const std::string& shape) {
  return "{'descr': " + descr + ", 'fortran_order': " + order + ", 'shape': " + shape + ", }\n";
}

NpyHeader parse(const std::string& text) {
  return parse_npy_header(std::as_bytes(std::span(text)), text.size(), "a.npy");
}

void refuses(const std::string& text, const std::vector<std::string>& parts) {
  std::vector<std::string> all = parts;
  all.emplace_back("a.npy");
  expect_refused(ErrorKind::kInput, all, [&] { parse(text); });
}

std::string hint_for(const std::string& text) {
  try {
    parse(text);
  } catch (const Error& error) {
    return error.hint();
  }
  return "";
}

TEST(Npy, ReadsTheHeadersOfAllThreeVersions) {
  for (const char major : {'\1', '\2', '\3'}) {
    const NpyHeader header = parse(npy(dict("'<f4'", "False", "(2, 3)"), 24, major));
    EXPECT_EQ(header.shape, (Shape{2, 3}));
    EXPECT_EQ(header.descriptor, "<f4");
    EXPECT_EQ(header.item_bytes, 4U);
    EXPECT_EQ(header.items(), 6);
  }
}

TEST(Npy, ReadsScalarsVectorsAndEmptyArrays) {
  EXPECT_EQ(parse(npy(dict("'<f8'", "False", "()"), 8)).items(), 1);
  EXPECT_EQ(parse(npy(dict("\"<f8\"", "True", "(5,)"), 40)).shape, (Shape{5}));
  EXPECT_EQ(parse(npy(dict("'<f8'", "False", "(3, 0, 9223372036854775807, 7)"), 0)).items(), 0);
}

TEST(Npy, RefusesWhatIsNoNpyFile) {
  refuses("", {"no NPY file"});
  refuses("\x89PNG\r\n\x1a\n and more", {"no NPY file"});
  refuses(npy(dict("'<f4'", "False", "(2,)"), 8, 4), {"version 4"});
  refuses(std::string("\x93NUMPY\2\0\1\0\1\0{}", 14), {"header of 65537 bytes"});
}

TEST(Npy, RefusesADamagedDictAndNamesTheByte) {
  refuses(npy("  ", 0), {"damaged", "expected { at byte 2"});
  refuses(npy("{'descr'}", 0), {"expected : at byte 8"});
  refuses(npy("{descr: 1}", 0), {"a quoted word at byte 1"});
  refuses(npy("{'descr': '<f4", 0), {"the end of a value"});
  refuses(npy("{'shape': (3,", 0), {"the end of a value"});
  refuses(npy("{'shape': 3", 0), {"the end of a value"});
  refuses(npy("{'descr': '<f4' 'shape': ()}", 0), {"a comma or the end of the dict at byte 16"});
  refuses(npy("{'descr': '<f4', 'shape': ()}", 4), {"no 'fortran_order'"});
  refuses(npy("{'descr': '<f4', 'fortran_order': False}", 4), {"no 'shape'"});
  refuses(npy(dict("'<f4'", "Maybe", "()"), 4), {"fortran_order is 'Maybe'"});
}

TEST(Npy, RefusesShapesThatCannotBeMeant) {
  refuses(npy(dict("'<f4'", "False", "(-1,)"), 4), {"'-1' is no extent"});
  refuses(npy(dict("'<f4'", "False", "(2, x)"), 4), {"'x' is no extent"});
  refuses(npy(dict("'<f4'", "False", "(2, , 3)"), 4), {"'' is no extent"});
  refuses(npy(dict("'<f4'", "False", "(,)"), 4), {"'' is no extent"});
  refuses(npy(dict("'<f4'", "False", "(99999999999999999999,)"), 4), {"is no extent"});
  refuses(npy(dict("'<f4'", "False", "(4294967296, 4294967296)"), 4), {"cannot be meant"});
}

TEST(Npy, SaysHowToMendWhatItDoesNotRead) {
  const std::string big = npy(dict("'>f4'", "False", "(1,)"), 4);
  refuses(big, {"'>f4'", "<f4"});
  EXPECT_THAT(hint_for(big), ::testing::HasSubstr("newbyteorder('<')"));
  const std::string fortran = npy(dict("'<f4'", "True", "(1, 1)"), 4);
  refuses(fortran, {"Fortran order"});
  EXPECT_THAT(hint_for(fortran), ::testing::HasSubstr("np.ascontiguousarray"));
  const std::string structured = npy(dict("[('a', '<f4')]", "False", "(1,)"), 4);
  refuses(structured, {"structured"});
  EXPECT_THAT(hint_for(structured), ::testing::HasSubstr("name of one field"));
  for (const char* type : {"'<c8'", "'|O'", "'<f2'", "''"}) {
    const std::string text = npy(dict(type, "False", "(1,)"), 8);
    refuses(text, {"are not read"});
    EXPECT_THAT(hint_for(text), ::testing::HasSubstr("astype('<f4')"));
  }
}

TEST(Npy, RefusesAFileThatIsTooLong) {
  refuses(npy(dict("'<f4'", "False", "(2,)"), 9), {"9 bytes of data, expected 8", "[2] of <f4"});
}

TEST_F(NpyTest, RefusesATruncatedFileAtEveryLength) {
  const auto path = folder / "a.npy";
  const std::string text = npy(dict("'<f4'", "False", "(2, 3)"), 24);
  for (std::size_t length = 0; length < text.size(); ++length) {
    SCOPED_TRACE(length);
    write_text(path, text.substr(0, length));
    expect_refused(ErrorKind::kInput, {path.string()}, [&] { NpyReader reader(path); });
  }
}

TEST_F(NpyTest, BringsNumbersBackAsTheyWere) {
  // More items than are converted at once.
  std::vector<double> values(3 * 50000);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<double>(i) / 7;
  write_npy(folder / "a.npy", {3, 50000}, values.data());
  NpyReader reader(folder / "a.npy");
  EXPECT_EQ(reader.header().shape, (Shape{3, 50000}));
  EXPECT_EQ(reader.header().data_offset % 64, 0U);
  std::vector<double> back(values.size());
  reader.read(0, std::int64_t(back.size()), back.data());
  EXPECT_EQ(back, values);
  double last = 0;
  reader.read(149999, 1, &last);
  EXPECT_EQ(last, values.back());
  reader.read(150000, 0, &last);
  expect_refused(ErrorKind::kInternal, {"a.npy"}, [&] { reader.read(149999, 2, &last); });
}

TEST_F(NpyTest, WritesAllRanksFloatsToo) {
  std::vector<float> values(24);
  std::iota(values.begin(), values.end(), 0.5F);
  for (const Shape& shape : {Shape{24}, Shape{2, 3, 4}, Shape{}, Shape{2, 0}}) {
    write_npy(folder / "a.npy", shape, values.data());
    NpyReader reader(folder / "a.npy");
    EXPECT_EQ(reader.header().shape, shape);
    EXPECT_EQ(reader.header().descriptor, "<f4");
    std::vector<float> back(static_cast<std::size_t>(reader.header().items()));
    reader.read(0, reader.header().items(), back.data());
    EXPECT_TRUE(std::equal(back.begin(), back.end(), values.begin()));
  }
}

template <typename T>
void expect_converted(const std::filesystem::path& path, const char* descr, T value) {
  std::string text = npy(dict(std::string("'") + descr + "'", "False", "(1,)"), 0);
  write_text(path, text.append(reinterpret_cast<const char*>(&value), sizeof value));
  NpyReader reader(path);
  double number = 0;
  reader.read(0, 1, &number);
  EXPECT_EQ(number, static_cast<double>(value)) << descr;
}

TEST_F(NpyTest, ConvertsAllTypesThatItReads) {
  const auto path = folder / "a.npy";
  expect_converted(path, "<f4", -1.5F);
  expect_converted(path, "<f8", 1e300);
  expect_converted(path, "<i2", std::int16_t{-300});
  expect_converted(path, "<i4", std::int32_t{-70000});
  expect_converted(path, "<i8", std::int64_t{-5000000000});
  expect_converted(path, "<u2", std::uint16_t{65535});
  expect_converted(path, "|i1", std::int8_t{-3});
  expect_converted(path, "|u1", std::uint8_t{200});
  expect_converted(path, "|b1", std::uint8_t{1});
}

TEST_F(NpyTest, ReadsComplexNumbersForThoseWhoAsk) {
  const auto path = folder / "a.npy";
  const std::vector<std::complex<double>> values = {{1, -2}, {0, 1e300}, {3.5, 0}};
  write_npy(path, {3}, values.data());
  expect_refused(ErrorKind::kInput, {"a.npy", "'<c16' are not read"}, [&] { NpyReader r(path); });
  NpyReader reader(path, NpyNumbers::kAny);
  EXPECT_TRUE(reader.header().is_complex());
  EXPECT_EQ(reader.header().items(), 3);
  std::vector<std::complex<double>> back(3);
  reader.read(0, 3, back.data());
  EXPECT_EQ(back, values);
  std::vector<double> pairs(4);
  reader.read(1, 2, pairs.data());
  EXPECT_EQ(pairs, (std::vector<double>{0, 1e300, 3.5, 0}));
  const std::vector<float> single = {1, 2, -3, 4};
  std::string text = npy(dict("'<c8'", "False", "(2,)"), 0);
  write_text(path, text.append(reinterpret_cast<const char*>(single.data()), 16));
  NpyReader(path, NpyNumbers::kAny).read(0, 2, pairs.data());
  EXPECT_EQ(pairs, (std::vector<double>{1, 2, -3, 4}));
}

TEST_F(NpyTest, ReadsRealNumbersAsComplexOnes) {
  const std::vector<double> values = {1, -2, 3};
  write_npy(folder / "a.npy", {3}, values.data());
  std::vector<std::complex<double>> back(3);
  NpyReader(folder / "a.npy", NpyNumbers::kAny).read(0, 3, back.data());
  EXPECT_EQ(back, (std::vector<std::complex<double>>{1, -2, 3}));
}

TEST_F(NpyTest, NamesAFileThatIsNotThereOrWasCutMeanwhile) {
  expect_refused(ErrorKind::kInput, {"absent.npy", "cannot be read"},
                 [&] { NpyReader reader(folder / "absent.npy"); });
  expect_refused(ErrorKind::kInput, {folder.string()}, [&] { NpyReader reader(folder); });
  const std::vector<float> values(100000, 1);
  write_npy(folder / "a.npy", {100000}, values.data());
  NpyReader reader(folder / "a.npy");
  std::filesystem::resize_file(folder / "a.npy", 1000);
  std::vector<float> back(100000);
  expect_refused(ErrorKind::kInput, {"a.npy", "to its end"},
                 [&] { reader.read(0, 100000, back.data()); });
}

TEST_F(NpyTest, SurvivesAFullDisk) {
  const auto path = folder / "a.npy";
  const std::vector<float> values(100000, 1);
  write_npy(path, {1}, values.data());
  const std::string before = text_of(path);
  for (const rlim_t limit : {0UL, 100UL, 4096UL, 400000UL}) {
    EXPECT_EQ(kind_on_full_disk(limit, [&] { write_npy(path, {100000}, values.data()); }),
              kResourceCode);
    EXPECT_EQ(text_of(path), before);
    EXPECT_EQ(entries_of(folder), 1);
  }
  expect_refused(ErrorKind::kResource, {"absent"},
                 [&] { write_npy(folder / "absent" / "a.npy", {1}, values.data()); });
}

}  // namespace
}  // namespace sengen::io
