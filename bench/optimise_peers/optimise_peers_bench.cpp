// SPDX-License-Identifier: Apache-2.0
// Our optimisers against pagmo2's of the same kind at equal evaluations: ./bootstrap bench
// optimise_peers [CASE...]. For each the median of the best values over ten seeds; of pagmo that of
// the better of two settings. Values of Rastrigin are above its least, 0.
#include <algorithm>
#include <cmath>
#include <functional>
#include <memory>
#include <numbers>
#include <vector>

#include <sengen/core/random.hpp>
#include <sengen/optimise/basin_hopping.hpp>
#include <sengen/optimise/cma_es.hpp>
#include <sengen/optimise/differential_evolution.hpp>

#include <systems/gtopx/mission_problem.hpp>

#include "cases.hpp"
#include "peers.hpp"

namespace sengen::bench {

namespace {

// Rastrigin's function of ten coordinates turned by a product of plane rotations, its least value 0
// away from the middle of the box.
class RotatedRastrigin : public optimise::Problem {
 public:
  const optimise::Box& box() const override { return box_; }
  void evaluate(std::span<const double> points, std::span<double> values) const override {
    for (std::size_t k = 0; k < values.size(); ++k) values[k] = value(points.subspan(k * kSize));
  }

 private:
  static constexpr std::size_t kSize = 10;
  static double value(std::span<const double> x) {
    const Random random(3);
    std::array<double, kSize> y{};
    for (std::size_t i = 0; i < kSize; ++i) y[i] = x[i] - 0.7;
    for (std::size_t i = 0, turn = 0; i < kSize; ++i) {
      for (std::size_t j = 0; j < i; ++j, ++turn) {
        const double angle = 2 * std::numbers::pi * random.uniform(turn);
        const double c = std::cos(angle), s = std::sin(angle);
        std::tie(y[i], y[j]) = std::pair(c * y[i] - s * y[j], s * y[i] + c * y[j]);
      }
    }
    double sum = 0;
    for (const double yi : y) sum += yi * yi + 10 - 10 * std::cos(2 * std::numbers::pi * yi);
    return sum;
  }
  optimise::Box box_{std::vector<double>(kSize, -5), std::vector<double>(kSize, 5), {}};
};

struct Case {
  std::unique_ptr<optimise::Problem> problem;
  std::int64_t evaluations;
};

Case case_named(const std::string& name) {
  if (name == "cassini1") {
    return {std::make_unique<gtopx::MissionProblem>(astrodynamics::instance_named(name),
                                                    gtopx::View::kCost),
            50'000};
  }
  if (name == "messenger") {
    return {std::make_unique<gtopx::MissionProblem>(astrodynamics::instance_named(name),
                                                    gtopx::View::kCost),
            100'000};
  }
  return {std::make_unique<RotatedRastrigin>(), 50'000};
}

using MakeSearch = std::function<std::unique_ptr<optimise::Search>(const optimise::Box&, unsigned)>;

// An algorithm of ours and its namesakes.
struct Pairing {
  std::string ours;
  std::vector<std::string> theirs;
  MakeSearch make;
};

std::vector<Pairing> pairings() {
  using namespace optimise;
  const auto evolution = [](DeStrategy strategy) {
    return [strategy](const Box& box, unsigned seed) -> std::unique_ptr<Search> {
      return std::make_unique<DifferentialEvolution>(
          box, DifferentialEvolutionOptions{.strategy = strategy, .seed = seed});
    };
  };
  return {{"de", {"de"}, evolution(DeStrategy::kMixed)},
          {"self-adaptive de", {"sade", "de1220"}, evolution(DeStrategy::kSelfAdaptive)},
          {"cma-es",
           {"cmaes"},
           [](const Box& box, unsigned seed) -> std::unique_ptr<Search> {
             return std::make_unique<CmaEs>(box, CmaEsOptions{.seed = seed});
           }},
          {"basin hopping", {"mbh"}, [](const Box& box, unsigned seed) -> std::unique_ptr<Search> {
             return std::make_unique<BasinHopping>(box, BasinHoppingOptions{.seed = seed});
           }}};
}

constexpr unsigned kSeeds = 10;

double median_of(const std::function<double(unsigned)>& best) {
  std::vector<double> values(kSeeds);
  parallel_for(0, kSeeds, [&](std::ptrdiff_t begin, std::ptrdiff_t end) {
    for (std::ptrdiff_t i = begin; i < end; ++i) {
      values[static_cast<std::size_t>(i)] = best(static_cast<unsigned>(i) + 1);
    }
  });
  std::sort(values.begin(), values.end());
  return 0.5 * (values[(kSeeds - 1) / 2] + values[kSeeds / 2]);
}

void measure(const std::string& name, Results& results) {
  const Case chosen = case_named(name);
  for (const Pairing& pairing : pairings()) {
    const double ours = median_of([&](unsigned seed) {
      const auto search = pairing.make(chosen.problem->box(), seed);
      return minimise(*chosen.problem, *search, {.evaluations = chosen.evaluations}).best.value;
    });
    for (const std::string& peer : pairing.theirs) {
      double theirs = std::numeric_limits<double>::infinity();
      for (const auto& setting : peers_named(peer)) {
        theirs = std::min(theirs, median_of([&](unsigned seed) {
                            Tally tally{.most = chosen.evaluations};
                            run_peer(setting, *chosen.problem, tally, seed);
                            return tally.best;
                          }));
      }
      // Values below this are as good as the least.
      const double ratio = std::max(ours, 1e-6) / std::max(theirs, 1e-6);
      fmt::print("{:10s} {:17s} {:10.5g}   pagmo {:7s} {:10.5g}   ratio {:.3f}\n", name,
                 pairing.ours, ours, peer, theirs, ratio);
      const std::string figure = fmt::format("{}_{}_{}", name, pairing.ours, peer);
      results.add(figure,
                  {.value = ours, .reference = {{theirs, theirs}}, .source = "pagmo2 " + peer});
    }
  }
}

}  // namespace

}  // namespace sengen::bench

int main(int argc, char** argv) {
  using namespace sengen::bench;
  Setting setting;
  CLI::App app("Our optimisers and pagmo's at equal evaluations");
  app.add_option("--seeds", setting.seeds, "of times to missions' targets")->capture_default_str();
  app.add_option("--instance", setting.instances, "of times to missions' targets alone");
  app.add_flag("--again", setting.again, "measure what the file of results has already");
  Cases cases = {{"times", [&](Results& results) { mission_times(setting, results); }}};
  for (const char* name : {"cassini1", "messenger", "rastrigin"}) {
    cases[name] = [name](Results& results) { measure(name, results); };
  }
  return run_cases(argc, argv, "optimise_peers", app, cases);
}
