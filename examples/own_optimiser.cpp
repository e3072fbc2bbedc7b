// SPDX-License-Identifier: Apache-2.0
// An optimiser of one's own on a mission of GTOPX: a (1, 8) evolution strategy, all eight children
// evaluated at once in the processor's vector units. It is told values and asked for points, so the
// house's loop counts its evaluations and keeps its best: own_optimiser [FILE.csv].
#include <algorithm>
#include <cstdio>
#include <vector>

#include <sengen/core/random.hpp>
#include <sengen/io/csv.hpp>
#include <sengen/optimise/search.hpp>
#include <sengen/solvers/astrodynamics/batch.hpp>

using namespace sengen;

class Mission : public optimise::Problem {
 public:
  explicit Mission(const char* name) : instance_(astrodynamics::instance_named(name)) {
    for (const auto& variable : info_of(instance_).variables) {
      box_.lower.push_back(variable.lower);
      box_.upper.push_back(variable.upper);
    }
  }
  const optimise::Box& box() const override { return box_; }
  void evaluate(std::span<const double> points, std::span<double> values) const override {
    const std::size_t width = astrodynamics::values_of(instance_);
    std::vector<double> all(values.size() * width);
    astrodynamics::evaluate_batch(instance_, points, all);
    for (std::size_t i = 0; i < values.size(); ++i) values[i] = all[i * width];  // no constraints
  }

 private:
  astrodynamics::Instance instance_;
  optimise::Box box_;
};

class EvolutionStrategy : public optimise::Search {
 public:
  explicit EvolutionStrategy(const optimise::Box& box) : Search(box), parent_(box.lower) {
    for (std::size_t i = 0; i < parent_.size(); ++i) parent_[i] += 0.5 * box.width(i);
    make_children();
  }

 private:
  void learn(std::span<const double> values, std::span<const double>) override {
    const bool won = *std::min_element(values.begin(), values.end()) <= best().value;
    if (won) parent_ = best().x;
    step_ *= won ? 1.5 : 0.97;  // the rule of success
    if (step_ < 1e-9) step_ = 0.3;
    make_children();
  }
  void make_children() {
    batch().clear();
    for (int child = 0; child < 8; ++child) {
      for (std::size_t i = 0; i < parent_.size(); ++i) {
        const double moved = parent_[i] + step_ * box().width(i) * random_.normal(next_++);
        batch().push_back(std::clamp(moved, box().lower[i], box().upper[i]));
      }
    }
  }
  Random random_{1};
  std::uint64_t next_ = 0;
  double step_ = 0.3;
  std::vector<double> parent_;
};

int main(int argc, char** argv) {
  const Mission mission("cassini1");
  EvolutionStrategy strategy(mission.box());
  const auto found = optimise::minimise(mission, strategy, {.evaluations = 200000});
  std::printf("best %.6f km/s after %ld evaluations\n", found.best.value,
              static_cast<long>(found.evaluations));
  if (argc > 1) io::write_csv(argv[1], {{"t0", "T1", "T2", "T3", "T4", "T5"}, {found.best.x}});
  return found.best.value < 30 ? 0 : 1;
}
