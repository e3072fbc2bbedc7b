// SPDX-License-Identifier: Apache-2.0
#include <sengen/core/error.hpp>

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
