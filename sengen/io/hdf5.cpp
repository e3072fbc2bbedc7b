// SPDX-License-Identifier: Apache-2.0
#include <sengen/io/hdf5.hpp>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <type_traits>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>
#define H5_USE_110_API  // newer libraries have other versions of H5Ovisit under that name
#include <hdf5.h>

#include <sengen/core/error.hpp>

namespace sengen::io {

namespace {

// An identifier of the library with the function that closes it.
class Handle {
 public:
  Handle(hid_t id, herr_t (*close)(hid_t)) : id_(id), close_(close) {}
  Handle(Handle&& other) noexcept : id_(std::exchange(other.id_, -1)), close_(other.close_) {}
  ~Handle() {
    if (id_ >= 0) close_(id_);
  }
  Handle& operator=(Handle&&) = delete;
  // Where closing writes, its failure counts.
  herr_t finish() { return close_(std::exchange(id_, -1)); }
  hid_t get() const noexcept { return id_; }
  bool valid() const noexcept { return id_ >= 0; }

 private:
  hid_t id_;
  herr_t (*close_)(hid_t);
};

// Before the first call: no printing, no file locks unless the user wants them.
void initialise() {
  static const bool done = [] {
    setenv("HDF5_USE_FILE_LOCKING", "FALSE", 0);
    H5open();
    H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
    return true;
  }();
  (void)done;
}

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

template <typename T>
ElementType type_of() {
  if constexpr (std::is_same_v<T, float>) return ElementType::kFloat32;
  if constexpr (std::is_same_v<T, double>) return ElementType::kFloat64;
  if constexpr (std::is_same_v<T, std::int64_t>) return ElementType::kInt64;
  return ElementType::kUint8;
}

hid_t native(ElementType type) {
  switch (type) {
    case ElementType::kFloat32: return H5T_NATIVE_FLOAT;
    case ElementType::kFloat64: return H5T_NATIVE_DOUBLE;
    case ElementType::kInt64: return H5T_NATIVE_INT64;
    default: return H5T_NATIVE_UINT8;
  }
}

hid_t stored(ElementType type) {
  switch (type) {
    case ElementType::kFloat32: return H5T_IEEE_F32LE;
    case ElementType::kFloat64: return H5T_IEEE_F64LE;
    case ElementType::kInt64: return H5T_STD_I64LE;
    default: return H5T_STD_U8LE;
  }
}

std::vector<hsize_t> sizes(const Shape& shape) { return {shape.begin(), shape.end()}; }

// No compression of HDF5's own makes data smaller than a thousandth.
constexpr std::uintmax_t kLargestRatio = 1000;
// Attributes are stored in object headers of 64 KiB.
constexpr std::size_t kLongestText = 1 << 16;

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

Handle simple_space(const Shape& shape) {
  const auto extents = sizes(shape);
  return {H5Screate_simple(static_cast<int>(extents.size()), extents.data(), nullptr), H5Sclose};
}

herr_t collect_dataset(hid_t group, const char* name, const H5O_info_t* info, void* names) {
  (void)group;
  if (info->type == H5O_TYPE_DATASET) {
    static_cast<std::vector<std::string>*>(names)->push_back(fmt::format("/{}", name));
  }
  return 0;
}

}  // namespace

struct Hdf5File::State {
  std::filesystem::path path;
  hid_t file = -1;
  bool writing = false;

  ~State() {
    if (file >= 0) H5Fclose(file);
  }

  [[noreturn]] void fail(const std::string& what) const {
    throw Error(writing ? ErrorKind::kResource : ErrorKind::kInput,
                fmt::format("{}: {}: {}", path.string(), what, reason()),
                writing ? "look at the room on the disk and at the folder's permissions" : "");
  }
  [[noreturn]] void refuse(const std::string& what) const {
    throw Error(ErrorKind::kInput, fmt::format("{}: {}", path.string(), what));
  }
  void check(herr_t status, const std::string& what) const {
    if (status < 0) fail(what);
  }
  Handle dataset(const std::string& name) const {
    Handle handle(H5Dopen2(file, name.c_str(), H5P_DEFAULT), H5Dclose);
    if (!handle.valid()) fail(fmt::format("no dataset {}", name));
    return handle;
  }
  Handle object(const std::string& name) const {
    Handle handle(H5Oopen(file, name.c_str(), H5P_DEFAULT), H5Oclose);
    if (!handle.valid()) fail(fmt::format("no object {}", name));
    return handle;
  }
  Handle attribute(const std::string& object_name, const std::string& key) const {
    const Handle owner = object(object_name);
    Handle handle(H5Aopen(owner.get(), key.c_str(), H5P_DEFAULT), H5Aclose);
    if (!handle.valid()) fail(fmt::format("no attribute '{}' of {}", key, object_name));
    return handle;
  }
  void set(const std::string& object_name, const std::string& key, hid_t type,
           const void* value) const;
  double number(const std::string& object_name, const std::string& key) const;
  // Refuses what is not made of numbers.
  void require_numbers(const Handle& data, const std::string& name) const;
  // Refuses extents that the file cannot hold: callers allocate by them.
  void require_believable(const Handle& data, const std::string& name, const Shape& extents) const;
  // The part of a dataset's space that a block means; refuses blocks that leave it.
  Handle selection(const Handle& data, const std::string& name, const Shape& offset,
                   const Shape& count) const;
};

void Hdf5File::State::require_numbers(const Handle& data, const std::string& name) const {
  const Handle type(H5Dget_type(data.get()), H5Tclose);
  const H5T_class_t kind = H5Tget_class(type.get());
  if (kind == H5T_FLOAT || kind == H5T_INTEGER) return;
  throw Error(
      ErrorKind::kInput,
      fmt::format("{}: {} holds {}, expected numbers", path.string(), name, describe(type.get())),
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

void Hdf5File::State::set(const std::string& object_name, const std::string& key, hid_t type,
                          const void* value) const {
  const Handle owner = object(object_name);
  const Handle space(H5Screate(H5S_SCALAR), H5Sclose);
  if (H5Aexists(owner.get(), key.c_str()) > 0) H5Adelete(owner.get(), key.c_str());
  const Handle handle(
      H5Acreate2(owner.get(), key.c_str(), type, space.get(), H5P_DEFAULT, H5P_DEFAULT), H5Aclose);
  if (!handle.valid()) fail(fmt::format("attribute '{}' of {}", key, object_name));
  check(H5Awrite(handle.get(), type, value), "attribute " + key);
}

double Hdf5File::State::number(const std::string& object_name, const std::string& key) const {
  const Handle handle = attribute(object_name, key);
  const Handle space(H5Aget_space(handle.get()), H5Sclose);
  const Handle type(H5Aget_type(handle.get()), H5Tclose);
  const H5T_class_t kind = H5Tget_class(type.get());
  if (H5Sget_simple_extent_npoints(space.get()) != 1 ||
      (kind != H5T_FLOAT && kind != H5T_INTEGER)) {
    refuse(fmt::format("attribute '{}' of {} is no single number", key, object_name));
  }
  double value = 0;
  check(H5Aread(handle.get(), H5T_NATIVE_DOUBLE, &value), "attribute " + key);
  return value;
}

Hdf5File::Hdf5File(std::unique_ptr<State> state) : state_(std::move(state)) {}
Hdf5File::Hdf5File(Hdf5File&&) noexcept = default;
Hdf5File& Hdf5File::operator=(Hdf5File&&) noexcept = default;
Hdf5File::~Hdf5File() = default;

const char* to_string(ElementType type) noexcept {
  static constexpr std::array<const char*, 5> kNames = {"float32", "float64", "int64", "uint8",
                                                        "another type"};
  return kNames[static_cast<std::size_t>(type)];
}

Hdf5File Hdf5File::create(const std::filesystem::path& path) {
  initialise();
  auto state = std::make_unique<State>();
  state->path = path;
  state->writing = true;
  state->file = H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
  if (state->file < 0) state->fail("cannot be made");
  return Hdf5File(std::move(state));
}

Hdf5File Hdf5File::open(const std::filesystem::path& path) {
  initialise();
  auto state = std::make_unique<State>();
  state->path = path;
  std::error_code missing;
  const auto bytes = std::filesystem::file_size(path, missing);
  if (missing) state->refuse(fmt::format("cannot be read: {}", missing.message()));
  // A page: blocks of points of long series are many short pieces, and the default of 64 KiB would
  // be read for every one of them (five times slower).
  const Handle access(H5Pcreate(H5P_FILE_ACCESS), H5Pclose);
  H5Pset_sieve_buf_size(access.get(), 4096);
  state->file = H5Fopen(path.c_str(), H5F_ACC_RDONLY, access.get());
  if (state->file < 0) state->fail(fmt::format("no readable HDF5 file ({} bytes)", bytes));
  return Hdf5File(std::move(state));
}

bool Hdf5File::contains(const std::string& name) const {
  const std::string path = name.starts_with("/") ? name : "/" + name;
  // H5Lexists wants every group on the way to exist.
  for (std::size_t slash = path.find('/', 1); slash != std::string::npos;
       slash = path.find('/', slash + 1)) {
    if (H5Lexists(state_->file, path.substr(0, slash).c_str(), H5P_DEFAULT) <= 0) return false;
  }
  return H5Lexists(state_->file, path.c_str(), H5P_DEFAULT) > 0;
}

std::vector<std::string> Hdf5File::datasets() const {
  std::vector<std::string> names;
  state_->check(H5Ovisit(state_->file, H5_INDEX_NAME, H5_ITER_INC, collect_dataset, &names),
                "list of datasets");
  std::sort(names.begin(), names.end());
  return names;
}

Shape Hdf5File::shape(const std::string& name) const {
  const Handle data = state_->dataset(name);
  const Handle space(H5Dget_space(data.get()), H5Sclose);
  const int rank = H5Sget_simple_extent_ndims(space.get());
  if (rank < 0) state_->fail("extents of " + name);
  std::vector<hsize_t> extents(static_cast<std::size_t>(rank));
  H5Sget_simple_extent_dims(space.get(), extents.data(), nullptr);
  const Shape found(extents.begin(), extents.end());
  state_->require_believable(data, name, found);
  return found;
}

ElementType Hdf5File::element_type(const std::string& name) const {
  const Handle data = state_->dataset(name);
  const Handle type(H5Dget_type(data.get()), H5Tclose);
  const H5T_class_t kind = H5Tget_class(type.get());
  const std::size_t bytes = H5Tget_size(type.get());
  if (kind == H5T_FLOAT && bytes == sizeof(float)) return ElementType::kFloat32;
  if (kind == H5T_FLOAT && bytes == sizeof(double)) return ElementType::kFloat64;
  if (kind == H5T_INTEGER && bytes == sizeof(std::int64_t)) return ElementType::kInt64;
  if (kind == H5T_INTEGER && bytes == 1) return ElementType::kUint8;
  return ElementType::kOther;
}

void Hdf5File::create_dataset(const std::string& name, ElementType type, const Shape& shape,
                              const Layout& layout) {
  if (std::any_of(shape.begin(), shape.end(), [](std::int64_t extent) { return extent < 0; })) {
    throw Error(ErrorKind::kInternal,
                fmt::format("{} cannot have shape [{}]", name, fmt::join(shape, ", ")));
  }
  const Handle space = simple_space(shape);
  const Handle links(H5Pcreate(H5P_LINK_CREATE), H5Pclose);
  H5Pset_create_intermediate_group(links.get(), 1);
  const Handle creation(H5Pcreate(H5P_DATASET_CREATE), H5Pclose);
  if (!layout.chunk.empty()) {
    const auto chunk = sizes(layout.chunk);
    state_->check(H5Pset_chunk(creation.get(), static_cast<int>(chunk.size()), chunk.data()),
                  "chunks of " + name);
    if (layout.checksum) H5Pset_fletcher32(creation.get());
  }
  const Handle data(H5Dcreate2(state_->file, name.c_str(), stored(type), space.get(), links.get(),
                               creation.get(), H5P_DEFAULT),
                    H5Dclose);
  if (!data.valid()) state_->fail(fmt::format("{} cannot be made", name));
}

template <typename T>
void Hdf5File::write_block(const std::string& name, const Shape& offset, const Shape& count,
                           const T* values) {
  Handle data = state_->dataset(name);
  const Handle target = state_->selection(data, name, offset, count);
  const Handle memory = simple_space(count);
  state_->check(
      H5Dwrite(data.get(), native(type_of<T>()), memory.get(), target.get(), H5P_DEFAULT, values),
      fmt::format("{} cannot be written", name));
  // Small blocks are still in a buffer of the library's.
  state_->check(data.finish(), fmt::format("{} cannot be written", name));
}

template <typename T>
void Hdf5File::read_block(const std::string& name, const Shape& offset, const Shape& count,
                          T* values) const {
  const Handle data = state_->dataset(name);
  state_->require_numbers(data, name);
  const Handle source = state_->selection(data, name, offset, count);
  const Handle memory = simple_space(count);
  state_->check(
      H5Dread(data.get(), native(type_of<T>()), memory.get(), source.get(), H5P_DEFAULT, values),
      fmt::format("{} cannot be read", name));
}

template <typename T>
void Hdf5File::write(const std::string& name, const Shape& shape, const T* values,
                     const Layout& layout) {
  create_dataset(name, type_of<T>(), shape, layout);
  write_block(name, Shape(shape.size(), 0), shape, values);
}

template <typename T>
std::vector<T> Hdf5File::read(const std::string& name) const {
  const Shape extents = shape(name);
  state_->require_numbers(state_->dataset(name), name);
  std::size_t count = 1;
  for (const std::int64_t extent : extents) count *= static_cast<std::size_t>(extent);
  std::vector<T> values(count);
  read_block(name, Shape(extents.size(), 0), extents, values.data());
  return values;
}

void Hdf5File::set_attribute(const std::string& object, const std::string& key, double value) {
  state_->set(object, key, H5T_NATIVE_DOUBLE, &value);
}

void Hdf5File::set_attribute(const std::string& object, const std::string& key,
                             std::int64_t value) {
  state_->set(object, key, H5T_NATIVE_INT64, &value);
}

void Hdf5File::set_attribute(const std::string& object, const std::string& key,
                             const std::string& value) {
  const Handle type(H5Tcopy(H5T_C_S1), H5Tclose);
  H5Tset_size(type.get(), value.size() + 1);
  H5Tset_cset(type.get(), H5T_CSET_UTF8);
  state_->set(object, key, type.get(), value.c_str());
}

bool Hdf5File::has_attribute(const std::string& object, const std::string& key) const {
  const Handle owner = state_->object(object);
  return H5Aexists(owner.get(), key.c_str()) > 0;
}

double Hdf5File::attribute_double(const std::string& object, const std::string& key) const {
  return state_->number(object, key);
}

std::int64_t Hdf5File::attribute_int(const std::string& object, const std::string& key) const {
  state_->number(object, key);  // refuses what is no single number
  const Handle handle = state_->attribute(object, key);
  std::int64_t value = 0;
  state_->check(H5Aread(handle.get(), H5T_NATIVE_INT64, &value), "attribute " + key);
  return value;
}

std::string Hdf5File::attribute_string(const std::string& object, const std::string& key) const {
  const Handle handle = state_->attribute(object, key);
  const Handle type(H5Aget_type(handle.get()), H5Tclose);
  const Handle space(H5Aget_space(handle.get()), H5Sclose);
  if (H5Tget_class(type.get()) != H5T_STRING || H5Sget_simple_extent_npoints(space.get()) != 1) {
    state_->refuse(fmt::format("attribute '{}' of {} is no text", key, object));
  }
  const std::string what = "attribute " + key;
  if (H5Tis_variable_str(type.get()) > 0) {  // as h5py writes them
    char* text = nullptr;
    const Handle memory(H5Tcopy(type.get()), H5Tclose);
    state_->check(H5Aread(handle.get(), memory.get(), static_cast<void*>(&text)), what);
    const std::string value = text == nullptr ? "" : text;
    H5free_memory(text);
    return value;
  }
  if (H5Tget_size(type.get()) > kLongestText) state_->refuse(what + " is too long");
  std::string value(H5Tget_size(type.get()), '\0');
  state_->check(H5Aread(handle.get(), type.get(), value.data()), what);
  return value.substr(0, value.find('\0'));
}

void Hdf5File::close() {
  const hid_t file = std::exchange(state_->file, -1);
  if (file >= 0) state_->check(H5Fclose(file), "cannot be completed");
}

// A type cannot stand in parentheses.
// NOLINTBEGIN(bugprone-macro-parentheses)
#define SENGEN_HDF5_TYPE(T)                                                                      \
  template void Hdf5File::write_block(const std::string&, const Shape&, const Shape&, const T*); \
  template void Hdf5File::read_block(const std::string&, const Shape&, const Shape&, T*) const;  \
  template void Hdf5File::write(const std::string&, const Shape&, const T*, const Layout&);      \
  template std::vector<T> Hdf5File::read(const std::string&) const;
SENGEN_HDF5_TYPE(float)
SENGEN_HDF5_TYPE(double)
SENGEN_HDF5_TYPE(std::int64_t)
SENGEN_HDF5_TYPE(std::uint8_t)
#undef SENGEN_HDF5_TYPE
// NOLINTEND(bugprone-macro-parentheses)

}  // namespace sengen::io
