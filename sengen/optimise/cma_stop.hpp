// SPDX-License-Identifier: Apache-2.0
// When a run of CMA-ES ends: the criteria of Hansen's tutorial (arXiv:1604.00772), B.3.
#pragma once

#include <vector>

#include <sengen/optimise/cma_distribution.hpp>
#include <sengen/optimise/cma_es.hpp>

namespace sengen::optimise {

class CmaCriteria {
 public:
  CmaCriteria(const CmaEsOptions& options, std::size_t variables, std::size_t offspring);
  // values: of a generation, sorted.
  CmaStop after(const CmaDistribution& distribution, const std::vector<double>& values);

 private:
  bool is_flat(const std::vector<double>& values) const;
  bool stagnates() const;
  bool has_no_effect(const CmaDistribution& distribution) const;

  double x_tolerance_;
  double value_tolerance_;
  std::size_t flat_length_;      // generations whose values are compared
  std::size_t stagnant_length_;  // at least
  std::vector<double> best_;     // of every generation
  std::vector<double> median_;
};

}  // namespace sengen::optimise
