// SPDX-License-Identifier: Apache-2.0
// Any bytes as CSV: either bad input, or a table that comes back the same after writing it.
#include <cstdint>
#include <cstdlib>
#include <span>

#include <sengen/core/error.hpp>
#include <sengen/io/csv.hpp>

namespace {

bool is_same(double a, double b) { return a == b || (a != a && b != b); }

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  sengen::io::CsvTable table;
  try {
    table = sengen::io::parse_csv(std::as_bytes(std::span(data, size)), "fuzz.csv");
  } catch (const sengen::Error& error) {
    if (error.kind() != sengen::ErrorKind::kInput) std::abort();
    return 0;
  }
  const std::string text = sengen::io::format_csv(table);
  const auto again = sengen::io::parse_csv(std::as_bytes(std::span(text)), "written.csv");
  if (again.columns != table.columns || again.rows.size() != table.rows.size()) std::abort();
  for (std::size_t row = 0; row < table.rows.size(); ++row) {
    for (std::size_t column = 0; column < table.columns.size(); ++column) {
      if (!is_same(again.rows[row][column], table.rows[row][column])) std::abort();
    }
  }
  if (table.column(table.columns.front()).size() != table.rows.size()) std::abort();
  return 0;
}
