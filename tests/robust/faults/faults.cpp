// SPDX-License-Identifier: Apache-2.0
// A disk that fails when it is told to, for any program:
//
//   LD_PRELOAD=$SENGEN_FAULTS SENGEN_FAULT=PART:N:ACTION program...
//
// counts the calls that change files whose path contains PART: open and fopen for writing, write,
// pwrite, writev, ftruncate, truncate, fsync, fdatasync, rename, mkdir, unlink, remove, rmdir and
// their relatives. Paths are taken as the program gives them, those of open files in full. At the
// N-th of them ACTION happens, once:
//
//   kill     the process is killed (SIGKILL) in place of the call
//   tear     the same, but of a write the first half is done
//   ENOSPC, EIO, EDQUOT, EMFILE     the call fails with this errno and does nothing
//
// N = 0 only counts. SENGEN_FAULT_TRACE=FILE: a line "N call path" for each call counted, in FILE.
// Every process counts for itself; a forked one goes on from its parent's number. What the C
// library's own streams write (fwrite, fprintf) is not seen, only that they open a file; streams of
// C++, HDF5 and what calls POSIX itself are.
#include "faults.hpp"

#include <cerrno>
#include <csignal>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include <dlfcn.h>
#include <fcntl.h>
#include <linux/limits.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <atomic>

namespace {

struct Fault {
  char part[PATH_MAX] = {};  // empty: no fault
  long at = 0;
  int error = 0;  // 0: the process is killed
  bool tears = false;
};

Fault fault;
std::atomic<long> counted{0};
int trace_file = -1;

[[noreturn]] void give_up(const char* text) {
  dprintf(2, "SENGEN_FAULT=%s: expected PART:N:kill|tear|ENOSPC|EIO|EDQUOT|EMFILE\n", text);
  _exit(2);
}

Fault parse(const char* text) {
  Fault parsed;
  const char* last = std::strrchr(text, ':');
  if (last == nullptr || last == text) give_up(text);
  const char* middle = last - 1;
  while (middle > text && *middle != ':') --middle;
  const auto length = static_cast<std::size_t>(middle - text);
  if (length == 0 || length >= sizeof parsed.part) give_up(text);
  std::memcpy(parsed.part, text, length);
  char* end = nullptr;
  parsed.at = std::strtol(middle + 1, &end, 10);
  const char* action = last + 1;
  parsed.tears = std::strcmp(action, "tear") == 0;
  if (std::strcmp(action, "ENOSPC") == 0) parsed.error = ENOSPC;
  if (std::strcmp(action, "EIO") == 0) parsed.error = EIO;
  if (std::strcmp(action, "EDQUOT") == 0) parsed.error = EDQUOT;
  if (std::strcmp(action, "EMFILE") == 0) parsed.error = EMFILE;
  const bool is_known = parsed.error != 0 || parsed.tears || std::strcmp(action, "kill") == 0;
  if (end != last || parsed.at < 0 || !is_known) give_up(text);
  return parsed;
}

// By the system's own calls: those of the C library are the ones that are counted.
void trace(long number, const char* call, const char* path) {
  if (trace_file < 0) return;
  char line[PATH_MAX + 64];
  const int length = std::snprintf(line, sizeof line, "%ld %s %s\n", number, call, path);
  syscall(SYS_write, trace_file, line, static_cast<std::size_t>(length));
}

[[gnu::constructor]] void arm_from_environment() {
  sengen_fault_trace(std::getenv("SENGEN_FAULT_TRACE"));
  sengen_fault_arm(std::getenv("SENGEN_FAULT"));
}

[[noreturn]] void die() {
  kill(getpid(), SIGKILL);
  for (;;) pause();
}

// Whether this is the call at which something happens.
bool is_struck(const char* call, const char* path) {
  if (fault.part[0] == '\0' || path == nullptr || std::strstr(path, fault.part) == nullptr) {
    return false;
  }
  const long number = ++counted;
  trace(number, call, path);
  return number == fault.at;
}

// Whether the call must not be done; errno is set then, unless the process ends here.
bool fails(const char* call, const char* path) {
  if (!is_struck(call, path)) return false;
  if (fault.error == 0) die();
  errno = fault.error;
  return true;
}

struct Path {
  char text[2 * PATH_MAX] = {};
  explicit Path(int file) {
    char link[64];
    std::snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    const ssize_t length = readlink(link, text, PATH_MAX - 1);
    text[length > 0 ? length : 0] = '\0';
  }
  Path(int folder, const char* name) : Path(folder) {
    if (name == nullptr || name[0] == '/' || folder == AT_FDCWD) text[0] = '\0';
    const std::size_t length = std::strlen(text);
    std::snprintf(text + length, sizeof text - length, "%s%s", length > 0 ? "/" : "",
                  name == nullptr ? "" : name);
  }
};

bool fails(const char* call, int file) {
  return fault.part[0] != '\0' && fails(call, Path(file).text);
}
bool fails(const char* call, int folder, const char* name) {
  return fault.part[0] != '\0' && fails(call, Path(folder, name).text);
}
bool is_for_writing(int flags) {
  return (flags & O_ACCMODE) != O_RDONLY || (flags & (O_CREAT | O_TRUNC)) != 0;
}
bool is_for_writing(const char* mode) { return std::strpbrk(mode, "wa+") != nullptr; }

template <typename Function>
Function* next(const char* name) {
  return reinterpret_cast<Function*>(dlsym(RTLD_NEXT, name));
}

// A write of so many bytes: how many of them to do, with `kills` when the process ends after them.
struct Share {
  std::size_t bytes;
  bool fails = false;
  bool kills = false;
};
Share share_of(const char* call, int file, std::size_t bytes) {
  if (fault.part[0] == '\0' || !is_struck(call, Path(file).text)) return {bytes};
  if (fault.tears) return {bytes / 2, false, true};
  if (fault.error == 0) die();
  errno = fault.error;
  return {0, true};
}

}  // namespace

extern "C" {

void sengen_fault_arm(const char* text) {
  fault = {};
  counted = 0;
  if (text != nullptr) fault = parse(text);
}

void sengen_fault_trace(const char* file) {
  if (trace_file >= 0) close(trace_file);
  trace_file = -1;
  if (file == nullptr) return;
  trace_file = static_cast<int>(
      syscall(SYS_openat, AT_FDCWD, file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666));
}

long sengen_fault_count() { return counted; }

// What follows replaces the C library's functions and calls them. NOLINTBEGIN

#define SENGEN_OPEN(name)                                                              \
  int name(const char* path, int flags, ...) {                                         \
    static auto* const call = next<int(const char*, int, ...)>(#name);                 \
    va_list rest;                                                                      \
    va_start(rest, flags);                                                             \
    const mode_t mode = (flags & O_CREAT) != 0 ? va_arg(rest, mode_t) : 0;             \
    va_end(rest);                                                                      \
    return is_for_writing(flags) && fails(#name, path) ? -1 : call(path, flags, mode); \
  }
SENGEN_OPEN(open)
SENGEN_OPEN(open64)

#define SENGEN_OPENAT(name)                                                                       \
  int name(int folder, const char* path, int flags, ...) {                                        \
    static auto* const call = next<int(int, const char*, int, ...)>(#name);                       \
    va_list rest;                                                                                 \
    va_start(rest, flags);                                                                        \
    const mode_t mode = (flags & O_CREAT) != 0 ? va_arg(rest, mode_t) : 0;                        \
    va_end(rest);                                                                                 \
    return is_for_writing(flags) && fails(#name, folder, path) ? -1                               \
                                                               : call(folder, path, flags, mode); \
  }
SENGEN_OPENAT(openat)
SENGEN_OPENAT(openat64)

int creat(const char* path, mode_t mode) {
  static auto* const call = next<int(const char*, mode_t)>("creat");
  return fails("creat", path) ? -1 : call(path, mode);
}

FILE* fopen(const char* path, const char* mode) {
  static auto* const call = next<FILE*(const char*, const char*)>("fopen");
  return is_for_writing(mode) && fails("fopen", path) ? nullptr : call(path, mode);
}
FILE* fopen64(const char* path, const char* mode) {
  static auto* const call = next<FILE*(const char*, const char*)>("fopen64");
  return is_for_writing(mode) && fails("fopen64", path) ? nullptr : call(path, mode);
}

ssize_t write(int file, const void* data, size_t bytes) {
  static auto* const call = next<ssize_t(int, const void*, size_t)>("write");
  const Share share = share_of("write", file, bytes);
  if (share.fails) return -1;
  const ssize_t wrote = call(file, data, share.bytes);
  if (share.kills) die();
  return wrote;
}

#define SENGEN_PWRITE(name)                                                          \
  ssize_t name(int file, const void* data, size_t bytes, off_t offset) {             \
    static auto* const call = next<ssize_t(int, const void*, size_t, off_t)>(#name); \
    const Share share = share_of(#name, file, bytes);                                \
    if (share.fails) return -1;                                                      \
    const ssize_t wrote = call(file, data, share.bytes, offset);                     \
    if (share.kills) die();                                                          \
    return wrote;                                                                    \
  }
SENGEN_PWRITE(pwrite)
SENGEN_PWRITE(pwrite64)

ssize_t writev(int file, const iovec* pieces, int count) {
  static auto* const call = next<ssize_t(int, const iovec*, int)>("writev");
  const Share share = share_of("writev", file, static_cast<size_t>(count));
  if (share.fails) return -1;
  const ssize_t wrote = call(file, pieces, static_cast<int>(share.bytes));
  if (share.kills) die();
  return wrote;
}

#define SENGEN_ON_FILE(name)                         \
  int name(int file) {                               \
    static auto* const call = next<int(int)>(#name); \
    return fails(#name, file) ? -1 : call(file);     \
  }
SENGEN_ON_FILE(fsync)
SENGEN_ON_FILE(fdatasync)

#define SENGEN_FTRUNCATE(name)                              \
  int name(int file, off_t bytes) noexcept {                \
    static auto* const call = next<int(int, off_t)>(#name); \
    return fails(#name, file) ? -1 : call(file, bytes);     \
  }
SENGEN_FTRUNCATE(ftruncate)
SENGEN_FTRUNCATE(ftruncate64)

int truncate(const char* path, off_t bytes) noexcept {
  static auto* const call = next<int(const char*, off_t)>("truncate");
  return fails("truncate", path) ? -1 : call(path, bytes);
}

#define SENGEN_ON_PATH(name)                                 \
  int name(const char* path) noexcept {                      \
    static auto* const call = next<int(const char*)>(#name); \
    return fails(#name, path) ? -1 : call(path);             \
  }
SENGEN_ON_PATH(unlink)
SENGEN_ON_PATH(rmdir)
SENGEN_ON_PATH(remove)

int unlinkat(int folder, const char* path, int flags) noexcept {
  static auto* const call = next<int(int, const char*, int)>("unlinkat");
  return fails("unlinkat", folder, path) ? -1 : call(folder, path, flags);
}

int mkdir(const char* path, mode_t mode) noexcept {
  static auto* const call = next<int(const char*, mode_t)>("mkdir");
  return fails("mkdir", path) ? -1 : call(path, mode);
}
int mkdirat(int folder, const char* path, mode_t mode) noexcept {
  static auto* const call = next<int(int, const char*, mode_t)>("mkdirat");
  return fails("mkdirat", folder, path) ? -1 : call(folder, path, mode);
}

int rename(const char* from, const char* to) noexcept {
  static auto* const call = next<int(const char*, const char*)>("rename");
  return fails("rename", to) ? -1 : call(from, to);
}
int renameat(int from_folder, const char* from, int to_folder, const char* to) noexcept {
  static auto* const call = next<int(int, const char*, int, const char*)>("renameat");
  return fails("renameat", to_folder, to) ? -1 : call(from_folder, from, to_folder, to);
}
// NOLINTEND
}
