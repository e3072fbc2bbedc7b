// SPDX-License-Identifier: Apache-2.0
// CSV: tables of numbers with one line of column names (RFC 4180 quotes, comma, LF or CRLF). Lines
// that begin with '#' are comments. Numbers have 17 significant digits, so doubles come back as
// they were; "nan" and "inf" are read and written as such; an empty cell is an error.
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace sengen::io {

struct CsvTable {
  std::vector<std::string> columns;
  std::vector<std::vector<double>> rows;

  // All values of a column; kInput when there is none of this name.
  std::vector<double> column(const std::string& name) const;
};

// source: the name for messages. kInput naming line and column of what is wrong.
CsvTable parse_csv(std::span<const std::byte> bytes, const std::string& source);
CsvTable read_csv(const std::filesystem::path& path);
std::string format_csv(const CsvTable& table);
// Atomic. kResource.
void write_csv(const std::filesystem::path& path, const CsvTable& table);

}  // namespace sengen::io
