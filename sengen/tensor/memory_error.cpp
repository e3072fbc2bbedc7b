// SPDX-License-Identifier: Apache-2.0
#include <sengen/tensor/memory_error.hpp>

#include <string>

#include <c10/util/Exception.h>

#include <sengen/core/error.hpp>

namespace sengen::tensor {

void with_memory_errors(const std::function<void()>& work) {
  try {
    work();
  } catch (const c10::Error& error) {
    const std::string what = error.what_without_backtrace();
    const bool memory = dynamic_cast<const c10::OutOfMemoryError*>(&error) != nullptr ||
                        what.find("can't allocate memory") != std::string::npos;
    if (!memory) throw;
    throw Error(ErrorKind::kResource, what.substr(0, what.find('\n')),
                "use a smaller batch, more ranks, or lower train.memory_megabytes");
  }
}

}  // namespace sengen::tensor
