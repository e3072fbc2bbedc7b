// SPDX-License-Identifier: Apache-2.0
#include <sengen/core/error.hpp>

#include <new>
#include <system_error>
#include <utility>

namespace sengen {

Error::Error(ErrorKind kind, std::string message, std::string hint, std::source_location where)
    : kind_(kind), message_(std::move(message)), hint_(std::move(hint)), where_(where) {
  text_ = message_;
  if (!hint_.empty()) {
    text_ += "\n  hint: ";
    text_ += hint_;
  }
}

Error as_error(const std::exception& exception) {
  if (const auto* error = dynamic_cast<const Error*>(&exception)) return *error;
  if (dynamic_cast<const std::bad_alloc*>(&exception) != nullptr) {
    return Error(ErrorKind::kResource, "not enough memory",
                 "use more ranks, fewer snapshots or a smaller grid");
  }
  if (const auto* error = dynamic_cast<const std::system_error*>(&exception)) {
    return Error(ErrorKind::kResource, error->what());
  }
  return Error(ErrorKind::kInternal, exception.what(), "please report this with the command used");
}

const char* to_string(ErrorKind kind) noexcept {
  switch (kind) {
    case ErrorKind::kUsage: return "usage error";
    case ErrorKind::kInput: return "bad input";
    case ErrorKind::kNumerics: return "numerical failure";
    case ErrorKind::kResource: return "resource failure";
    case ErrorKind::kStopped: return "stopped";
    case ErrorKind::kInternal: return "internal error";
  }
  return "error";
}

}  // namespace sengen
