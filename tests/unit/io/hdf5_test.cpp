// SPDX-License-Identifier: Apache-2.0
#include <sengen/io/hdf5.hpp>

#include <complex>
#include <cstdint>
#include <numeric>
#include <vector>

#include <gtest/gtest.h>
#ifndef OMPI_SKIP_MPICXX
#define OMPI_SKIP_MPICXX
#endif
#include <hdf5.h>

#include <sengen/io/atomic_file.hpp>

#include "io_test.hpp"

namespace sengen::io {
namespace {

class Hdf5Test : public ScratchTest {
 protected:
  std::filesystem::path path() const { return folder / "data.h5"; }

  // /group/values: 4 x 6 doubles 0, 1, 2, ...; /plain: 3 bytes.
  void write_example(const Hdf5File::Layout& layout = {}) const {
    std::vector<double> values(24);
    std::iota(values.begin(), values.end(), 0.0);
    const std::vector<std::uint8_t> bytes = {1, 0, 255};
    Hdf5File file = Hdf5File::create(path());
    file.write("/group/values", {4, 6}, values.data(), layout);
    file.write("/plain", {3}, bytes.data());
    file.close();
  }
  // Makes the file with the library's own interface, for what ours does not write.
  template <typename Action>
  void write_foreign(const Action& action) const {
    const hid_t file = H5Fcreate(path().c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    ASSERT_GE(file, 0);
    action(file);
    H5Fclose(file);
  }
};

template <typename T>
void expect_round_trip(const std::filesystem::path& path, ElementType type, T low, T high) {
  const std::vector<T> values = {low, high, T{0}, T{1}, T{2}, T{3}};
  {
    Hdf5File file = Hdf5File::create(path);
    file.write("/a/b/values", {2, 3}, values.data());
    file.write("/chunked", {2, 3}, values.data(), {{1, 2}, true});
    file.write("/scalar", {}, values.data());
    file.write("/nothing", {0, 3}, values.data());
    file.close();
  }
  const Hdf5File file = Hdf5File::open(path);
  EXPECT_EQ(file.element_type("/a/b/values"), type);
  EXPECT_EQ(file.read<T>("/a/b/values"), values);
  EXPECT_EQ(file.read<T>("/chunked"), values);
  EXPECT_EQ(file.read<T>("/scalar"), std::vector<T>{low});
  EXPECT_EQ(file.shape("/scalar"), Shape{});
  EXPECT_TRUE(file.read<T>("/nothing").empty());
}

TEST_F(Hdf5Test, BringsEveryTypeBackAsItWas) {
  expect_round_trip<float>(path(), ElementType::kFloat32, -1e-40F, 3.4e38F);
  expect_round_trip<double>(path(), ElementType::kFloat64, -5e-324, 1.7e308);
  expect_round_trip<std::int64_t>(path(), ElementType::kInt64, INT64_MIN, INT64_MAX);
  expect_round_trip<std::uint8_t>(path(), ElementType::kUint8, 0, 255);
}

TEST_F(Hdf5Test, HoldsComplexNumbersAsH5pyDoes) {
  const std::vector<std::complex<double>> values = {{1, -2}, {0, 1e300}, {3, 0}, {-5e-324, 4}};
  {
    Hdf5File file = Hdf5File::create(path());
    file.write("/psi", {2, 2}, values.data());
    file.create_dataset("/single", ElementType::kComplex64, {1});
    file.write_block("/single", {0}, {1}, values.data());
    file.close();
  }
  const Hdf5File file = Hdf5File::open(path());
  EXPECT_EQ(file.element_type("/psi"), ElementType::kComplex128);
  EXPECT_EQ(file.shape("/psi"), (Shape{2, 2}));
  EXPECT_EQ(file.read<std::complex<double>>("/psi"), values);
  EXPECT_EQ(file.element_type("/single"), ElementType::kComplex64);
  EXPECT_EQ(file.read<std::complex<double>>("/single").front(), values.front());
  expect_refused(ErrorKind::kInput, {"/psi", "compounds", "expected numbers"},
                 [&] { file.read<double>("/psi"); });
}

TEST_F(Hdf5Test, ReadsComplexNumbersOfH5py) {
  const auto folder_of_data = std::filesystem::path(__FILE__).parent_path() / "../../data";
  const Hdf5File file = Hdf5File::open(folder_of_data / "complex_h5py.h5");
  const std::vector<std::complex<double>> expected = {{1, -2}, {0, 0.5}, {3, 0}, {-4.25, 8}};
  for (const char* name : {"/double", "/single", "/chunked", "/big_endian"}) {
    EXPECT_EQ(file.read<std::complex<double>>(name), expected) << name;
  }
  EXPECT_EQ(file.element_type("/single"), ElementType::kComplex64);
  EXPECT_EQ(file.element_type("/big_endian"), ElementType::kComplex128);
}

TEST_F(Hdf5Test, TakesNoOtherCompoundForComplexNumbers) {
  write_foreign([](hid_t file) {
    const hsize_t extent = 2;
    const hid_t space = H5Screate_simple(1, &extent, nullptr);
    const hid_t type = H5Tcreate(H5T_COMPOUND, 16);
    H5Tinsert(type, "x", 0, H5T_NATIVE_DOUBLE);
    H5Tinsert(type, "y", 8, H5T_NATIVE_DOUBLE);
    H5Dclose(H5Dcreate2(file, "/points", type, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
    H5Tclose(type);
    H5Sclose(space);
  });
  const Hdf5File file = Hdf5File::open(path());
  EXPECT_EQ(file.element_type("/points"), ElementType::kOther);
  expect_refused(ErrorKind::kInput, {"/points", "expected complex numbers"},
                 [&] { file.read<std::complex<double>>("/points"); });
}

TEST_F(Hdf5Test, ListsWhatItHolds) {
  write_example();
  const Hdf5File file = Hdf5File::open(path());
  EXPECT_EQ(file.datasets(), (std::vector<std::string>{"/group/values", "/plain"}));
  EXPECT_EQ(file.shape("/group/values"), (Shape{4, 6}));
  EXPECT_TRUE(file.contains("/group/values"));
  EXPECT_TRUE(file.contains("group/values"));
  EXPECT_FALSE(file.contains("/group/other"));
  EXPECT_FALSE(file.contains("/absent/values"));
}

TEST_F(Hdf5Test, ReadsAndWritesBlocksAndConvertsNumbers) {
  write_example({{2, 6}, true});
  const Hdf5File file = Hdf5File::open(path());
  std::vector<float> block(4);
  file.read_block("/group/values", {1, 2}, {2, 2}, block.data());
  EXPECT_EQ(block, (std::vector<float>{8, 9, 14, 15}));
  file.read_block("/group/values", {4, 0}, {0, 6}, block.data());
  EXPECT_EQ(file.read<double>("/plain"), (std::vector<double>{1, 0, 255}));

  Hdf5File other = Hdf5File::create(folder / "other.h5");
  other.create_dataset("/rows", ElementType::kFloat32, {3, 2});
  const std::vector<double> row = {5, 6};
  other.write_block("/rows", {1, 0}, {1, 2}, row.data());
  other.close();
  EXPECT_EQ(Hdf5File::open(folder / "other.h5").read<double>("/rows"),
            (std::vector<double>{0, 0, 5, 6, 0, 0}));
}

TEST_F(Hdf5Test, RefusesBlocksThatDoNotFit) {
  write_example();
  const Hdf5File file = Hdf5File::open(path());
  std::vector<double> values(100);
  const auto read = [&](const Shape& offset, const Shape& count) {
    file.read_block("/group/values", offset, count, values.data());
  };
  expect_refused(ErrorKind::kInput, {"data.h5", "/group/values", "[4, 6]", "expected 1 axes"},
                 [&] { read({0}, {4}); });
  expect_refused(ErrorKind::kInput, {"axis 0", "has 4"}, [&] { read({3, 0}, {2, 6}); });
  expect_refused(ErrorKind::kInput, {"axis 1", "has 6"}, [&] { read({0, -1}, {1, 2}); });
  expect_refused(ErrorKind::kInput, {"axis 0"}, [&] { read({INT64_MAX, 0}, {INT64_MAX, 1}); });
  expect_refused(ErrorKind::kInput, {"axis 0"}, [&] { read({0, 0}, {-1, 1}); });
}

TEST_F(Hdf5Test, KeepsAttributesAndReplacesThem) {
  write_example();
  {
    Hdf5File file = Hdf5File::create(path());
    const double value = 1;
    file.write("/x", {1}, &value);
    file.set_attribute("/", "number", 0.1);
    file.set_attribute("/x", "count", std::int64_t{1} << 60);
    file.set_attribute("/x", "unit", std::string("m/s, \xC2\xB5"));
    file.set_attribute("/x", "empty", std::string());
    file.set_attribute("/", "number", 0.2);
    file.close();
  }
  const Hdf5File file = Hdf5File::open(path());
  EXPECT_EQ(file.attribute_double("/", "number"), 0.2);
  EXPECT_EQ(file.attribute_int("/x", "count"), std::int64_t{1} << 60);
  EXPECT_EQ(file.attribute_string("/x", "unit"), "m/s, \xC2\xB5");
  EXPECT_EQ(file.attribute_string("/x", "empty"), "");
  EXPECT_TRUE(file.has_attribute("/x", "unit"));
  EXPECT_FALSE(file.has_attribute("/", "unit"));
  expect_refused(ErrorKind::kInput, {"data.h5", "'unit' of /x", "no single number"},
                 [&] { file.attribute_double("/x", "unit"); });
  expect_refused(ErrorKind::kInput, {"'count' of /x", "no text"},
                 [&] { file.attribute_string("/x", "count"); });
  expect_refused(ErrorKind::kInput, {"no attribute 'absent' of /x"},
                 [&] { file.attribute_int("/x", "absent"); });
}

TEST_F(Hdf5Test, ReadsTextsOfVariableLengthAsH5pyWritesThem) {
  write_foreign([](hid_t file) {
    const hid_t type = H5Tcopy(H5T_C_S1);
    H5Tset_size(type, H5T_VARIABLE);
    const hid_t space = H5Screate(H5S_SCALAR);
    const hid_t attribute = H5Acreate2(file, "unit", type, space, H5P_DEFAULT, H5P_DEFAULT);
    const char* text = "m/s";
    H5Awrite(attribute, type, &text);
    H5Aclose(attribute);
    H5Sclose(space);
    H5Tclose(type);
  });
  EXPECT_EQ(Hdf5File::open(path()).attribute_string("/", "unit"), "m/s");
}

TEST_F(Hdf5Test, SaysWhatItFoundInPlaceOfNumbers) {
  write_foreign([](hid_t file) {
    const hsize_t extent = 2;
    const hid_t space = H5Screate_simple(1, &extent, nullptr);
    const hid_t boolean = H5Tenum_create(H5T_NATIVE_INT8);
    const signed char yes = 1;
    H5Tenum_insert(boolean, "TRUE", &yes);
    const hid_t text = H5Tcopy(H5T_C_S1);
    H5Tset_size(text, 5);
    for (const auto& [name, type] : {std::pair("mask", boolean), std::pair("names", text)}) {
      H5Dclose(H5Dcreate2(file, name, type, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
      H5Tclose(type);
    }
    H5Sclose(space);
  });
  const Hdf5File file = Hdf5File::open(path());
  EXPECT_EQ(file.element_type("/mask"), ElementType::kOther);
  expect_refused(ErrorKind::kInput, {"/mask", "enumerated", "expected numbers"},
                 [&] { file.read<double>("/mask"); });
  expect_refused(ErrorKind::kInput, {"/names", "texts of 5 bytes", "expected numbers"},
                 [&] { file.read<float>("/names"); });
  expect_refused(ErrorKind::kInput, {"data.h5", "/absent"}, [&] { file.read<float>("/absent"); });
}

TEST_F(Hdf5Test, RefusesSizesThatTheFileCannotHoldBeforeAllocating) {
  {
    Hdf5File file = Hdf5File::create(path());
    file.create_dataset("/long", ElementType::kFloat64, {std::int64_t{1} << 40}, {{1024}});
    file.create_dataset("/overflow", ElementType::kFloat64,
                        {std::int64_t{1} << 31, std::int64_t{1} << 31}, {{1, 1024}});
    file.create_dataset("/unwritten", ElementType::kFloat64, {100});
    file.close();
  }
  const Hdf5File file = Hdf5File::open(path());
  for (const char* name : {"/long", "/overflow"}) {
    expect_refused(ErrorKind::kInput, {"data.h5", name, "in a file of"},
                   [&] { file.read<double>(name); });
  }
  EXPECT_EQ(file.read<double>("/unwritten"), std::vector<double>(100));
}

TEST_F(Hdf5Test, NamesAFileThatCannotBeRead) {
  expect_refused(ErrorKind::kInput, {"data.h5", "No such file"}, [&] { Hdf5File::open(path()); });
  expect_refused(ErrorKind::kInput, {folder.string()}, [&] { Hdf5File::open(folder); });
  write_text(path(), "text, not HDF5");
  expect_refused(ErrorKind::kInput, {"data.h5", "14 bytes"}, [&] { Hdf5File::open(path()); });
}

TEST_F(Hdf5Test, SaysHowMuchOfATruncatedFileIsThere) {
  write_example();
  const auto size = std::filesystem::file_size(path());
  std::filesystem::resize_file(path(), size - 1);
  expect_refused(ErrorKind::kInput,
                 {"data.h5", "truncated", std::to_string(size), std::to_string(size - 1)},
                 [&] { Hdf5File::open(path()); });
}

TEST_F(Hdf5Test, FindsADamagedByteByItsChecksum) {
  write_example({{4, 6}, true});
  std::string bytes = text_of(path());
  const double marker = 17;
  const std::size_t at = bytes.find(std::string(reinterpret_cast<const char*>(&marker), 8));
  ASSERT_NE(at, std::string::npos);
  bytes[at] = static_cast<char>(bytes[at] ^ 1);
  write_text(path(), bytes);
  expect_refused(ErrorKind::kInput, {"data.h5", "/group/values", "checksum"},
                 [&] { Hdf5File::open(path()).read<double>("/group/values"); });
}

TEST_F(Hdf5Test, NamesWhatCannotBeWritten) {
  expect_refused(ErrorKind::kResource, {"absent/data.h5 cannot", "No such file or directory"},
                 [&] { Hdf5File::create(folder / "absent" / "data.h5"); });
  try {
    Hdf5File::create(AtomicFile(folder / "absent" / "data.h5"));
    ADD_FAILURE() << "a file in a folder that is not there";
  } catch (const Error& error) {
    EXPECT_THAT(error.message(), ::testing::Not(::testing::HasSubstr(".tmp")))
        << "the name is the user's";
  }
  Hdf5File file = Hdf5File::create(path());
  file.create_dataset("/x", ElementType::kFloat32, {1});
  expect_refused(ErrorKind::kResource, {"data.h5", "/x", "cannot be made"},
                 [&] { file.create_dataset("/x", ElementType::kFloat32, {1}); });
  expect_refused(ErrorKind::kInternal, {"/y", "[2, -1]"},
                 [&] { file.create_dataset("/y", ElementType::kFloat32, {2, -1}); });
}

// The library keeps small data back until the file is closed: both moments must tell.
TEST_F(Hdf5Test, TellsAFullDiskOnWritingAndOnClosing) {
  write_example();
  const std::string before = text_of(path());
  for (const std::int64_t count : {1000, 1000000}) {
    const int code = kind_on_full_disk(4096, [&] {
      const std::vector<double> values(static_cast<std::size_t>(count), 1.0);
      AtomicFile target(path());
      Hdf5File file = Hdf5File::create(target.temporary());
      file.write("/x", {count}, values.data());
      file.close();
      target.commit();
    });
    EXPECT_EQ(code, kResourceCode) << count << " values";
    EXPECT_EQ(text_of(path()), before);
    EXPECT_EQ(entries_of(folder), 1);
  }
}

// Blocks below 64 KiB wait in the library's buffer, whose loss it does not report, and a file that
// grows to its full length afterwards looks whole: here the disk has room again by then.
TEST_F(Hdf5Test, KeepsTheFailureOfABlockInTheBuffer) {
  for (const bool asks_at_once : {true, false}) {
    const int code = kind_on_full_disk(RLIM_INFINITY, [&] {
      constexpr std::int64_t kRows = 200;
      const std::vector<float> row(100, 1.0F);
      Hdf5File file = Hdf5File::create(path());
      file.create_dataset("/x", ElementType::kFloat32, {kRows, 100});
      rlimit limit = {4096, RLIM_INFINITY};
      setrlimit(RLIMIT_FSIZE, &limit);
      int refused = 0;
      for (std::int64_t k = 0; k < kRows; ++k) {
        try {
          file.write_block("/x", {k, 0}, {1, 100}, row.data());
        } catch (const Error&) {
          if (asks_at_once) throw;
          ++refused;
        }
      }
      if (refused < 150) return;
      limit.rlim_cur = RLIM_INFINITY;
      setrlimit(RLIMIT_FSIZE, &limit);
      file.close();
    });
    EXPECT_EQ(code, kResourceCode) << (asks_at_once ? "on writing" : "on closing");
  }
}

// Whoever gave up a file that could not be written can use the library on.
TEST_F(Hdf5Test, GoesOnAfterAFullDisk) {
  const int code = kind_on_full_disk(RLIM_INFINITY, [&] {
    rlimit limit = {4096, RLIM_INFINITY};
    setrlimit(RLIMIT_FSIZE, &limit);
    const std::vector<double> values(100000, 1.0);
    try {
      Hdf5File file = Hdf5File::create(path());
      file.write("/x", {100000}, values.data());
    } catch (const Error&) {
      limit.rlim_cur = RLIM_INFINITY;
      setrlimit(RLIMIT_FSIZE, &limit);
    }
    Hdf5File file = Hdf5File::create(folder / "next.h5");
    file.write("/x", {100000}, values.data());
    file.close();
    if (H5close() < 0) throw std::runtime_error("the library did not end");
  });
  EXPECT_EQ(code, 0);
  EXPECT_EQ(Hdf5File::open(folder / "next.h5").read<double>("/x").size(), 100000U);
}

}  // namespace
}  // namespace sengen::io
