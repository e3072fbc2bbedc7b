// SPDX-License-Identifier: Apache-2.0
#include "doctor.hpp"

#include <filesystem>
#include <thread>

#include <fmt/format.h>
#include <sys/sysinfo.h>
#include <unistd.h>

#include <sengen/core/build_info.hpp>
#include <sengen/core/error.hpp>
#include <sengen/core/parallel_for.hpp>
#include <sengen/core/processor.hpp>
#include <sengen/parallel/communicator.hpp>
#if SENGEN_HAVE_TORCH
#include <sengen/tensor/runtime.hpp>
#endif

#include "systems.hpp"

namespace sengen::cli {

namespace {

constexpr double kGigabyte = 1e9;

void note(Diagnosis& diagnosis, bool fine, const std::string& what, const std::string& finding) {
  diagnosis.healthy = diagnosis.healthy && fine;
  diagnosis.text += fmt::format("{:<6} {:<16} {}\n", fine ? "ok" : "FAULT", what, finding);
}

void examine_memory(Diagnosis& diagnosis) {
  struct sysinfo info{};
  sysinfo(&info);
  const double unit = static_cast<double>(info.mem_unit) / kGigabyte;
  const double total = static_cast<double>(info.totalram) * unit;
  note(diagnosis, total > 1, "memory", fmt::format("{:.1f} GB", total));
}

void examine_disk(Diagnosis& diagnosis) {
  std::error_code error;
  const auto here = std::filesystem::current_path(error);
  const auto space = std::filesystem::space(here, error);
  const bool writable = !error && access(here.c_str(), W_OK) == 0;
  const double free = static_cast<double>(space.available) / kGigabyte;
  note(diagnosis, writable, "working folder",
       writable ? fmt::format("writable, {:.1f} GB free", free)
                : fmt::format("{} cannot be written", here.string()));
}

void examine_tensor(Diagnosis& diagnosis) {
#if SENGEN_HAVE_TORCH
  try {
    tensor::initialise(available_cpus());
    note(diagnosis, tensor::threads() == available_cpus(), "LibTorch", tensor::description());
  } catch (const Error& error) {
    note(diagnosis, false, "LibTorch", error.what());
  }
#else
  diagnosis.text += fmt::format("{:<6} {:<16} {}\n", "none", "LibTorch", "left out of this build");
#endif
}

}  // namespace

Diagnosis examine() {
  Diagnosis diagnosis;
  const BuildInfo& info = build_info();
  note(diagnosis, true, "program", info.version);
  note(diagnosis, true, "built with", fmt::format("{}, {}", info.compiler, info.features));
  note(diagnosis, true, "processor",
       fmt::format("{}, {} of {} CPUs in this process's mask, compiled for {}", processor_name(),
                   available_cpus(), std::thread::hardware_concurrency(), info.arch));
  examine_memory(diagnosis);
  const auto comm = parallel::Communicator::world();
  note(diagnosis, true, "ranks", fmt::format("{} on {}", comm.size(), parallel::host_name()));
  examine_tensor(diagnosis);
  examine_disk(diagnosis);
  for (const SystemEntry& entry : systems()) {
    if (entry.make != nullptr) continue;
    diagnosis.text +=
        fmt::format("{:<6} {:<16} not built: needs {}\n", "none", entry.command, entry.missing);
  }
  return diagnosis;
}

}  // namespace sengen::cli
