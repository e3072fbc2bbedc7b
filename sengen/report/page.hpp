// SPDX-License-Identifier: Apache-2.0
// Page: a report as one HTML file that opens offline: text, tables, numbered figures, contents and
// provenance, with plotly.js, style and data inside. When drawn, the page itself says in
// <body data-report-status> whether every figure shows something (tools/check_report reads it).
// All text is plain and escaped here.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include <sengen/report/figure.hpp>
#include <sengen/study/manifest.hpp>
#include <sengen/study/summary.hpp>

namespace sengen::report {

struct Table {
  std::string caption;
  std::vector<std::string> columns;
  std::vector<std::vector<std::string>> rows;  // columns that hold numbers are aligned right
};

// Whether a figure is outside of the band of its reference, or more than a tenth off a single
// number.
bool is_far(const study::Metric& metric);

class Page {
 public:
  // A larger file would be refused by mail and opens slowly.
  static constexpr std::size_t kMaxBytes = 15'000'000;

  explicit Page(std::string title, std::string subtitle = {});

  // A heading and its entry in the contents; what follows belongs to it.
  void add_section(const std::string& heading);
  // Paragraphs, parted by empty lines.
  void add_text(const std::string& text);
  void add_table(const Table& table);
  // Returns the figure's number, 1 for the first.
  int add_figure(const Figure& figure);
  // The table of figures: value, unit, reference, how they compare, source; marked where is_far().
  // names: which of them and in which order (those that the summary lacks are left out); empty:
  // all.
  void add_metrics(const study::Summary& summary, const std::vector<std::string>& names = {});
  // Version, command, machine, wall time of the stages and the settings (config.resolved.toml, or
  // nothing).
  void add_provenance(const study::Manifest& manifest, const study::Summary& summary,
                      const std::string& settings = {});

  std::string html() const;
  // Atomic. kResource naming the sizes when the page is larger than kMaxBytes.
  void save(const std::filesystem::path& path) const;

 private:
  std::string title_;
  std::string subtitle_;
  std::vector<std::string> sections_;
  std::string body_;
  int figures_ = 0;
  int tables_ = 0;
};

}  // namespace sengen::report
