// SPDX-License-Identifier: Apache-2.0
// Attributes of Hdf5File.
#include <sengen/io/hdf5.hpp>

#include <fmt/format.h>

#include <sengen/io/hdf5_state.hpp>

namespace sengen::io {

namespace {

// Attributes are stored in object headers of 64 KiB.
constexpr std::size_t kLongestText = 1 << 16;

}  // namespace

void Hdf5File::State::set(const std::string& object_name, const std::string& key, hid_t type,
                          const void* value) const {
  const Handle owner = object(object_name);
  const Handle space(H5Screate(H5S_SCALAR), H5Sclose);
  if (H5Aexists(owner.get(), key.c_str()) > 0) H5Adelete(owner.get(), key.c_str());
  Handle handle(H5Acreate2(owner.get(), key.c_str(), type, space.get(), H5P_DEFAULT, H5P_DEFAULT),
                H5Aclose);
  if (!handle.valid()) fail(fmt::format("attribute '{}' of {}", key, object_name));
  check(H5Awrite(handle.get(), type, value), "attribute " + key);
  finish(handle, "attribute " + key);
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

}  // namespace sengen::io
