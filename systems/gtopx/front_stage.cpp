// SPDX-License-Identifier: Apache-2.0
// The stage front: rounds of runs, which begin with points of a common archive and end in it. Run k
// is a function of the seed, its number and the archive before its round: the front does not depend
// on threads, ranks or kills.
#include <algorithm>
#include <chrono>
#include <memory>

#include <fmt/format.h>

#include <sengen/core/error.hpp>
#include <sengen/io/file_bytes.hpp>
#include <sengen/io/npy.hpp>

#include "mission_front.hpp"
#include "stages.hpp"
#include "vector_file.hpp"

namespace sengen::gtopx {

namespace {

using Clock = std::chrono::steady_clock;

constexpr const char* kStateFile = "front.npy";
constexpr double kSecondsPerSave = 5;

class FrontStage {
 public:
  FrontStage(const Config& config, study::Context& context)
      : config_(config),
        context_(context),
        problem_(instance_of(config.problem), View::kFront),
        path_(context.scratch() / kStateFile),
        search_(front_search(
            problem_,
            {.seed = context.seed(), .capacity = static_cast<std::size_t>(config.front.points)},
            config.front.budget)) {
    if (!std::filesystem::exists(path_)) return;
    const auto numbers = io::parse_npy(io::read_bytes(path_), path_.string()).values;
    search_->load(numbers);
    context.log().info("goes on after {:.3g} evaluations",
                       static_cast<double>(search_->evaluations()));
  }

  void run() {
    const auto budget = static_cast<std::int64_t>(config_.front.budget);
    Progress progress(context_.log(), "front", budget, "evaluations", search_->evaluations());
    while (search_->evaluations() < budget) {
      search_->round(context_.comm());
      progress.update(
          std::min(search_->evaluations(), budget),
          fmt::format("{} points, hypervolume {:.6g}", search_->archive().size(), hypervolume()));
      const bool stops = context_.should_stop();
      if (stops || std::chrono::duration<double>(Clock::now() - saved_).count() > kSecondsPerSave) {
        save();
      }
      if (stops) context_.stop("the search; run again to go on");
    }
  }

  double hypervolume() const {
    return optimise::hypervolume(search_->archive().objectives(), corner_of(problem_.instance()));
  }
  const optimise::FrontRounds& search() const { return *search_; }
  const MissionProblem& problem() const { return problem_; }

 private:
  void save() {
    saved_ = Clock::now();
    if (!context_.comm().is_root()) return;
    const auto numbers = search_->to_numbers();
    io::write_npy(path_, {std::ssize(numbers)}, numbers.data());
  }

  const Config& config_;
  study::Context& context_;
  MissionProblem problem_;
  std::filesystem::path path_;
  std::unique_ptr<optimise::FrontRounds> search_;
  Clock::time_point saved_ = Clock::now();
};

}  // namespace

void check_front(const Config& config) {
  if (has_front(config.problem)) return;
  throw Error(ErrorKind::kUsage,
              fmt::format("front: {} has one objective, a front takes two objectives",
                          config.problem.instance),
              "cassini1-mo or cassini1-mo-minlp; or the verb optimise");
}

void find_front(const Config& config, study::Context& context) {
  const auto begin = Clock::now();
  FrontStage stage(config, context);
  stage.run();
  const auto& instance = stage.problem().instance();
  const auto corner = corner_of(instance);
  std::vector<Solution> solutions;
  for (const auto& point : stage.search().archive().points()) {
    solutions.push_back({values_of(instance, point.x), point.x});
  }
  if (solutions.empty()) {
    throw Error(ErrorKind::kNumerics, "no feasible vector was found", "raise front.budget");
  }
  if (context.comm().is_root()) save_solutions(context.file(kFrontFile), instance, solutions);
  const std::chrono::duration<double> seconds = Clock::now() - begin;
  context.metric("hypervolume",
                 {.value = stage.hypervolume(),
                  .unit = "km/s d",
                  .source = fmt::format("below {:g} km/s and {:g} d", corner[0], corner[1])});
  context.metric("points", {.value = static_cast<double>(solutions.size())});
  context.metric("evaluations", {.value = static_cast<double>(stage.search().evaluations())});
  context.metric("seconds", {.value = seconds.count(), .unit = "s", .source = "of the last call"});
}

}  // namespace sengen::gtopx
