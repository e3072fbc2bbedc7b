// SPDX-License-Identifier: Apache-2.0
// Speed of the lattice Boltzmann solver in float, against the memory limit measured beside it:
//   bench_lattice_boltzmann [--threads 2] [--gigabytes 2.2] [--repeats 5] [-o FILE.json]
//   mpirun -n 2 bench_lattice_boltzmann --threads 1          two ranks against two threads
// Counted per update of a cell: 9 populations read and 9 written, 72 bytes. The limit is an
// in-place a = s*a on as many bytes by the same threads and ranks, 8 bytes an element. Limit and
// solver take turns; the best of each counts. Run it on a quiet machine: one barrier a step waits
// for the slowest core.
#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include <sys/mman.h>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <sengen/core/error.hpp>
#include <sengen/core/parallel_for.hpp>
#include <sengen/parallel/communicator.hpp>
#include <sengen/solvers/lattice_boltzmann/kernel.hpp>
#include <sengen/solvers/lattice_boltzmann/solver.hpp>

#include "../results.hpp"

namespace {

using namespace sengen;
using namespace sengen::lattice_boltzmann;
using parallel::Communicator;

constexpr double kBytesPerUpdate = 72;
constexpr double kBytesPerElement = 8;

// Wall seconds of work on the slowest rank.
template <typename Work>
double seconds(const Communicator& comm, Work&& work) {
  comm.barrier();
  const auto start = std::chrono::steady_clock::now();
  work();
  comm.barrier();
  const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
  return comm.allreduce(taken.count(), parallel::Reduction::kMax);
}

// The bandwidth limit: a = s*a on this rank's share of the bytes.
class Scale {
 public:
  explicit Scale(double bytes) : size_(static_cast<std::ptrdiff_t>(bytes / sizeof(float))) {
    data_.reset(static_cast<float*>(std::aligned_alloc(1 << 21, round_up(bytes))));
    if (!data_) throw Error(ErrorKind::kResource, "not enough memory for the bandwidth test");
    madvise(data_.get(), round_up(bytes), MADV_HUGEPAGE);
    parallel_for(0, size_, [this](auto begin, auto end) {
      std::fill(data_.get() + begin, data_.get() + end, 1.0F);
    });
  }
  void pass() {
    parallel_for(0, size_, [this](auto begin, auto end) {
      float* a = data_.get();
      for (auto k = begin; k < end; ++k) a[k] = 0.999999F * a[k];
    });
  }
  double bytes_moved() const { return kBytesPerElement * static_cast<double>(size_); }

 private:
  struct Free {
    void operator()(float* p) const { std::free(p); }
  };
  static std::size_t round_up(double bytes) {
    return (static_cast<std::size_t>(bytes) / (1 << 21) + 1) << 21;
  }
  std::ptrdiff_t size_;
  std::unique_ptr<float, Free> data_;
};

// The cylinder wake of the demo study: every kind of boundary is at work.
FlowSetup wake(Index nx, Index ny, double diameter) {
  constexpr double kSpeed = 0.1;
  FlowSetup setup;
  setup.nx = nx;
  setup.ny = ny;
  setup.viscosity = kSpeed * diameter / 100;
  setup.circle = Circle{static_cast<double>(nx) * 0.32, static_cast<double>(ny - 1) / 2, diameter};
  setup.left = {SideKind::kVelocity, kSpeed, 0, {}};
  setup.right = {SideKind::kPressure, kSpeed, 0, {}};
  setup.bottom = setup.top = {SideKind::kFreeStream, kSpeed, 0, {}};
  setup.sponge = {1.5 * diameter, 3 * diameter, 0, 0, 0.1};
  setup.measure_force = true;
  return setup;
}

FlowSetup periodic(Index nx, Index ny) {
  FlowSetup setup;
  setup.nx = nx;
  setup.ny = ny;
  setup.viscosity = 0.02;
  setup.check_interval = 0;
  return setup;
}

class Case {
 public:
  Case(const Communicator& comm, const FlowSetup& setup, double target_seconds)
      : comm_(comm), solver_(make_solver(comm, setup, Precision::kFloat, uniform_state(0.05, 0))) {
    solver_->advance(4);
    const double one = seconds(comm_, [&] { solver_->advance(4); }) / 4;
    steps_ = std::max<std::int64_t>(2, static_cast<std::int64_t>(target_seconds / one) / 2 * 2);
  }
  // Million updates of cells a second.
  double mlups() {
    const double taken = seconds(comm_, [&] { solver_->advance(steps_); });
    best_ = std::max(best_, static_cast<double>(solver_->fluid_cells() * steps_) / taken * 1e-6);
    return best_;
  }
  double best() const { return best_; }

 private:
  const Communicator& comm_;
  std::unique_ptr<Solver> solver_;
  std::int64_t steps_ = 0;
  double best_ = 0;
};

struct Options {
  int threads = std::max(1, available_cpus());
  double gigabytes = 2.2;
  int repeats = 5;
  std::string output;
};

// What was measured: GB/s for the limit, million updates of cells a second for the others.
struct Speeds {
  Index width = 4096;
  Index height = 0;
  double limit = 0;
  double large = 0;
  double cache = 0;
  double bulk = 0;
  double demo = 0;

  double bandwidth() const { return large * kBytesPerUpdate * 1e-3; }
  double share() const { return bandwidth() / limit; }
  double side_cost() const { return bulk / demo - 1; }
};

Speeds measure(const Communicator& comm, const Options& options) {
  Speeds speeds;
  const double bytes = options.gigabytes * 1e9;
  speeds.height = static_cast<Index>(bytes / 36 / static_cast<double>(speeds.width)) + 1;
  {
    Scale scale(bytes / comm.size());
    Case memory(comm, periodic(speeds.width, speeds.height), 2.0);
    for (int repeat = 0; repeat < options.repeats; ++repeat) {
      constexpr int kPasses = 5;
      const double taken = seconds(comm, [&] {
        for (int pass = 0; pass < kPasses; ++pass) scale.pass();
      });
      speeds.limit =
          std::max(speeds.limit, kPasses * scale.bytes_moved() * comm.size() / taken * 1e-9);
      memory.mlups();
    }
    speeds.large = memory.best();
  }
  Case cache(comm, periodic(256, 96), 0.5);
  Case bulk(comm, periodic(560, 360), 0.5);
  Case demo(comm, wake(560, 360, 20), 0.5);
  for (int repeat = 0; repeat < options.repeats; ++repeat) {
    for (Case* one : {&cache, &bulk, &demo}) one->mlups();
  }
  speeds.cache = cache.best();
  speeds.bulk = bulk.best();
  speeds.demo = demo.best();
  return speeds;
}

void print(const Communicator& comm, const Options& options, const Speeds& s) {
  if (!comm.is_root()) return;
  fmt::print("lattice Boltzmann D2Q9 TRT, float, {} ranks x {} threads, {}\n", comm.size(),
             options.threads, instruction_set());
  fmt::print("  limit, in-place a = s*a on {:.2f} GB      {:8.2f} GB/s\n", options.gigabytes,
             s.limit);
  fmt::print("  {} x {} cells, {:.2f} GB              {:8.1f} MLUPS {:8.2f} GB/s  share {:.3f}\n",
             s.width, s.height, 36e-9 * static_cast<double>(s.width * s.height), s.large,
             s.bandwidth(), s.share());
  fmt::print("  256 x 96 cells, in cache                 {:8.1f} MLUPS\n", s.cache);
  fmt::print("  560 x 360 cells, periodic                {:8.1f} MLUPS\n", s.bulk);
  fmt::print("  560 x 360 cells, wake with all sides     {:8.1f} MLUPS  cost of sides {:.1f} %\n",
             s.demo, 100 * s.side_cost());
}

void keep(bench::Results& results, const Speeds& s) {
  const auto figure = [&](const std::string& name, double value, const std::string& unit,
                          const std::string& source) {
    results.add(name, {.value = value, .unit = unit, .source = source});
  };
  figure("memory_limit", s.limit, "GB/s", "in-place a = s*a, 8 bytes an element");
  figure("lbm_mlups", s.large, "1e6 cells/s", "best of repeats, beyond the caches");
  figure("lbm_bandwidth", s.bandwidth(), "GB/s", "72 bytes an update");
  results.add("lbm_bandwidth_share", {.value = s.share(),
                                      .reference = {{0.70, 0.70}},
                                      .source = "lbm_bandwidth / memory_limit; wanted: 0.70"});
  figure("lbm_cache_mlups", s.cache, "1e6 cells/s", "256 x 96 cells");
  figure("lbm_demo_mlups", s.demo, "1e6 cells/s", "cylinder wake, 560 x 360 cells");
  figure("lbm_side_cost", s.side_cost(), "1", "periodic / wake - 1");
  results.finish("speed");
}

}  // namespace

int main(int argc, char** argv) {
  const parallel::Environment environment(argc, argv);
  Options options;
  CLI::App app("Speed of the lattice Boltzmann solver");
  app.add_option("-t,--threads", options.threads, "threads of each rank");
  app.add_option("--gigabytes", options.gigabytes, "populations of the large case");
  app.add_option("--repeats", options.repeats, "the best counts");
  app.add_option("-o,--output", options.output, "file for the figures (JSON)");
  CLI11_PARSE(app, argc, argv);
  try {
    set_threads(options.threads);
    const Communicator comm = Communicator::world();
    bench::Results results("bench lattice_boltzmann", options.output, comm);
    const Speeds speeds = measure(comm, options);
    print(comm, options, speeds);
    keep(results, speeds);
  } catch (const Error& error) {
    fmt::print(stderr, "{}\n", error.what());
    parallel::Environment::abort(static_cast<int>(error.kind()));
  }
  return 0;
}
