// SPDX-License-Identifier: Apache-2.0
#include "peers.hpp"

#include <limits>
#include <memory>

#include <pagmo/algorithm.hpp>
#include <pagmo/algorithms/cmaes.hpp>
#include <pagmo/algorithms/compass_search.hpp>
#include <pagmo/algorithms/de.hpp>
#include <pagmo/algorithms/de1220.hpp>
#include <pagmo/algorithms/mbh.hpp>
#include <pagmo/algorithms/sade.hpp>
#include <pagmo/population.hpp>
#include <pagmo/problem.hpp>

#include <sengen/core/error.hpp>

namespace sengen::bench {

namespace {

struct Tally {
  const optimise::Problem* problem = nullptr;
  std::int64_t most = 0;
  std::int64_t evaluations = 0;
  double best = std::numeric_limits<double>::infinity();
};

// A problem as pagmo wants it: copies count into one tally.
class Tallied {
 public:
  Tallied() = default;
  explicit Tallied(std::shared_ptr<Tally> tally) : tally_(std::move(tally)) {}
  pagmo::vector_double fitness(const pagmo::vector_double& x) const {
    std::vector<double> values(tally_->problem->values());
    tally_->problem->evaluate(x, values);
    if (tally_->evaluations++ < tally_->most) tally_->best = std::min(tally_->best, values[0]);
    return {values[0]};
  }
  std::pair<pagmo::vector_double, pagmo::vector_double> get_bounds() const {
    const auto& box = tally_->problem->box();
    return {box.lower, box.upper};
  }

 private:
  std::shared_ptr<Tally> tally_ = std::make_shared<Tally>();
};

// Its numbers are in Eigen's vectors, which libpagmo allocates as its build for any x86-64 does and
// this file, built for this machine, would free in another way.
const pagmo::algorithm& never_freed(pagmo::algorithm algorithm) {
  return *new pagmo::algorithm(std::move(algorithm));
}

pagmo::algorithm algorithm_of(const Peer& peer, std::int64_t evaluations, unsigned seed) {
  const auto generations =
      static_cast<unsigned>(evaluations / static_cast<std::int64_t>(peer.population)) + 1;
  if (peer.name == "de") {
    return pagmo::algorithm(pagmo::de(generations, 0.8, 0.9, 2, 1e-6, 1e-6, seed));
  }
  if (peer.name == "sade") {
    return pagmo::algorithm(pagmo::sade(generations, 2, 1, 1e-6, 1e-6, false, seed));
  }
  if (peer.name == "de1220") {
    return pagmo::algorithm(pagmo::de1220(
        generations, pagmo::de1220_statics<void>::allowed_variants, 1, 1e-6, 1e-6, false, seed));
  }
  if (peer.name == "cmaes") {
    return pagmo::algorithm(
        pagmo::cmaes(generations, -1, -1, -1, -1, 0.5, 1e-6, 1e-6, false, true, seed));
  }
  if (peer.name != "mbh") throw Error(ErrorKind::kUsage, "no such algorithm: " + peer.name);
  return pagmo::algorithm(
      pagmo::mbh(pagmo::compass_search(100'000, 0.1, 0.001, 0.5), 5, 0.05, seed));
}

}  // namespace

std::vector<Peer> peers_named(const std::string& name) {
  if (name == "mbh") return {{name, 1, false}, {name, 1, true}};
  return {{name, 20}, {name, 50}};
}

double best_of_peer(const Peer& peer, const optimise::Problem& problem, std::int64_t evaluations,
                    unsigned seed) {
  const auto tally = std::make_shared<Tally>(Tally{&problem, evaluations});
  const pagmo::problem wrapped{Tallied(tally)};
  const pagmo::algorithm& algorithm = never_freed(algorithm_of(peer, evaluations, seed));
  for (unsigned start = 0; tally->evaluations < evaluations; ++start) {
    pagmo::population population(wrapped, peer.population, seed + 1000 * start);
    do {
      population = algorithm.evolve(population);
    } while (peer.goes_on && tally->evaluations < evaluations);
  }
  return tally->best;
}

}  // namespace sengen::bench
