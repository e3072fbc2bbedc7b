// SPDX-License-Identifier: Apache-2.0
// Hdf5File::State: an open file of the HDF5 library with what its calls need: handles that close
// themselves, errors with the library's reason, checks of what a file claims. Private to this room.
#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#define H5_USE_110_API  // newer libraries have other versions of H5Ovisit under that name
#include <hdf5.h>

#include <sengen/io/hdf5.hpp>
#include <sengen/io/hdf5_output.hpp>

namespace sengen::io {

// An identifier of the library with the function that closes it.
class Handle {
 public:
  Handle(hid_t id, herr_t (*closing)(hid_t)) : id_(id), close_(closing) {}
  Handle(Handle&& other) noexcept : id_(std::exchange(other.id_, -1)), close_(other.close_) {}
  ~Handle() {
    if (id_ >= 0) close_(id_);
  }
  Handle& operator=(Handle&&) = delete;
  hid_t get() const noexcept { return id_; }
  bool valid() const noexcept { return id_ >= 0; }
  // Closes it now, for those who want to know whether that worked.
  herr_t close() noexcept {
    const hid_t id = std::exchange(id_, -1);
    return id >= 0 ? close_(id) : 0;
  }

 private:
  hid_t id_;
  herr_t (*close_)(hid_t);
};

// The compound of two numbers of this type called r and i; lives as long as the program.
hid_t complex_type(hid_t part);
// Bytes of one part of such a compound of floats, 0 when the type is another.
std::size_t complex_part_bytes(hid_t type);

inline std::vector<hsize_t> sizes(const Shape& shape) { return {shape.begin(), shape.end()}; }

struct Hdf5File::State {
  std::filesystem::path path;  // for messages
  hid_t file = -1;
  bool writing = false;
  DiskFailure disk;

  State() = default;
  ~State() {
    if (file >= 0) H5Fclose(file);
  }
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  // The library does not know that a disk is full.
  void check_disk() const;
  [[noreturn]] void fail(const std::string& what) const;
  [[noreturn]] void refuse(const std::string& what) const;
  void check(herr_t status, const std::string& what) const {
    if (status < 0) fail(what);
    check_disk();
  }
  // What is buffered of a dataset goes to the disk when it is closed.
  void finish(Handle& data, const std::string& name) const;

  Handle dataset(const std::string& name) const;
  Handle object(const std::string& name) const;
  Handle attribute(const std::string& object_name, const std::string& key) const;
  void set(const std::string& object_name, const std::string& key, hid_t type,
           const void* value) const;
  double number(const std::string& object_name, const std::string& key) const;
  // Refuses what is not made of numbers of this kind.
  void require_numbers(const Handle& data, const std::string& name, bool complex) const;
  // Refuses extents that the file cannot hold: callers allocate by them.
  void require_believable(const Handle& data, const std::string& name, const Shape& extents) const;
  // The part of a dataset's space that a block means; refuses blocks that leave it.
  Handle selection(const Handle& data, const std::string& name, const Shape& offset,
                   const Shape& count) const;
};

}  // namespace sengen::io
