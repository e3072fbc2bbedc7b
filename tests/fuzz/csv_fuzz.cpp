// SPDX-License-Identifier: Apache-2.0
// Any bytes as CSV: either bad input, or a table that comes back the same after writing it.
#include <cstdint>
#include <cstdlib>
#include <span>

#include <sengen/core/error.hpp>
#include <sengen/io/csv.hpp>

namespace {

bool is_same(double a, double b) { return a == b || (a != a && b != b); }

void try_as(std::span<const std::byte> bytes, sengen::io::CsvNames names) {
  sengen::io::CsvTable table;
  try {
    table = sengen::io::parse_csv(bytes, "fuzz.csv", names);
  } catch (const sengen::Error& error) {
    if (error.kind() != sengen::ErrorKind::kInput) std::abort();
    return;
  }
  if (table.lines.size() != table.rows.size()) std::abort();
  const std::string text = sengen::io::format_csv(table);
  const auto again = sengen::io::parse_csv(std::as_bytes(std::span(text)), "written.csv", names);
  if (again.columns != table.columns || again.rows.size() != table.rows.size()) std::abort();
  for (std::size_t row = 0; row < table.rows.size(); ++row) {
    for (std::size_t column = 0; column < table.rows[row].size(); ++column) {
      if (!is_same(again.rows[row][column], table.rows[row][column])) std::abort();
    }
  }
  if (table.columns.empty()) return;
  if (table.column(table.columns.front()).size() != table.rows.size()) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto bytes = std::as_bytes(std::span(data, size));
  try_as(bytes, sengen::io::CsvNames::kRequired);
  try_as(bytes, sengen::io::CsvNames::kOptional);
  return 0;
}
