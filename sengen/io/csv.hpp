// SPDX-License-Identifier: Apache-2.0
// CSV: tables of numbers with one line of column names (RFC 4180 quotes, comma, LF or CRLF). Lines
// that begin with '#' are comments. Numbers have 17 significant digits, so doubles come back as
// they were; "nan" and "inf" are read and written as such; an empty cell is an error. Where it is
// allowed, the line of names may be absent.
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace sengen::io {

struct CsvTable {
  std::vector<std::string> columns;  // empty: a table without a line of names
  std::vector<std::vector<double>> rows;
  std::vector<int> lines = {};  // of a file, one a row; of no meaning to format_csv

  // All values of a column; kInput when there is none of this name.
  std::vector<double> column(const std::string& name) const;
};

// kOptional: a first line of numbers alone is the first row.
enum class CsvNames { kRequired, kOptional };

// source: the name for messages. kInput naming line and column of what is wrong.
CsvTable parse_csv(std::span<const std::byte> bytes, const std::string& source,
                   CsvNames names = CsvNames::kRequired);
CsvTable read_csv(const std::filesystem::path& path, CsvNames names = CsvNames::kRequired);
std::string format_csv(const CsvTable& table);
// Atomic. kResource.
void write_csv(const std::filesystem::path& path, const CsvTable& table);

}  // namespace sengen::io
