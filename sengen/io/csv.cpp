// SPDX-License-Identifier: Apache-2.0
#include <sengen/io/csv.hpp>

#include <algorithm>
#include <charconv>
#include <optional>
#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <sengen/core/error.hpp>
#include <sengen/core/options.hpp>
#include <sengen/io/atomic_file.hpp>
#include <sengen/io/file_bytes.hpp>

namespace sengen::io {

namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";  // which Excel writes

class Parser {
 public:
  Parser(std::string_view text, const std::string& source) : text_(text), source_(source) {
    if (text_.starts_with(kByteOrderMark)) text_.remove_prefix(kByteOrderMark.size());
  }

  CsvTable parse(CsvNames names) {
    CsvTable table;
    bool is_first = true;
    while (const auto cells = next_line()) {
      if (std::exchange(is_first, false)) {
        const bool is_row = names == CsvNames::kOptional &&
                            std::all_of(cells->begin(), cells->end(),
                                        [](const auto& cell) { return number(cell).has_value(); });
        if (!is_row) {
          table.columns = *cells;
          continue;
        }
      }
      const std::size_t width = table.rows.empty() ? cells->size() : table.rows.front().size();
      table.rows.push_back(numbers(*cells, table.columns, width));
      table.lines.push_back(line_);
    }
    if (is_first) {
      refuse(names == CsvNames::kRequired ? "there is no line of column names" : "there is no row");
    }
    return table;
  }

 private:
  [[noreturn]] void refuse(const std::string& what) const {
    throw Error(ErrorKind::kInput, fmt::format("{}:{}: {}", source_, line_, what));
  }

  // The cells of the next line that is neither empty nor a comment.
  std::optional<std::vector<std::string>> next_line() {
    while (!text_.empty()) {
      ++line_;
      if (text_.front() == '#') {
        text_.remove_prefix(std::min(text_.find('\n'), text_.size() - 1) + 1);
        continue;
      }
      std::vector<std::string> cells = {cell()};
      while (take(',')) cells.push_back(cell());
      take('\r');
      if (!text_.empty() && !take('\n')) {
        refuse(fmt::format("column {}: expected a comma or the end of the line", cells.size()));
      }
      if (cells.size() > 1 || !cells.front().empty()) return cells;
    }
    return std::nullopt;
  }

  bool take(char c) {
    if (text_.empty() || text_.front() != c) return false;
    text_.remove_prefix(1);
    return true;
  }

  std::string cell() {
    if (take('"')) return quoted_cell();
    const std::size_t end = std::min(text_.find_first_of(",\r\n"), text_.size());
    const std::string value(text_.substr(0, end));
    text_.remove_prefix(end);
    return value;
  }

  std::string quoted_cell() {
    std::string value;
    while (!text_.empty()) {
      const char c = text_.front();
      text_.remove_prefix(1);
      if (c == '"' && !take('"')) return value;
      if (c == '\n') refuse("a quoted cell goes on over the end of the line");
      value += c;
    }
    refuse("a quote is not closed");
  }

  static std::optional<double> number(std::string_view word) {
    while (!word.empty() && word.front() == ' ') word.remove_prefix(1);
    while (!word.empty() && word.back() == ' ') word.remove_suffix(1);
    if (word.starts_with('+') && !word.starts_with("+-")) word.remove_prefix(1);
    double value = 0;
    const auto result = std::from_chars(word.data(), word.data() + word.size(), value);
    if (result.ec != std::errc{} || result.ptr != word.data() + word.size()) return std::nullopt;
    return value;
  }

  std::vector<double> numbers(const std::vector<std::string>& cells,
                              const std::vector<std::string>& columns, std::size_t width) const {
    const std::size_t expected = columns.empty() ? width : columns.size();
    if (cells.size() != expected) {
      refuse(fmt::format("{} cells, expected {}", cells.size(), expected));
    }
    std::vector<double> row;
    row.reserve(cells.size());
    for (std::size_t i = 0; i < cells.size(); ++i) {
      const auto value = number(cells[i]);
      if (!value) {
        const std::string name = columns.empty() ? "" : fmt::format(" ({})", columns[i]);
        refuse(fmt::format("column {}{}: '{}' is no number", i + 1, name, cells[i]));
      }
      row.push_back(*value);
    }
    return row;
  }

  std::string_view text_;
  const std::string& source_;
  int line_ = 0;
};

std::string quoted_if_needed(const std::string& name) {
  if (name.find_first_of(",\"\r#\xEF") == std::string::npos) return name;
  std::string text = "\"";
  for (const char c : name) text += c == '"' ? "\"\"" : std::string(1, c);
  return text + '"';
}

}  // namespace

std::vector<double> CsvTable::column(const std::string& name) const {
  const auto found = std::find(columns.begin(), columns.end(), name);
  if (found == columns.end()) {
    throw Error(ErrorKind::kInput, fmt::format("the table has no column '{}'", name),
                suggestion(name, columns));
  }
  const auto index = static_cast<std::size_t>(found - columns.begin());
  std::vector<double> values;
  values.reserve(rows.size());
  for (const auto& row : rows) values.push_back(row[index]);
  return values;
}

CsvTable parse_csv(std::span<const std::byte> bytes, const std::string& source, CsvNames names) {
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  return Parser(text, source).parse(names);
}

CsvTable read_csv(const std::filesystem::path& path, CsvNames names) {
  return parse_csv(read_bytes(path), path.string(), names);
}

std::string format_csv(const CsvTable& table) {
  const auto check = [](bool fine, const char* what) {
    if (!fine) throw Error(ErrorKind::kInternal, fmt::format("a CSV table {}", what));
  };
  std::string text;
  check(table.columns != std::vector<std::string>{""}, "without names");
  for (const std::string& name : table.columns) {
    check(name.find('\n') == std::string::npos, "with a line end in a name");
  }
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    text += (i == 0 ? "" : ",") + quoted_if_needed(table.columns[i]);
  }
  if (!table.columns.empty()) text += '\n';
  const bool is_named = !table.columns.empty() || table.rows.empty();
  const std::size_t width = is_named ? table.columns.size() : table.rows.front().size();
  for (const auto& row : table.rows) {
    check(row.size() == width, "with a row of another length");
    for (std::size_t i = 0; i < row.size(); ++i) {
      fmt::format_to(std::back_inserter(text), "{}{:.17g}", i == 0 ? "" : ",", row[i]);
    }
    text += '\n';
  }
  return text;
}

void write_csv(const std::filesystem::path& path, const CsvTable& table) {
  write_text_atomic(path, format_csv(table));
}

}  // namespace sengen::io
