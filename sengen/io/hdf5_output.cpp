// SPDX-License-Identifier: Apache-2.0
#include <sengen/io/hdf5_output.hpp>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <limits>
#include <memory>

#include <fcntl.h>
#include <sys/types.h>
#include <unistd.h>
#if H5_VERSION_GE(1, 13, 0)
#include <H5FDdevelop.h>
#endif

namespace sengen::io {

namespace {

// What the library hands to our calls in place of its own H5FD_t, which must come first.
struct OutputDriver {
  H5FD_t base;
  int descriptor;
  haddr_t allocated;  // end of what the library has given away
  haddr_t written;    // end of what the file holds, or would hold had the disk taken it
  DiskFailure* failure;
};

// What H5Pset_driver copies into a list of properties.
struct Information {
  DiskFailure* failure;
};

OutputDriver& driver_of(H5FD_t* file) { return *reinterpret_cast<OutputDriver*>(file); }
const OutputDriver& driver_of(const H5FD_t* file) {
  return *reinterpret_cast<const OutputDriver*>(file);
}

H5FD_t* open_output(const char* name, unsigned flags, hid_t properties, haddr_t) {
  const auto* information = static_cast<const Information*>(H5Pget_driver_info(properties));
  if (information == nullptr) return nullptr;
  int mode = O_CLOEXEC | ((flags & H5F_ACC_RDWR) != 0 ? O_RDWR : O_RDONLY);
  if ((flags & H5F_ACC_CREAT) != 0) mode |= O_CREAT;
  if ((flags & H5F_ACC_TRUNC) != 0) mode |= O_TRUNC;
  if ((flags & H5F_ACC_EXCL) != 0) mode |= O_EXCL;
  const int descriptor = ::open(name, mode, 0666);
  const off_t end = descriptor < 0 ? -1 : ::lseek(descriptor, 0, SEEK_END);
  if (end < 0) {
    information->failure->note();
    if (descriptor >= 0) ::close(descriptor);
    return nullptr;
  }
  auto driver = std::make_unique<OutputDriver>();
  driver->descriptor = descriptor;
  driver->written = static_cast<haddr_t>(end);
  driver->failure = information->failure;
  return &driver.release()->base;
}

herr_t close_output(H5FD_t* file) {
  const std::unique_ptr<OutputDriver> driver(&driver_of(file));
  if (::close(driver->descriptor) != 0) driver->failure->note();
  return 0;
}

// What the library's own driver for one file says of itself: the same bytes come out.
herr_t features_of_output(const H5FD_t*, unsigned long* flags) {
  *flags = H5FD_FEAT_AGGREGATE_METADATA | H5FD_FEAT_ACCUMULATE_METADATA | H5FD_FEAT_DATA_SIEVE |
           H5FD_FEAT_AGGREGATE_SMALLDATA;
  return 0;
}

haddr_t allocated_of(const H5FD_t* file, H5FD_mem_t) { return driver_of(file).allocated; }

herr_t set_allocated(H5FD_t* file, H5FD_mem_t, haddr_t end) {
  driver_of(file).allocated = end;
  return 0;
}

haddr_t written_of(const H5FD_t* file, H5FD_mem_t) { return driver_of(file).written; }

herr_t read_output(H5FD_t* file, H5FD_mem_t, hid_t, haddr_t address, std::size_t size,
                   void* buffer) {
  auto* bytes = static_cast<char*>(buffer);
  while (size > 0) {
    const ssize_t count =
        ::pread(driver_of(file).descriptor, bytes, size, static_cast<off_t>(address));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return -1;
    if (count == 0) break;
    bytes += count;
    address += static_cast<haddr_t>(count);
    size -= static_cast<std::size_t>(count);
  }
  std::memset(bytes, 0, size);  // beyond the end, where the library expects zeros
  return 0;
}

herr_t write_output(H5FD_t* file, H5FD_mem_t, hid_t, haddr_t address, std::size_t size,
                    const void* buffer) {
  OutputDriver& driver = driver_of(file);
  driver.written = std::max(driver.written, address + size);
  const auto* bytes = static_cast<const char*>(buffer);
  while (size > 0 && driver.failure->reason == 0) {
    const ssize_t count = ::pwrite(driver.descriptor, bytes, size, static_cast<off_t>(address));
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) {
      driver.failure->note();
      break;
    }
    bytes += count;
    address += static_cast<haddr_t>(count);
    size -= static_cast<std::size_t>(count);
  }
  return 0;
}

herr_t truncate_output(H5FD_t* file, hid_t, hbool_t) {
  OutputDriver& driver = driver_of(file);
  if (driver.written == driver.allocated) return 0;
  if (driver.failure->reason == 0 &&
      ::ftruncate(driver.descriptor, static_cast<off_t>(driver.allocated)) != 0) {
    driver.failure->note();
  }
  driver.written = driver.allocated;
  return 0;
}

H5FD_class_t make_class() {
  H5FD_class_t calls{};
#if H5_VERSION_GE(1, 13, 0)
  calls.version = H5FD_CLASS_VERSION;
  calls.value = static_cast<H5FD_class_value_t>(600);  // from 512 on they are anybody's
#endif
  calls.name = "sengen output";
  calls.maxaddr = static_cast<haddr_t>(std::numeric_limits<off_t>::max());
  calls.fc_degree = H5F_CLOSE_WEAK;
  calls.fapl_size = sizeof(Information);
  calls.open = open_output;
  calls.close = close_output;
  calls.query = features_of_output;
  calls.get_eoa = allocated_of;
  calls.set_eoa = set_allocated;
  calls.get_eof = written_of;
  calls.read = read_output;
  calls.write = write_output;
  calls.truncate = truncate_output;
  constexpr std::array<H5FD_mem_t, H5FD_MEM_NTYPES> kRooms = H5FD_FLMAP_DICHOTOMY;
  std::copy(kRooms.begin(), kRooms.end(), calls.fl_map);
  return calls;
}

}  // namespace

void DiskFailure::note() noexcept {
  if (reason == 0) reason = errno != 0 ? errno : EIO;
}

hid_t output_properties(DiskFailure* failure) {
  static const H5FD_class_t calls = make_class();
  const Information information{failure};
  const hid_t driver = H5FDregister(&calls);
  const hid_t properties = H5Pcreate(H5P_FILE_ACCESS);
  // The list keeps the driver alive.
  const herr_t status = H5Pset_driver(properties, driver, &information);
  H5FDunregister(driver);
  if (status >= 0) return properties;
  H5Pclose(properties);
  return -1;
}

}  // namespace sengen::io
