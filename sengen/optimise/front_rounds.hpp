// SPDX-License-Identifier: Apache-2.0
// A search for the front of two objectives that goes on by rounds and can be put down as numbers.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include <sengen/optimise/pareto.hpp>
#include <sengen/parallel/communicator.hpp>

namespace sengen::optimise {

class FrontRounds {
 public:
  virtual ~FrontRounds() = default;
  // Spread over threads and ranks; the archive is equal on all of them afterwards. Collective.
  virtual void round(const parallel::Communicator& comm) = 0;
  virtual const FrontArchive& archive() const = 0;
  virtual std::int64_t evaluations() const = 0;
  // Everything as numbers, and back. kInput for numbers that are not those of such a search.
  virtual std::vector<double> to_numbers() const = 0;
  virtual void load(std::span<const double> numbers) = 0;
};

}  // namespace sengen::optimise
