// SPDX-License-Identifier: Apache-2.0
// Files of decision vectors. A plain one is a CSV of rows of numbers, with or without a line of
// names. A file of solutions is a CSV too, and says itself what it is:
//
//   # sengen gtopx solutions 1
//   # instance cassini1 double
//   f1,g1,...,t0,T1,...
//
// so that a later run can start from it. What was computed is computed again when it is read.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include <sengen/io/csv.hpp>
#include <sengen/solvers/astrodynamics/gtopx.hpp>

namespace sengen::gtopx {

struct Solution {
  std::vector<double> values;  // objectives, then constraints
  std::vector<double> x;
};

// "cassini1 double", "tandem:6 legacy-float": what a vector's values depend on.
std::string signature_of(const astrodynamics::Instance& instance);
// objectives, then constraints, of a vector.
std::vector<double> values_of(const astrodynamics::Instance& instance, std::span<const double> x);
// f1 f2 g1 ...
std::vector<std::string> value_names(const astrodynamics::Instance& instance);

// Atomic.
void save_solutions(const std::filesystem::path& path, const astrodynamics::Instance& instance,
                    const std::vector<Solution>& solutions);
// kInput for another version or instance, for columns that are not those of the instance, and for
// values that are not those of their vector.
std::vector<Solution> load_solutions(const std::filesystem::path& path,
                                     const astrodynamics::Instance& instance);

struct VectorFile {
  io::CsvTable table;  // the vectors alone
  std::vector<std::string> warnings;
};
enum class Outside { kRefuse, kEvaluate };
// A plain file, or the vectors of a file of solutions. Vectors may exceed a bound by a millionth of
// the range: published ones are rounded. kInput naming file, line and variable for rows of another
// length, NaN, integers that are none or that are no planet, and numbers outside the bounds when
// they are refused.
VectorFile load_vectors(const std::filesystem::path& path, const astrodynamics::Instance& instance,
                        Outside outside);

}  // namespace sengen::gtopx
