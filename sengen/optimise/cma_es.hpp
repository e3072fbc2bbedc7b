// SPDX-License-Identifier: Apache-2.0
// CMA-ES (cma_distribution.hpp) in a box. Beyond its bounds the function goes on as its mirror
// image: points are drawn and learnt from anywhere and asked for where they are reflected to, so
// that a minimum on a bound is one like any other. A run ends by the criteria of Hansen's tutorial,
// B.3; it may be followed by others, IPOP (Auger and Hansen, CEC 2005: twice the points each time)
// or BIPOP (Hansen, GECCO 2009: these, and between them runs with few points and small steps, the
// two kinds given alike evaluations). A batch is a generation.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include <sengen/optimise/search.hpp>

namespace sengen::optimise {

enum class CmaRestarts : std::uint8_t { kNone, kIpop, kBipop };

// Why a run of CMA-ES ended.
enum class CmaStop : std::uint8_t {
  kNone,
  kTolX,        // all steps are small
  kTolFun,      // values of the last generations are equal
  kCondition,   // the covariance has lost its digits
  kStagnation,  // neither best nor median have become better for long
  kNoEffect,    // a step is lost in rounding
};

struct CmaEsOptions {
  std::vector<double> start = {};       // mean of the first run; empty: anywhere in the box
  double deviation = 0.2;               // initial, as a part of the box in every coordinate
  std::vector<double> deviations = {};  // the same for each coordinate; empty: deviation
  std::size_t offspring = 0;            // points of a generation, at least 4; 0: 4 + 3 ln n
  CmaRestarts restarts = CmaRestarts::kIpop;
  int most_restarts = 1000;
  double x_tolerance = 1e-12;      // of the box
  double value_tolerance = 1e-12;  // and 1e-15 of the value
  std::uint64_t seed = 1;
  std::uint64_t stream = 0;
};

class CmaEs : public Search {
 public:
  // kUsage for options out of range, or a box in which nothing can move.
  CmaEs(Box box, CmaEsOptions options);
  ~CmaEs() override;

  // Of the last run that ended.
  CmaStop last_stop() const noexcept;
  int restarts() const noexcept;

 private:
  void learn(std::span<const double> values, std::span<const double> slopes) override;
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace sengen::optimise
