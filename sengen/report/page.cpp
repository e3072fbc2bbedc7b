// SPDX-License-Identifier: Apache-2.0
#include <sengen/report/page.hpp>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include <sengen/core/error.hpp>
#include <sengen/io/atomic_file.hpp>
#include <sengen/report/embedded.hpp>
#include <sengen/report/encoding.hpp>

namespace sengen::report {

namespace {

// Whatever a script or a label tries, the page loads nothing from elsewhere.
constexpr std::string_view kPolicy =
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; "
    "img-src data: blob:";

bool starts_like_a_number(std::string_view text) {
  const std::size_t first = !text.empty() && text.front() == '-' ? 1 : 0;
  return text.size() > first && std::isdigit(static_cast<unsigned char>(text[first])) != 0;
}

// Inside <script> only "<" could end the JSON early.
std::string script_safe(const std::string& json) {
  std::string safe;
  safe.reserve(json.size());
  for (const char letter : json) {
    if (letter == '<') {
      safe += "\\u003c";
    } else {
      safe += letter;
    }
  }
  return safe;
}

// How a value stands to its reference.
std::string comparison(const study::Metric& metric) {
  if (!metric.reference) return "";
  const auto [low, high] = *metric.reference;
  if (low < high) return study::is_outside(metric) ? "outside" : "inside";
  return low == 0 ? "" : fmt::format("{:+.1f} %", 100 * (metric.value - low) / std::abs(low));
}

std::vector<std::pair<std::string, study::Metric>> chosen(const study::Summary& summary,
                                                          const std::vector<std::string>& names) {
  if (names.empty()) return study::in_natural_order(summary.metrics);
  std::vector<std::pair<std::string, study::Metric>> list;
  for (const std::string& name : names) {
    const auto found = summary.metrics.find(name);
    if (found != summary.metrics.end()) list.emplace_back(*found);
  }
  return list;
}

std::string cell(std::string_view text, std::string_view kind = {}) {
  if (kind.empty()) return fmt::format("<td>{}</td>", escape_html(text));
  return fmt::format("<td class=\"{}\">{}</td>", kind, escape_html(text));
}

std::string term(std::string_view name, std::string_view value) {
  return fmt::format("<dt>{}</dt><dd>{}</dd>\n", escape_html(name), escape_html(value));
}

}  // namespace

bool is_far(const study::Metric& metric) {
  if (!metric.reference) return false;
  const auto [low, high] = *metric.reference;
  if (low < high) return study::is_outside(metric);
  return !(std::abs(metric.value - low) <= 0.1 * std::abs(low));
}

Page::Page(std::string title, std::string subtitle)
    : title_(std::move(title)), subtitle_(std::move(subtitle)) {}

void Page::add_section(const std::string& heading) {
  sections_.push_back(heading);
  body_ += fmt::format("<h2 id=\"section-{}\">{}</h2>\n", sections_.size(), escape_html(heading));
}

void Page::add_text(const std::string& text) {
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find("\n\n", begin), text.size());
    const std::string_view paragraph = std::string_view(text).substr(begin, end - begin);
    if (paragraph.find_first_not_of(" \n") != std::string_view::npos) {
      body_ += fmt::format("<p>{}</p>\n", escape_html(paragraph));
    }
    begin = end + 2;
  }
}

void Page::add_table(const Table& table) {
  std::vector<bool> numeric(table.columns.size(), !table.rows.empty());
  for (const auto& row : table.rows) {
    if (row.size() != table.columns.size()) {
      throw Error(ErrorKind::kInternal, fmt::format("a row of {} cells in a table of {} columns",
                                                    row.size(), table.columns.size()));
    }
    for (std::size_t i = 0; i < row.size(); ++i) {
      numeric[i] = numeric[i] && (row[i].empty() || starts_like_a_number(row[i]));
    }
  }
  ++tables_;
  body_ += fmt::format("<div class=\"scroll\"><table id=\"table-{}\">\n", tables_);
  body_ += fmt::format("<caption><b>Table {}.</b> {}</caption>\n<thead><tr>", tables_,
                       escape_html(table.caption));
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    body_ += fmt::format("<th{}>{}</th>", numeric[i] ? " class=\"number\"" : "",
                         escape_html(table.columns[i]));
  }
  body_ += "</tr></thead>\n<tbody>\n";
  for (const auto& row : table.rows) {
    body_ += "<tr>";
    for (std::size_t i = 0; i < row.size(); ++i) body_ += cell(row[i], numeric[i] ? "number" : "");
    body_ += "</tr>\n";
  }
  body_ += "</tbody></table></div>\n";
}

int Page::add_figure(const Figure& figure) {
  ++figures_;
  body_ += fmt::format(
      "<figure id=\"figure-{0}\">\n<div class=\"plot\" id=\"figure-{0}-plot\"></div>\n"
      "<script type=\"application/json\">{1}</script>\n"
      "<figcaption><b>Figure {0}.</b> {2}</figcaption>\n</figure>\n",
      figures_, script_safe(figure.spec), escape_html(figure.caption));
  return figures_;
}

void Page::add_metrics(const study::Summary& summary, const std::vector<std::string>& names) {
  ++tables_;
  body_ += fmt::format(
      "<div class=\"scroll\"><table id=\"table-{0}\" class=\"metrics\">\n"
      "<caption><b>Table {0}.</b> Figures of this run beside published ones; a value outside of "
      "the band of its reference, or a tenth off a single number, is marked.</caption>\n"
      "<thead><tr><th>quantity</th><th class=\"number\">value</th><th>unit</th><th>reference</th>"
      "<th>compared</th><th>source</th></tr></thead>\n<tbody>\n",
      tables_);
  for (const auto& [name, metric] : chosen(summary, names)) {
    const bool outside = is_far(metric);
    body_ += "<tr>" + cell(name) +
             cell(format_value(metric.value), outside ? "number outside" : "number") +
             cell(metric.unit == "1" ? "" : metric.unit) + cell(study::reference_text(metric)) +
             cell(comparison(metric), outside ? "outside" : "") + cell(metric.source, "source") +
             "</tr>\n";
  }
  body_ += "</tbody></table></div>\n";
}

void Page::add_provenance(const study::Manifest& manifest, const study::Summary& summary,
                          const std::string& settings) {
  body_ += "<dl class=\"provenance\">\n" + term("program", "sengen " + manifest.version) +
           term("command", manifest.command) + term("system", manifest.system) +
           term("started", manifest.started) + term("host", manifest.host) +
           term("processes", fmt::format("{}", manifest.ranks)) +
           term("threads of each", fmt::format("{}", manifest.threads)) +
           term("seed", fmt::format("{}", manifest.seed)) + "</dl>\n";
  if (!summary.stages.empty()) {
    Table table{
        "Wall time of the stages.", {"stage", "seconds", "processes", "threads of each"}, {}};
    for (const auto& [name, stage] : summary.stages) {
      table.rows.push_back({name, format_value(stage.seconds), fmt::format("{}", stage.ranks),
                            fmt::format("{}", stage.threads)});
    }
    add_table(table);
  }
  if (!settings.empty()) {
    body_ += fmt::format("<details><summary>Settings (TOML)</summary><pre>{}</pre></details>\n",
                         escape_html(settings));
  }
}

std::string Page::html() const {
  std::string contents;
  for (std::size_t i = 0; i < sections_.size(); ++i) {
    contents +=
        fmt::format("<li><a href=\"#section-{}\">{}</a></li>\n", i + 1, escape_html(sections_[i]));
  }
  std::string html = fmt::format(
      "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"{}\">\n<title>{}</title>\n"
      "<style>\n{}</style>\n<script>\n{}</script>\n</head>\n",
      kPolicy, escape_html(title_), page_css(), errors_js());
  html += fmt::format("<body data-report-status=\"drawing\">\n<header>\n<h1>{}</h1>\n",
                      escape_html(title_));
  if (!subtitle_.empty()) {
    html += fmt::format("<p class=\"subtitle\">{}</p>\n", escape_html(subtitle_));
  }
  html += "</header>\n";
  if (!contents.empty()) html += "<nav aria-label=\"Contents\"><ol>\n" + contents + "</ol></nav>\n";
  html +=
      "<noscript><p class=\"note\">The figures are drawn by scripts inside of this file: allow "
      "JavaScript to see them. Nothing is loaded from elsewhere.</p></noscript>\n<main>\n";
  html += body_;
  html += "</main>\n<script>\n";
  html += plotly_js();
  html += "\n</script>\n<script>\n";
  html += page_js();
  html += "</script>\n</body>\n</html>\n";
  return html;
}

void Page::save(const std::filesystem::path& path) const {
  const std::string text = html();
  if (text.size() > kMaxBytes) {
    throw Error(
        ErrorKind::kResource,
        fmt::format("{} would have {:.1f} MB, {:.1f} MB of them figures and text; at most {} MB",
                    path.string(), static_cast<double>(text.size()) / 1e6,
                    static_cast<double>(body_.size()) / 1e6, kMaxBytes / 1'000'000),
        "ask for fewer modes or frames in the report");
  }
  io::write_text_atomic(path, text);
}

}  // namespace sengen::report
