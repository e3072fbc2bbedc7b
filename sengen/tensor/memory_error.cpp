// SPDX-License-Identifier: Apache-2.0
#include <sengen/tensor/memory_error.hpp>

#include <string>

#include <c10/util/Exception.h>
#if __has_include(<oneapi/dnnl/dnnl_common.hpp>)
#include <oneapi/dnnl/dnnl_common.hpp>
#define SENGEN_HAVE_DNNL 1
#endif

#include <sengen/core/error.hpp>

namespace sengen::tensor {

namespace {

[[noreturn]] void fail(const std::string& what) {
  throw Error(ErrorKind::kResource, what,
              "use a smaller batch, more ranks, or lower train.memory_megabytes");
}

}  // namespace

void with_memory_errors(const std::function<void()>& work) {
  try {
    work();
  } catch (const c10::Error& error) {
    const std::string what = error.what_without_backtrace();
    const bool memory = dynamic_cast<const c10::OutOfMemoryError*>(&error) != nullptr ||
                        what.find("can't allocate memory") != std::string::npos;
    if (!memory) throw;
    fail(what.substr(0, what.find('\n')));
#if SENGEN_HAVE_DNNL
  } catch (const dnnl::error& error) {
    // LibTorch lets those of its matrix products through as they are.
    if (error.status != dnnl_out_of_memory) throw;
    fail(std::string("not enough memory: ") + error.what());
#endif
  }
}

}  // namespace sengen::tensor
