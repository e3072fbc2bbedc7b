// SPDX-License-Identifier: Apache-2.0
#include <sengen/io/hdf5.hpp>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <type_traits>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <sengen/core/error.hpp>
#include <sengen/io/atomic_file.hpp>
#include <sengen/io/file_kind.hpp>
#include <sengen/io/hdf5_state.hpp>

namespace sengen::io {

namespace {

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

template <typename T>
ElementType type_of() {
  if constexpr (std::is_same_v<T, float>) return ElementType::kFloat32;
  if constexpr (std::is_same_v<T, double>) return ElementType::kFloat64;
  if constexpr (std::is_same_v<T, std::int64_t>) return ElementType::kInt64;
  if constexpr (std::is_same_v<T, std::complex<double>>) return ElementType::kComplex128;
  return ElementType::kUint8;
}

template <typename T>
constexpr bool kIsComplex = std::is_same_v<T, std::complex<double>>;

hid_t native(ElementType type) {
  switch (type) {
    case ElementType::kFloat32: return H5T_NATIVE_FLOAT;
    case ElementType::kFloat64: return H5T_NATIVE_DOUBLE;
    case ElementType::kInt64: return H5T_NATIVE_INT64;
    case ElementType::kComplex128: {
      static const hid_t pair = complex_type(H5T_NATIVE_DOUBLE);
      return pair;
    }
    default: return H5T_NATIVE_UINT8;
  }
}

hid_t stored(ElementType type) {
  switch (type) {
    case ElementType::kFloat32: return H5T_IEEE_F32LE;
    case ElementType::kFloat64: return H5T_IEEE_F64LE;
    case ElementType::kInt64: return H5T_STD_I64LE;
    case ElementType::kComplex64: {
      static const hid_t pair = complex_type(H5T_IEEE_F32LE);
      return pair;
    }
    case ElementType::kComplex128: {
      static const hid_t pair = complex_type(H5T_IEEE_F64LE);
      return pair;
    }
    default: return H5T_STD_U8LE;
  }
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

Hdf5File::Hdf5File(std::unique_ptr<State> state) : state_(std::move(state)) {}
Hdf5File::Hdf5File(Hdf5File&&) noexcept = default;
Hdf5File& Hdf5File::operator=(Hdf5File&&) noexcept = default;
Hdf5File::~Hdf5File() = default;

const char* to_string(ElementType type) noexcept {
  static constexpr std::array<const char*, 7> kNames = {
      "float32", "float64", "int64", "uint8", "complex64", "complex128", "another type"};
  return kNames[static_cast<std::size_t>(type)];
}

Hdf5File Hdf5File::create(const std::filesystem::path& path) { return create(path, path); }

Hdf5File Hdf5File::create(const AtomicFile& target) {
  return create(target.temporary(), target.path());
}

Hdf5File Hdf5File::create(const std::filesystem::path& path,
                          const std::filesystem::path& shown_path) {
  initialise();
  auto state = std::make_unique<State>();
  state->path = shown_path;
  state->writing = true;
  const Handle properties(output_properties(&state->disk), H5Pclose);
  if (!properties.valid()) state->fail("cannot be made");
  state->file = H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, properties.get());
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
  if (state->file < 0) {
    const FileKind kind = file_kind(path);
    if (kind != FileKind::kHdf5 && kind != FileKind::kUnknown) {
      state->refuse(fmt::format("is {} ({} bytes), expected an HDF5 file", to_string(kind), bytes));
    }
    state->fail(fmt::format("no readable HDF5 file ({} bytes)", bytes));
  }
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
  const std::size_t part = complex_part_bytes(type.get());
  if (part == sizeof(float)) return ElementType::kComplex64;
  if (part == sizeof(double)) return ElementType::kComplex128;
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
  Handle data(H5Dcreate2(state_->file, name.c_str(), stored(type), space.get(), links.get(),
                         creation.get(), H5P_DEFAULT),
              H5Dclose);
  if (!data.valid()) state_->fail(fmt::format("{} cannot be made", name));
  state_->finish(data, name);
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
  state_->finish(data, name);
}

template <typename T>
void Hdf5File::read_block(const std::string& name, const Shape& offset, const Shape& count,
                          T* values) const {
  const Handle data = state_->dataset(name);
  state_->require_numbers(data, name, kIsComplex<T>);
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
  state_->require_numbers(state_->dataset(name), name, kIsComplex<T>);
  std::size_t count = 1;
  for (const std::int64_t extent : extents) count *= static_cast<std::size_t>(extent);
  std::vector<T> values(count);
  read_block(name, Shape(extents.size(), 0), extents, values.data());
  return values;
}

void Hdf5File::close() {
  const hid_t file = std::exchange(state_->file, -1);
  if (file < 0) return;
  const herr_t flushed = state_->writing ? H5Fflush(file, H5F_SCOPE_LOCAL) : 0;
  const herr_t closed = H5Fclose(file);
  state_->check(std::min(flushed, closed), "cannot be completed");
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
SENGEN_HDF5_TYPE(std::complex<double>)
#undef SENGEN_HDF5_TYPE
// NOLINTEND(bugprone-macro-parentheses)

}  // namespace sengen::io
