// SPDX-License-Identifier: Apache-2.0
// Speed of the lattice Boltzmann solver in float, against the memory limit measured beside it:
//   bench_lattice_boltzmann [--threads 2] [--gigabytes 2.2] [--repeats 5] [-o FILE.json]
//   mpirun -n 2 bench_lattice_boltzmann --threads 1          the same by ranks
// The first also starts as many ranks of one thread each, in turn with its own threads, and sets
// one beside the other (lbm_ranks_over_threads). Counted per update of a cell: 9 populations read
// and 9 written, 72 bytes. The limit is an in-place a = s*a on as many bytes by the same threads
// and ranks, 8 bytes an element. Limit and solver take turns; the best of each counts. Run it on a
// quiet machine: one barrier a step waits for the slowest core.
#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <memory>
#include <optional>
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
#include "rank_launcher.hpp"

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
  bool large_only = false;
  std::string launcher = "mpirun --bind-to none -n";
  std::string output;
};

constexpr Index kWidth = 4096;
Index height_of(const Options& options) {
  return static_cast<Index>(options.gigabytes * 1e9 / 36 / static_cast<double>(kWidth)) + 1;
}

struct Speeds {
  double limit = 0;  // GB/s of a = s*a
  double large = 0;  // million updates a second, beyond the caches
  double ranks = 0;  // the same by as many ranks of one thread; 0: not measured
  double cache = 0;
  double bulk = 0;
  double demo = 0;
  double unwatched = 0;  // demo without looks for divergence
};

void measure_large(const Communicator& comm, const Options& options, RankLauncher& launcher,
                   Speeds& results) {
  Case memory(comm, periodic(kWidth, height_of(options)), 2.0);
  std::optional<Scale> scale;
  if (!options.large_only) scale.emplace(options.gigabytes * 1e9 / comm.size());
  for (int repeat = 0; repeat < options.repeats; ++repeat) {
    if (scale) {
      constexpr int kPasses = 5;
      const double taken = seconds(comm, [&] {
        for (int pass = 0; pass < kPasses; ++pass) scale->pass();
      });
      results.limit =
          std::max(results.limit, kPasses * scale->bytes_moved() * comm.size() / taken * 1e-9);
    }
    memory.mlups();
    results.ranks = std::max(results.ranks, launcher.metric("lbm_mlups"));
  }
  results.large = memory.best();
}

void measure_small(const Communicator& comm, const Options& options, Speeds& results) {
  FlowSetup unwatched = wake(560, 360, 20);
  unwatched.check_interval = 0;
  Case cache(comm, periodic(256, 96), 0.5);
  Case bulk(comm, periodic(560, 360), 0.5);
  Case demo(comm, wake(560, 360, 20), 0.5);
  Case blind(comm, unwatched, 0.5);
  for (int repeat = 0; repeat < options.repeats; ++repeat) {
    for (Case* one : {&cache, &bulk, &demo, &blind}) one->mlups();
  }
  results.cache = cache.best();
  results.bulk = bulk.best();
  results.demo = demo.best();
  results.unwatched = blind.best();
}

void print(const Communicator& comm, const Options& options, const Speeds& r) {
  const double bandwidth = r.large * kBytesPerUpdate * 1e-3;
  fmt::print("lattice Boltzmann D2Q9 TRT, float, {} ranks x {} threads, {}\n", comm.size(),
             options.threads, instruction_set());
  fmt::print("  limit, in-place a = s*a on {:.2f} GB      {:8.2f} GB/s\n", options.gigabytes,
             r.limit);
  fmt::print("  {} x {} cells, {:.2f} GB              {:8.1f} MLUPS {:8.2f} GB/s  share {:.3f}\n",
             kWidth, height_of(options), 36e-9 * static_cast<double>(kWidth * height_of(options)),
             r.large, bandwidth, bandwidth / r.limit);
  if (r.ranks > 0) {
    fmt::print("  the same, {} ranks of one thread          {:8.1f} MLUPS  ranks/threads {:.3f}\n",
               options.threads, r.ranks, r.ranks / r.large);
  }
  fmt::print("  256 x 96 cells, in cache                 {:8.1f} MLUPS\n", r.cache);
  fmt::print("  560 x 360 cells, periodic                {:8.1f} MLUPS\n", r.bulk);
  fmt::print("  560 x 360 cells, wake with all sides     {:8.1f} MLUPS  cost of sides {:.1f} %\n",
             r.demo, 100 * (r.bulk / r.demo - 1));
  fmt::print("  the same, nobody looks for divergence    {:8.1f} MLUPS  cost of looks {:.1f} %\n",
             r.unwatched, 100 * (r.unwatched / r.demo - 1));
}

void keep(bench::Results& results, const Options& options, const Speeds& s) {
  const double bandwidth = s.large * kBytesPerUpdate * 1e-3;
  const auto figure = [&](const std::string& name, double value, const std::string& unit,
                          const std::string& source) {
    results.add(name, {.value = value, .unit = unit, .source = source});
  };
  figure("lbm_mlups", s.large, "1e6 cells/s", "best of repeats, beyond the caches");
  figure("lbm_bandwidth", bandwidth, "GB/s", "72 bytes an update");
  if (s.ranks > 0) {
    results.add("lbm_ranks_over_threads",
                {.value = s.ranks / s.large,
                 .reference = {{0.95, 1.05}},
                 .source = "as many ranks of one thread, in turn with the threads"});
  }
  if (!options.large_only) {
    figure("memory_limit", s.limit, "GB/s", "in-place a = s*a, 8 bytes an element");
    results.add("lbm_bandwidth_share", {.value = bandwidth / s.limit,
                                        .reference = {{0.70, 0.70}},
                                        .source = "lbm_bandwidth / memory_limit; wanted: 0.70"});
    figure("lbm_cache_mlups", s.cache, "1e6 cells/s", "256 x 96 cells");
    figure("lbm_demo_mlups", s.demo, "1e6 cells/s", "cylinder wake, 560 x 360 cells");
    figure("lbm_side_cost", s.bulk / s.demo - 1, "1", "periodic / wake - 1");
    figure("lbm_look_cost", s.unwatched / s.demo - 1, "1", "without looks / wake - 1");
  }
  results.finish("speed");
}

Speeds measure(const Communicator& comm, const Options& options, RankLauncher& launcher) {
  Speeds speeds;
  measure_large(comm, options, launcher, speeds);
  if (!options.large_only) measure_small(comm, options, speeds);
  if (comm.is_root() && !options.large_only) print(comm, options, speeds);
  return speeds;
}

}  // namespace

int main(int argc, char** argv) {
  // Before MPI puts its own into it: ranks are started from the environment of the user.
  const std::vector<std::string> environment_of_user = environment_now();
  const parallel::Environment environment(argc, argv);
  Options options;
  CLI::App app("Speed of the lattice Boltzmann solver");
  app.add_option("-t,--threads", options.threads, "threads of each rank");
  app.add_option("--gigabytes", options.gigabytes, "populations of the large case");
  app.add_option("--repeats", options.repeats, "the best counts");
  app.add_option("--launcher", options.launcher, "starts as many ranks as threads; empty: nothing");
  app.add_flag("--large-only", options.large_only, "only what is beyond the caches");
  app.add_option("-o,--output", options.output, "file for the figures (JSON)");
  CLI11_PARSE(app, argc, argv);
  try {
    set_threads(options.threads);
    const Communicator comm = Communicator::world();
    const bool compare = comm.size() == 1 && options.threads > 1 && !options.large_only;
    RankLauncher launcher(compare ? options.launcher : "", options.threads,
                          {"--threads=1", "--repeats=1", "--large-only",
                           fmt::format("--gigabytes={}", options.gigabytes)},
                          environment_of_user);
    bench::Results results("bench lattice_boltzmann", options.output, comm);
    keep(results, options, measure(comm, options, launcher));
  } catch (const Error& error) {
    fmt::print(stderr, "{}\n", error.what());
    parallel::Environment::abort(static_cast<int>(error.kind()));
  }
  return 0;
}
