// SPDX-License-Identifier: Apache-2.0
#include "array_source.hpp"

#include <functional>
#include <memory>
#include <numeric>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <sengen/core/error.hpp>
#include <sengen/io/npy.hpp>

namespace sengen::flow_modes {

namespace {

std::int64_t product(io::Shape::const_iterator begin, io::Shape::const_iterator end) {
  return std::accumulate(begin, end, std::int64_t{1}, std::multiplies<>());
}

// Runs of items that lie together: along the last axis that the block does not fill, and all
// behind.
void read_npy_block(io::NpyReader& reader, const io::Shape& offset, const io::Shape& count,
                    double* values) {
  const io::Shape& shape = reader.header().shape;
  std::size_t cut = shape.size() - 1;
  while (cut > 0 && count[cut] == shape[cut]) --cut;
  const std::int64_t run = product(count.begin() + static_cast<std::ptrdiff_t>(cut), count.end());
  io::Shape index(cut, 0);
  for (bool more = true; more; values += run) {
    std::int64_t first = 0;
    for (std::size_t axis = 0; axis < shape.size(); ++axis) {
      first = first * shape[axis] + offset[axis] + (axis < cut ? index[axis] : 0);
    }
    reader.read(first, run, values);
    more = false;
    for (std::size_t axis = cut; axis-- > 0 && !more;) {
      more = ++index[axis] < count[axis];
      if (!more) index[axis] = 0;
    }
  }
}

ArraySource open_npy(const std::string& name) {
  auto reader = std::make_shared<io::NpyReader>(name);
  const auto& header = reader->header();
  const bool is_double = header.descriptor == "<f8" || header.descriptor == "<i8";
  return {name, header.shape, is_double ? io::ElementType::kFloat64 : io::ElementType::kFloat32,
          [reader](const io::Shape& offset, const io::Shape& count, double* values) {
            read_npy_block(*reader, offset, count, values);
          }};
}

ArraySource open_hdf5(const std::string& name, const std::string& file,
                      const std::string& dataset) {
  auto reader = std::make_shared<io::Hdf5File>(io::Hdf5File::open(file));
  if (!reader->contains(dataset)) {
    throw Error(ErrorKind::kInput, fmt::format("{}: no dataset {}", file, dataset),
                fmt::format("it has: {}", fmt::join(reader->datasets(), ", ")));
  }
  const auto type = reader->element_type(dataset);
  return {name, reader->shape(dataset),
          type == io::ElementType::kFloat64 ? type : io::ElementType::kFloat32,
          [reader, dataset](const io::Shape& offset, const io::Shape& count, double* values) {
            reader->read_block(dataset, offset, count, values);
          }};
}

}  // namespace

std::vector<double> ArraySource::read_all() const {
  std::vector<double> values(static_cast<std::size_t>(product(shape.begin(), shape.end())));
  if (!values.empty()) read(io::Shape(shape.size(), 0), shape, values.data());
  return values;
}

ArraySource open_array(const std::string& name) {
  if (name.ends_with(".npy")) return open_npy(name);
  const auto colon = name.rfind(":/");
  if (colon != std::string::npos)
    return open_hdf5(name, name.substr(0, colon), name.substr(colon + 1));
  if (name.ends_with(".h5") || name.ends_with(".hdf5")) {
    const auto datasets = io::Hdf5File::open(name).datasets();
    throw Error(ErrorKind::kUsage, fmt::format("{}: name the dataset as well", name),
                fmt::format("{}:PATH with PATH one of {}", name, fmt::join(datasets, ", ")));
  }
  throw Error(ErrorKind::kUsage, fmt::format("{}: neither FILE.npy nor FILE.h5:/dataset", name));
}

}  // namespace sengen::flow_modes
