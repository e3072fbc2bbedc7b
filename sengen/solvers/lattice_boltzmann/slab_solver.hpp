// SPDX-License-Identifier: Apache-2.0
// SlabSolver: the Solver of one precision. See solver.hpp for what it promises.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <optional>
#include <vector>

#include <sengen/solvers/lattice_boltzmann/boundary.hpp>
#include <sengen/solvers/lattice_boltzmann/solver.hpp>

namespace sengen::lattice_boltzmann {

// No flow round a body is four times as fast as its stream. Slow streams are given room for the
// sound of their start; fast ones end where the method does.
double fastest_believable(const FlowSetup& setup);

template <typename Real>
class SlabSolver final : public Solver {
 public:
  SlabSolver(const parallel::Communicator& comm, const FlowSetup& setup, const InitialState& start,
             bool with_stress);

  const FlowSetup& setup() const override { return setup_; }
  std::int64_t step() const override { return step_; }
  std::int64_t fluid_cells() const override { return fluid_cells_; }
  void advance(std::int64_t steps) override;
  void check() override;
  Fields fields(const Window& window) override;
  std::vector<std::uint8_t> solid(const Window& window) const override;
  const std::vector<Force>& forces() override;
  const std::vector<Velocity>& probes() override;
  double excess_mass() override;
  void save(const std::filesystem::path& path) override;
  void load(const std::filesystem::path& path) override;

 private:
  // Relaxation rates of every x, for one depth in the sponges at bottom and top.
  struct Rates {
    std::vector<Real> half_even;
    std::vector<Real> half_odd;
  };

  double viscosity(Index x, Index global_y) const;
  void set_rates();
  void set_state(const InitialState& start, bool with_stress);
  CellPopulations start_of_cell(const InitialState& start, bool with_stress, Index x,
                                Index global_y) const;
  void collide_rows(Index begin, Index end);
  void record();

  // divergence.cpp. Each slab looks for cells beyond what the method can mean: at some rows every
  // few steps, just before they are collided and in the cache anyway. Ranks agree less often.
  static constexpr std::int64_t kLookedSteps = 8;
  static constexpr Index kLookedRows = 4;
  struct Suspect {
    std::int64_t step = 0;
    std::int64_t cell = 0;  // y * nx + x in the domain
    double badness = 0;     // times the limit of speed or density; below 0 where not finite
    Macroscopic state;
  };
  Index first_bad_cell(Index y) const;
  double badness(const Macroscopic& m) const;
  void find_suspect();
  void agree_on_suspect();
  [[noreturn]] void diverged(const Suspect& suspect) const;

  CellPopulations cell(Index x, Index y) const;
  Macroscopic state(Index x, Index y) const;
  bool owns(Index global_y) const;
  void agree_on_series();
  // The slab's populations in the order of restart files.
  std::vector<Real> pack() const;
  void unpack(const std::vector<Real>& block);

  const parallel::Communicator& comm_;
  const FlowSetup setup_;
  const parallel::Range range_;  // this slab's rows in the domain
  Geometry geometry_;
  Populations<Real> populations_;
  Boundaries<Real> boundaries_;
  std::int64_t fluid_cells_ = 0;
  std::vector<Rates> rates_;
  std::vector<std::size_t> rates_of_row_;
  std::int64_t step_ = 0;
  const double fastest_;
  bool looking_ = false;
  std::atomic<bool> saw_bad_cell_ = false;
  std::optional<Suspect> suspect_;  // this slab's first

  // Series: agreed over the ranks up to now, and this rank's share since then.
  std::vector<Force> forces_;
  std::vector<Velocity> probes_;
  std::vector<std::int64_t> new_forces_;  // [step][x, y], exact
  std::vector<double> new_probes_;        // [step][probe][u, v], 0 where another rank owns
};

extern template class SlabSolver<float>;
extern template class SlabSolver<double>;

}  // namespace sengen::lattice_boltzmann
