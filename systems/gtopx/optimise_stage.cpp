// SPDX-License-Identifier: Apache-2.0
// The stage optimise, and the verb polish.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include <sengen/core/error.hpp>
#include <sengen/io/atomic_file.hpp>
#include <sengen/io/csv.hpp>
#include <sengen/optimise/order.hpp>
#include <sengen/optimise/polish.hpp>

#include "methods.hpp"
#include "mission_problem.hpp"
#include "search_state.hpp"
#include "stages.hpp"
#include "vector_file.hpp"
#include "verbs.hpp"

namespace sengen::gtopx {

namespace {

using astrodynamics::Instance;
using optimise::RetryState;
using Clock = std::chrono::steady_clock;

constexpr const char* kStateFile = "state.npy";
constexpr double kSecondsPerSave = 5;
constexpr std::size_t kMostSolutions = 100;

double seconds_since(Clock::time_point begin) {
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

View view_of(const ProblemConfig& problem, const Instance& instance) {
  return problem.no_limit ? View::kCost : search_view(instance);
}

// One search from its state to its end or to a stop.
class Search {
 public:
  Search(const Config& config, study::Context& context)
      : config_(config),
        context_(context),
        problem_(instance_of(config.problem), view_of(config.problem, instance_of(config.problem))),
        path_(context.scratch() / kStateFile) {
    if (std::filesystem::exists(path_)) {
      state_ = load_state(path_, problem_.box().size());
      context.log().info("goes on after {:.3g} evaluations",
                         static_cast<double>(state_.store.evaluations));
    } else if (!config.optimise.from.empty()) {
      take_in(load_solutions(config.optimise.from, problem_.instance()));
    }
  }

  void run() {
    const auto budget = static_cast<std::int64_t>(config_.optimise.budget);
    Progress progress(context_.log(), "optimise", budget, "evaluations", state_.store.evaluations);
    optimise::RetryOptions options{.seed = context_.seed(),
                                   .lanes = config_.optimise.lanes,
                                   .runs = std::numeric_limits<std::int64_t>::max(),
                                   .evaluations = budget,
                                   .target = config_.optimise.target};
    bool stopped = false;
    // A round is all of a small budget.
    const double run =
        std::min(config_.optimise.run,
                 std::ceil(config_.optimise.budget / static_cast<double>(options.lanes)));
    const bool is_new = state_.store.runs == 0;
    std::int64_t chosen = 0;
    const auto runner =
        config_.optimise.method == "retry"
            ? retry_runner(problem_, context_.seed(), config_.optimise.budget, chosen)
            : runner_named(config_.optimise.method, static_cast<std::int64_t>(run));
    // A choice that was broken off is none.
    if (chosen > 0 && context_.should_stop()) context_.stop("the search; run again to go on");
    if (is_new) state_.store.evaluations += chosen;
    optimise::coordinated_retry(
        problem_, options, state_.store, context_.comm(),
        [&](const RetryState& store) {
          state_.note();
          progress.update(std::min(store.evaluations, budget),
                          fmt::format("best {:.8g}", store.best.value));
          stopped = context_.should_stop();
          if (stopped || seconds_since(saved_) > kSecondsPerSave) save();
          return stopped;
        },
        runner);
    if (stopped) context_.stop("the search; run again to go on");
  }

  const SearchState& state() const { return state_; }
  const MissionProblem& problem() const { return problem_; }

 private:
  void take_in(const std::vector<Solution>& solutions) {
    for (const Solution& solution : solutions) {
      optimise::RetryRun run{.x = solution.x, .value = 0};
      problem_.evaluate(solution.x, std::span(&run.value, 1));
      optimise::fold(state_.store, run, problem_.box(), {});
    }
    state_.note();
  }
  void save() {
    if (context_.comm().is_root()) save_state(path_, state_);
    saved_ = Clock::now();
  }

  const Config& config_;
  study::Context& context_;
  MissionProblem problem_;
  std::filesystem::path path_;
  SearchState state_;
  Clock::time_point saved_ = Clock::now();
};

// Best first, at most kMostSolutions.
std::vector<Solution> solutions_of(const RetryState& store, const Instance& instance) {
  std::vector<std::size_t> order(store.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  optimise::sort_indices(
      order, [&](std::size_t a, std::size_t b) { return store.values[a] < store.values[b]; });
  std::vector<Solution> solutions = {{values_of(instance, store.best.x), store.best.x}};
  for (const std::size_t i : order) {
    if (solutions.size() == kMostSolutions) break;
    const auto point = store.point(i);
    std::vector<double> x(point.begin(), point.end());
    if (x == store.best.x) continue;
    solutions.push_back({values_of(instance, x), std::move(x)});
  }
  return solutions;
}

void write_history(const SearchState& state, const Instance& instance, study::Context& context) {
  io::CsvTable table{.columns = {"evaluations", "best"}, .rows = {}};
  // As IOHprofiler's analyser reads it: a line for every new best.
  std::string lines =
      "\"function evaluation\" \"current f(x)\" \"best-so-far f(x)\" \"current af(x)+b\" \"best "
      "af(x)+b\"\n";
  const double best_known = info_of(instance).best_known;
  for (const auto& [evaluations, best] : state.history) {
    table.rows.push_back({static_cast<double>(evaluations), best});
    lines += fmt::format("{} {:.10e} {:.10e} {:.10e} {:.10e}\n", evaluations, best - best_known,
                         best - best_known, best, best);
  }
  io::write_csv(context.file(kHistoryFile), table);
  io::write_text_atomic(context.file(kProfilerFile), lines);
}

}  // namespace

bool has_front(const ProblemConfig& problem) {
  return info_of(instance_of(problem)).objectives.size() > 1;
}

void check_optimise(const Config& config) {
  const Instance instance = instance_of(config.problem);
  if (!config.optimise.from.empty()) load_solutions(config.optimise.from, instance);
  runner_named(config.optimise.method, 1);  // refuses one that this build lacks
}

void optimise(const Config& config, study::Context& context) {
  const auto begin = Clock::now();
  Search search(config, context);
  const double before = static_cast<double>(search.state().store.evaluations);
  search.run();
  const double seconds = seconds_since(begin);
  const RetryState& store = search.state().store;
  const Instance& instance = search.problem().instance();
  if (context.comm().is_root()) {
    const auto solutions = solutions_of(store, instance);
    save_solutions(context.file(kSolutionsFile), instance, solutions);
    save_solutions(context.file(kSolutionFile), instance, {solutions[0]});
    write_history(search.state(), instance, context);
  }
  const double best_known = info_of(instance).best_known;
  context.metric("best", {.value = store.best.value,
                          .source = fmt::format("{}; best known: {:.10g}",
                                                info_of(instance).objectives[0], best_known)});
  context.metric("above_best_known",
                 {.value = (store.best.value - best_known) / std::abs(best_known),
                  .source = "relative; TandEM's is that of sequence 6"});
  context.metric("evaluations", {.value = static_cast<double>(store.evaluations)});
  context.metric("evaluations_per_second",
                 {.value = (static_cast<double>(store.evaluations) - before) / seconds,
                  .unit = "1/s",
                  .source = "of the last call, all ranks together"});
  context.metric("runs", {.value = static_cast<double>(store.runs)});
  context.metric("seconds", {.value = seconds, .unit = "s", .source = "of the last call"});
}

void check_polish(const Config& config) {
  load_vectors(config.polish.file, instance_of(config.problem), Outside::kRefuse);
}

void polish_file(const Config& config, study::Context& context) {
  const Instance instance = instance_of(config.problem);
  const MissionProblem problem(instance, view_of(config.problem, instance));
  std::vector<Solution> solutions;
  for (const auto& x : load_vectors(config.polish.file, instance, Outside::kRefuse).table.rows) {
    const auto outcome = optimise::polish(problem, x);
    context.log().info("{:.12g} -> {:.12g}", values_of(instance, x)[0], outcome.best.value);
    solutions.push_back({values_of(instance, outcome.best.x), outcome.best.x});
  }
  std::sort(solutions.begin(), solutions.end(),
            [](const Solution& a, const Solution& b) { return a.values[0] < b.values[0]; });
  save_solutions(context.directory(), instance, solutions);
}

}  // namespace sengen::gtopx
