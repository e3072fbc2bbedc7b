// SPDX-License-Identifier: Apache-2.0
#include "state_array.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <sengen/core/error.hpp>
#include <sengen/io/file_bytes.hpp>
#include <sengen/io/hdf5.hpp>
#include <sengen/io/npy.hpp>
#include <sengen/io/npz.hpp>

namespace sengen::aqce {

namespace {

using Complexes = std::vector<std::complex<double>>;

std::int64_t items_of(const io::Shape& shape) {
  // Beside an extent of 0 the others may have a product that overflows.
  if (std::find(shape.begin(), shape.end(), 0) != shape.end()) return 0;
  std::int64_t items = 1;
  for (const std::int64_t extent : shape) items *= extent;
  return items;
}

io::NpyArray read_npz(const StateWord& word) {
  return io::parse_npz(io::read_bytes(word.file), word.dataset, word.file.string());
}

Complexes complexes(const io::NpyArray& array) {
  if (!array.is_complex) return {array.values.begin(), array.values.end()};
  Complexes values(array.values.size() / 2);
  for (std::size_t i = 0; i < values.size(); ++i) {
    values[i] = {array.values[2 * i], array.values[2 * i + 1]};
  }
  return values;
}

// The dataset that is named, or the only one.
std::string dataset_of(const io::Hdf5File& file, const StateWord& word) {
  const std::string path = word.file.string();
  const auto names = file.datasets();
  if (names.empty()) throw Error(ErrorKind::kInput, fmt::format("{}: holds no dataset", path));
  if (word.dataset.empty()) {
    if (names.size() == 1) return names.front();
    throw Error(ErrorKind::kInput, fmt::format("{}: holds {} datasets", path, names.size()),
                fmt::format("name one: {}:PATH with PATH one of {}", path, fmt::join(names, ", ")));
  }
  const std::string name = word.dataset.starts_with("/") ? word.dataset : "/" + word.dataset;
  if (std::find(names.begin(), names.end(), name) != names.end()) return name;
  throw Error(ErrorKind::kInput, fmt::format("{}: no dataset {}", path, name),
              fmt::format("it has: {}", fmt::join(names, ", ")));
}

bool is_complex(io::ElementType type) {
  return type == io::ElementType::kComplex64 || type == io::ElementType::kComplex128;
}

Complexes read_hdf5(const StateWord& word) {
  const auto file = io::Hdf5File::open(word.file);
  const std::string name = dataset_of(file, word);
  if (is_complex(file.element_type(name))) return file.read<std::complex<double>>(name);
  const auto values = file.read<double>(name);
  return {values.begin(), values.end()};
}

}  // namespace

io::Shape array_shape(const StateWord& word) {
  const auto ending = word.file.extension();
  if (ending == ".npy") return io::NpyReader(word.file, io::NpyNumbers::kAny).header().shape;
  if (ending == ".npz") return read_npz(word).shape;
  const auto file = io::Hdf5File::open(word.file);
  return file.shape(dataset_of(file, word));
}

std::int64_t array_items(const StateWord& word) { return items_of(array_shape(word)); }

Complexes read_array(const StateWord& word) {
  const auto ending = word.file.extension();
  if (ending == ".npz") return complexes(read_npz(word));
  if (ending != ".npy") return read_hdf5(word);
  io::NpyReader reader(word.file, io::NpyNumbers::kAny);
  Complexes values(static_cast<std::size_t>(reader.header().items()));
  reader.read(0, reader.header().items(), values.data());
  return values;
}

}  // namespace sengen::aqce
