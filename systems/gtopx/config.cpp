// SPDX-License-Identifier: Apache-2.0
#include "config.hpp"

#include <map>
#include <memory>
#include <mutex>

#include <fmt/format.h>

#include <sengen/core/error.hpp>
#include <sengen/io/file_bytes.hpp>
#include <sengen/solvers/astrodynamics/spk.hpp>

namespace sengen::gtopx {

using astrodynamics::Mission;

namespace {

void declare_problem(OptionTable& table, ProblemConfig& problem) {
  table
      .add("instance", &problem.instance,
           "number (1 to 10) or name: cassini1, messenger-full, tandem:6, ...; `gtopx list`")
      .flag("--instance")
      .positional("INSTANCE")
      .required();
  table
      .add("legacy_float", &problem.legacy_float,
           "the reference's Lambert iteration in single precision: published digits of published "
           "vectors")
      .flag("--legacy-float");
  table
      .add("intended", &problem.intended,
           "sagas with the angles that were meant in place of those that the reference reads")
      .flag("--intended");
  table
      .add("revolutions", &problem.revolutions,
           "full turns around the sun that a leg may make: another problem than the published one")
      .range(0, 20)
      .flag("--revolutions");
  table
      .add("ephemeris", &problem.ephemeris,
           "planets by an SPK file (.bsp) of JPL in place of mean elements: another problem, too")
      .path()
      .flag("--ephemeris");
  table.add("no_limit", &problem.no_limit, "the search of tandem without its ten years")
      .flag("--no-limit");
}

void declare_optimise(OptionTable& table, OptimiseConfig& optimise) {
  table
      .add("method", &optimise.method,
           "retry: coordinated retry of differential evolution and CMA-ES; or one method alone, "
           "begun again until the budget is spent; pagmo-...: those of pagmo2, where the program "
           "was built with it")
      .choices({"retry", "de", "sade", "cmaes", "mbh", "aco", "pagmo-de", "pagmo-sade",
                "pagmo-de1220", "pagmo-cmaes", "pagmo-mbh", "pagmo-gaco", "pagmo-sga"})
      .flag("--method");
  table.add("budget", &optimise.budget, "evaluations; no round of runs begins after these")
      .range(1, 1e15)
      .flag("--budget");
  table.add("target", &optimise.target, "ends when the objective is no larger").flag("--target");
  table.add("from", &optimise.from, "file of solutions of an earlier run to start from")
      .path()
      .flag("--from");
  table
      .add("lanes", &optimise.lanes,
           "runs side by side, which know of each other when all have ended: islands; the result "
           "depends on their number, not on the threads and ranks that host them")
      .range(1, 4096)
      .flag("--lanes");
  table.add("run", &optimise.run, "evaluations of a run of a single method").range(100, 1e12);
}

void declare_front(OptionTable& table, FrontConfig& front) {
  table.add("budget", &front.budget, "evaluations, at most").range(1, 1e15);
  table.add("points", &front.points, "points of the front, at most")
      .range(2, 100000)
      .flag("--points");
}

void declare_trajectory(OptionTable& table, TrajectoryConfig& trajectory) {
  table.add("samples", &trajectory.samples, "points of every arc in path.csv and path.h5")
      .range(2, 100000)
      .flag("--samples");
  table
      .add("window", &trajectory.windows,
           "grid points of each axis of the map of launch days and first flight times")
      .range(2, 2000);
}

// Every stage asks; the file is read once.
std::shared_ptr<const astrodynamics::SpkEphemeris> ephemeris_of(const std::string& path) {
  static std::mutex mutex;
  static std::map<std::string, std::shared_ptr<const astrodynamics::SpkEphemeris>> read;
  const std::lock_guard lock(mutex);
  auto& ephemeris = read[path];
  if (!ephemeris) ephemeris = astrodynamics::SpkEphemeris::parse(io::read_bytes(path), path);
  return ephemeris;
}

}  // namespace

void declare(Options& options, Config& config) {
  declare_problem(options.table("problem", "The problem and how it is computed"), config.problem);
  auto& eval = options.table("eval", "Of the verb eval");
  eval.add("file", &config.eval.file, "vectors, one a row, with or without a line of names")
      .path()
      .positional("FILE.csv")
      .required();
  eval.add("outside", &config.eval.outside, "vectors outside the bounds")
      .choices({"refuse", "evaluate"})
      .flag("--outside");
  declare_optimise(options.table("optimise", "The search for the best vector"), config.optimise);
  declare_front(options.table("front", "The search for the front of two objectives"), config.front);
  declare_trajectory(options.table("trajectory", "The flight of the best vector"),
                     config.trajectory);
  auto& flight = options.table("flight", "Of the verb trajectory");
  flight.add("file", &config.trajectory.file, "vectors, one a row, or a file of solutions")
      .path()
      .positional("FILE.csv")
      .required();
  flight.add("row", &config.trajectory.row, "of the file, 1: the first")
      .range(1, 1e9)
      .flag("--row");
  options.table("polish", "Of the verb polish")
      .add("file", &config.polish.file, "vectors, one a row, or a file of solutions")
      .path()
      .positional("FILE.csv")
      .required();
}

astrodynamics::Instance instance_of(const ProblemConfig& problem) {
  auto instance = astrodynamics::instance_named(problem.instance);
  const auto refuse = [&](const char* key, const char* meant) {
    throw Error(ErrorKind::kUsage,
                fmt::format("problem.{}: {} has no such choice", key, problem.instance),
                fmt::format("it is one of {}", meant));
  };
  if (problem.intended && instance.mission != Mission::kSagas) refuse("intended", "sagas");
  if (problem.no_limit && instance.mission != Mission::kTandem) refuse("no_limit", "tandem");
  instance.intended = problem.intended;
  if (problem.legacy_float && problem.revolutions > 0) {
    throw Error(ErrorKind::kUsage, "problem.revolutions: not in single precision",
                "the reference functions know legs of less than a turn: leave out --legacy-float");
  }
  instance.revolutions = static_cast<int>(problem.revolutions);
  if (!problem.ephemeris.empty()) instance.ephemeris = ephemeris_of(problem.ephemeris);
  if (problem.legacy_float) instance.precision = astrodynamics::LambertPrecision::kSingle;
  return instance;
}

}  // namespace sengen::gtopx
