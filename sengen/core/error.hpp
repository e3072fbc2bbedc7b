// SPDX-License-Identifier: Apache-2.0
// The one exception type of the library. The kind decides the exit code of the program; the hint
// tells the user what to do next. Library code throws and never prints, exits or aborts.
#pragma once

#include <exception>
#include <source_location>
#include <string>

namespace sengen {

// The values are the exit codes of the program.
enum class ErrorKind {
  kUsage = 2,      // misspelt key, value out of range, impossible combination
  kInput = 3,      // a file is missing, damaged or has the wrong shape
  kNumerics = 4,   // NaN, divergence, no convergence
  kResource = 5,   // memory, disk, permissions, a directory in use
  kStopped = 6,    // stopped by a signal or the time limit after saving a restart file
  kInternal = 70,  // a bug of ours
};

class Error : public std::exception {
 public:
  // message: what went wrong and where (file:line, key, cell, step); hint: how to mend it.
  Error(ErrorKind kind, std::string message, std::string hint = {},
        std::source_location where = std::source_location::current());

  ErrorKind kind() const noexcept { return kind_; }
  const std::string& message() const noexcept { return message_; }
  const std::string& hint() const noexcept { return hint_; }
  // Where in our own sources the error was raised.
  const std::source_location& where() const noexcept { return where_; }
  // message and hint on separate lines.
  const char* what() const noexcept override { return text_.c_str(); }

 private:
  ErrorKind kind_;
  std::string message_;
  std::string hint_;
  std::string text_;
  std::source_location where_;
};

// Any exception as an Error, so that every failure has a kind: memory and files of the standard
// library are kResource, what nobody thought of is kInternal.
Error as_error(const std::exception& exception);

// The word for a kind in messages: "usage error", "bad input", ...
const char* to_string(ErrorKind kind) noexcept;

}  // namespace sengen
