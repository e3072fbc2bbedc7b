// SPDX-License-Identifier: Apache-2.0
#include <sengen/optimise/front_search.hpp>

#include <algorithm>
#include <atomic>
#include <cstring>
#include <memory>
#include <numeric>
#include <string>

#include <sengen/core/error.hpp>
#include <sengen/core/parallel_for.hpp>
#include <sengen/optimise/draws.hpp>
#include <sengen/optimise/front_method.hpp>
#include <sengen/optimise/front_sweep.hpp>
#include <sengen/optimise/moead.hpp>
#include <sengen/optimise/nsga2.hpp>

namespace sengen::optimise {

namespace {

// Rows of x and objectives.
std::vector<double> rows_of(const FrontArchive& archive) {
  std::vector<double> rows;
  for (const FrontPoint& point : archive.points()) {
    rows.insert(rows.end(), point.x.begin(), point.x.end());
    rows.insert(rows.end(), point.objectives.begin(), point.objectives.end());
  }
  return rows;
}

void add_rows(FrontArchive& archive, std::span<const double> rows, std::size_t variables,
              std::size_t objectives) {
  const std::size_t width = variables + objectives;
  for (std::size_t at = 0; at + width <= rows.size(); at += width) {
    archive.add(rows.subspan(at, variables), rows.subspan(at + variables, objectives));
  }
}

std::string bytes_of(std::span<const double> numbers) {
  return {reinterpret_cast<const char*>(numbers.data()), numbers.size_bytes()};
}

std::vector<double> numbers_of(const std::string& bytes) {
  std::vector<double> numbers(bytes.size() / sizeof(double));
  std::memcpy(numbers.data(), bytes.data(), numbers.size() * sizeof(double));
  return numbers;
}

}  // namespace

FrontSearch::FrontSearch(const Problem& problem, const FrontSearchOptions& options)
    : problem_(problem), options_(options), archive_(problem.objectives(), options.capacity) {
  if (options.lanes < 1 || options.evaluations < 1) {
    throw Error(ErrorKind::kUsage, "search of a front: lanes and evaluations must be at least 1");
  }
}

// Evenly over the front, another selection for every run; half of a population at most, so that
// the rest looks elsewhere.
std::vector<double> FrontSearch::start_of(std::int64_t number) const {
  const auto& points = archive_.points();
  const std::size_t wanted = std::min(points.size(), options_.population / 2);
  std::vector<double> rows;
  for (std::size_t i = 0; i < wanted; ++i) {
    const auto at = (i * points.size() + static_cast<std::size_t>(number)) / wanted;
    const auto& x = points[at % points.size()].x;
    rows.insert(rows.end(), x.begin(), x.end());
  }
  return rows;
}

std::uint64_t FrontSearch::seed_of(std::int64_t number) const {
  return options_.seed + 0x9E3779B97F4A7C15U * static_cast<std::uint64_t>(number + 1);
}

FrontArchive FrontSearch::run(std::int64_t number, std::int64_t& evaluations) const {
  const bool sweeps = number / 2 % 2 == 1 && archive_.size() > 1 && problem_.objectives() == 2;
  return sweeps ? sweep(number, evaluations) : evolve(number, evaluations);
}

// Over a part of the front's length, another one each time, and beyond its ends; or at one end.
FrontArchive FrontSearch::sweep(std::int64_t number, std::int64_t& evaluations) const {
  constexpr std::size_t kLevels = 24;
  constexpr std::int64_t kEndsEvery = 8;
  FrontArchive archive = archive_;
  const auto& points = archive_.points();
  // In the order of the first objective, the second falls.
  const double beyond = 0.05 * (points.front().objectives[1] - points.back().objectives[1]);
  const double most = points.front().objectives[1] + beyond;
  const double least = points.back().objectives[1] - beyond;
  Draws draws(seed_of(number));
  const double part = draws.uniform(0.1, 1);
  const double first = least + (1 - part) * draws.uniform() * (most - least);
  std::vector<double> levels = even_levels(first, first + part * (most - least), kLevels);
  std::int64_t kinked = options_.evaluations / 10;
  if (number / 4 % kEndsEvery == kEndsEvery - 1) {
    levels = {number % 2 == 0 ? most : least + beyond};
    kinked = options_.evaluations / 2;
  }
  evaluations = sweep_front(problem_, archive,
                            {.levels = std::move(levels),
                             .passes = 1,
                             .uniform_starts = 1,
                             .kinked_evaluations = kinked,
                             .evaluations = options_.evaluations,
                             .seed = seed_of(number)});
  return archive;
}

FrontArchive FrontSearch::evolve(std::int64_t number, std::int64_t& evaluations) const {
  const std::uint64_t seed = seed_of(number);
  std::unique_ptr<FrontMethod> method;
  if (number % 2 == 0) {
    method = std::make_unique<Nsga2>(problem_, Nsga2Options{.population = options_.population,
                                                            .archive = options_.capacity,
                                                            .seed = seed});
  } else {
    method = std::make_unique<Moead>(problem_, MoeadOptions{.population = options_.population,
                                                            .archive = options_.capacity,
                                                            .seed = seed});
  }
  const auto start = start_of(number);
  // Two of sixteen runs look at the front with fresh eyes.
  if (!start.empty() && number % 16 > 1) method->start_from(start);
  optimise::find_front(problem_, *method, {.evaluations = options_.evaluations});
  evaluations = method->evaluations();
  return method->archive();
}

void FrontSearch::round(const parallel::Communicator& comm) {
  const auto lanes = parallel::block_range(options_.lanes, comm.size(), comm.rank());
  std::vector<FrontArchive> found(static_cast<std::size_t>(lanes.size()));
  std::vector<std::int64_t> counts(found.size());
  // Lengths of runs differ: every thread takes the next when it is done with one.
  std::atomic<std::size_t> next{0};
  parallel_for(0, std::min<std::ptrdiff_t>(threads(), lanes.size()), [&](auto, auto) {
    for (std::size_t i = next++; i < found.size(); i = next++) {
      found[i] = run(runs_ + lanes.begin + static_cast<std::ptrdiff_t>(i), counts[i]);
    }
  });
  evaluations_ += comm.allreduce(std::accumulate(counts.begin(), counts.end(), std::int64_t{0}));
  std::vector<double> own;
  for (const FrontArchive& archive : found) {
    const auto rows = rows_of(archive);
    own.insert(own.end(), rows.begin(), rows.end());
  }
  std::string all;
  for (const std::string& piece : comm.gather(bytes_of(own))) all += piece;
  add_rows(archive_, numbers_of(comm.broadcast(all)), problem_.box().size(), problem_.objectives());
  runs_ += options_.lanes;
}

std::vector<double> FrontSearch::to_numbers() const {
  std::vector<double> numbers = {static_cast<double>(runs_), static_cast<double>(evaluations_)};
  const auto rows = rows_of(archive_);
  numbers.insert(numbers.end(), rows.begin(), rows.end());
  return numbers;
}

void FrontSearch::load(std::span<const double> numbers) {
  const std::size_t width = problem_.box().size() + problem_.objectives();
  if (numbers.size() < 2 || (numbers.size() - 2) % width != 0 ||
      !(numbers[0] >= 0 && numbers[1] >= 0)) {
    throw Error(ErrorKind::kInput, "these are not the numbers of a search for this front");
  }
  runs_ = static_cast<std::int64_t>(numbers[0]);
  evaluations_ = static_cast<std::int64_t>(numbers[1]);
  archive_ = FrontArchive(problem_.objectives(), options_.capacity);
  add_rows(archive_, numbers.subspan(2), problem_.box().size(), problem_.objectives());
}

}  // namespace sengen::optimise
