// SPDX-License-Identifier: Apache-2.0
#include <sengen/io/hdf5_state.hpp>

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <sengen/core/error.hpp>
#include <sengen/io/atomic_file.hpp>

namespace sengen::io {

namespace {

// No compression of HDF5's own makes data smaller than a thousandth.
constexpr std::uintmax_t kLargestRatio = 1000;

// The innermost message of the library's error stack: the reason, not the way.
std::string reason() {
  std::string text;
  const auto take_first = [](unsigned n, const H5E_error2_t* entry, void* data) -> herr_t {
    if (n == 0 && entry->desc != nullptr) *static_cast<std::string*>(data) = entry->desc;
    return 0;
  };
  H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, take_first, &text);
  H5Eclear2(H5E_DEFAULT);
  return text.empty() ? "no reason given" : text;
}

std::string describe(hid_t type) {
  static constexpr std::array<const char*, 11> kClasses = {"integers",
                                                           "floating-point numbers",
                                                           "times",
                                                           "texts",
                                                           "bit fields",
                                                           "opaque values",
                                                           "compounds",
                                                           "references",
                                                           "enumerated values (booleans?)",
                                                           "lists",
                                                           "arrays"};
  const auto kind = static_cast<std::size_t>(H5Tget_class(type));
  return fmt::format("{} of {} bytes", kind < kClasses.size() ? kClasses[kind] : "values",
                     H5Tget_size(type));
}

// The name of a member of a compound type.
std::string member_name(hid_t type, unsigned member) {
  char* text = H5Tget_member_name(type, member);
  const std::string name = text == nullptr ? "" : text;
  H5free_memory(text);
  return name;
}

}  // namespace

hid_t complex_type(hid_t part) {
  const std::size_t bytes = H5Tget_size(part);
  const hid_t type = H5Tcreate(H5T_COMPOUND, 2 * bytes);
  H5Tinsert(type, "r", 0, part);
  H5Tinsert(type, "i", bytes, part);
  return type;
}

std::size_t complex_part_bytes(hid_t type) {
  if (H5Tget_class(type) != H5T_COMPOUND || H5Tget_nmembers(type) != 2) return 0;
  if (member_name(type, 0) != "r" || member_name(type, 1) != "i") return 0;
  const Handle real(H5Tget_member_type(type, 0), H5Tclose);
  const Handle imaginary(H5Tget_member_type(type, 1), H5Tclose);
  const bool alike = H5Tequal(real.get(), imaginary.get()) > 0;
  return alike && H5Tget_class(real.get()) == H5T_FLOAT ? H5Tget_size(real.get()) : 0;
}

void Hdf5File::State::check_disk() const {
  if (disk.reason != 0) fail_writing(path, disk.reason);
}

void Hdf5File::State::fail(const std::string& what) const {
  check_disk();
  throw Error(writing ? ErrorKind::kResource : ErrorKind::kInput,
              fmt::format("{}: {}: {}", path.string(), what, reason()));
}

void Hdf5File::State::refuse(const std::string& what) const {
  throw Error(ErrorKind::kInput, fmt::format("{}: {}", path.string(), what));
}

void Hdf5File::State::finish(Handle& data, const std::string& name) const {
  check(data.close(), fmt::format("{} cannot be written", name));
}

Handle Hdf5File::State::dataset(const std::string& name) const {
  Handle handle(H5Dopen2(file, name.c_str(), H5P_DEFAULT), H5Dclose);
  if (!handle.valid()) fail(fmt::format("no dataset {}", name));
  return handle;
}

Handle Hdf5File::State::object(const std::string& name) const {
  Handle handle(H5Oopen(file, name.c_str(), H5P_DEFAULT), H5Oclose);
  if (!handle.valid()) fail(fmt::format("no object {}", name));
  return handle;
}

Handle Hdf5File::State::attribute(const std::string& object_name, const std::string& key) const {
  const Handle owner = object(object_name);
  Handle handle(H5Aopen(owner.get(), key.c_str(), H5P_DEFAULT), H5Aclose);
  if (!handle.valid()) fail(fmt::format("no attribute '{}' of {}", key, object_name));
  return handle;
}

void Hdf5File::State::require_numbers(const Handle& data, const std::string& name,
                                      bool complex) const {
  const Handle type(H5Dget_type(data.get()), H5Tclose);
  const H5T_class_t kind = H5Tget_class(type.get());
  const bool is_right =
      complex ? complex_part_bytes(type.get()) != 0 : kind == H5T_FLOAT || kind == H5T_INTEGER;
  if (is_right) return;
  throw Error(ErrorKind::kInput,
              fmt::format("{}: {} holds {}, expected {}", path.string(), name, describe(type.get()),
                          complex ? "complex numbers (compounds of floats r and i)" : "numbers"),
              kind == H5T_ENUM ? "store booleans as uint8" : "");
}

void Hdf5File::State::require_believable(const Handle& data, const std::string& name,
                                         const Shape& extents) const {
  if (writing || std::find(extents.begin(), extents.end(), 0) != extents.end()) return;
  const Handle type(H5Dget_type(data.get()), H5Tclose);
  const Handle creation(H5Dget_create_plist(data.get()), H5Pclose);
  // A contiguous dataset that was never written takes no room.
  const bool is_there_in_full = H5Pget_layout(creation.get()) == H5D_CONTIGUOUS &&
                                H5Pget_external_count(creation.get()) == 0 &&
                                H5Dget_storage_size(data.get()) > 0;
  const auto found = std::filesystem::file_size(path);
  const std::uintmax_t limit = is_there_in_full ? found : kLargestRatio * found;
  std::uintmax_t claimed = H5Tget_size(type.get());
  for (const std::int64_t extent : extents) {
    if (extent < 0 ||
        __builtin_mul_overflow(claimed, static_cast<std::uintmax_t>(extent), &claimed) ||
        claimed > limit) {
      refuse(fmt::format("{} claims to be [{}] of {}, in a file of {} bytes", name,
                         fmt::join(extents, ", "), describe(type.get()), found));
    }
  }
}

Handle Hdf5File::State::selection(const Handle& data, const std::string& name, const Shape& offset,
                                  const Shape& count) const {
  Handle space(H5Dget_space(data.get()), H5Sclose);
  if (!space.valid()) fail(fmt::format("no space of {}", name));
  const int rank = H5Sget_simple_extent_ndims(space.get());
  std::vector<hsize_t> extents(static_cast<std::size_t>(std::max(rank, 0)));
  check(H5Sget_simple_extent_dims(space.get(), extents.data(), nullptr), "extents of " + name);
  if (offset.size() != extents.size() || count.size() != extents.size()) {
    refuse(fmt::format("{} has shape [{}], expected {} axes", name, fmt::join(extents, ", "),
                       count.size()));
  }
  for (std::size_t axis = 0; axis < extents.size(); ++axis) {
    const auto extent = static_cast<std::int64_t>(extents[axis]);
    if (offset[axis] < 0 || count[axis] < 0 || offset[axis] > extent - count[axis]) {
      refuse(fmt::format("{} entries from {} on leave axis {} of {}, which has {}", count[axis],
                         offset[axis], axis, name, extent));
    }
  }
  if (extents.empty()) return space;
  check(H5Sselect_hyperslab(space.get(), H5S_SELECT_SET, sizes(offset).data(), nullptr,
                            sizes(count).data(), nullptr),
        "block of " + name);
  return space;
}

}  // namespace sengen::io
