// SPDX-License-Identifier: Apache-2.0
// The stage report: how the circuit looks, what it reaches and costs, and what its state is worth.
// Drawn by the root from the files of the other stages.
#include <algorithm>
#include <cmath>
#include <fstream>
#include <limits>
#include <numeric>
#include <sstream>

#include <fmt/format.h>

#include <sengen/circuits/elementary.hpp>
#include <sengen/io/csv.hpp>
#include <sengen/io/hdf5.hpp>
#include <sengen/report/chart.hpp>
#include <sengen/report/field.hpp>
#include <sengen/report/page.hpp>

#include "circuit_file.hpp"
#include "stages.hpp"

namespace sengen::aqce {

namespace {

constexpr double kGap = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t kMostCurves = 4;        // circuits with curves of their own
constexpr std::size_t kMostGatesDrawn = 400;  // a drawing with more is a grey bar

std::string text_of(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

struct Curve {
  std::vector<double> gates, infidelity, cnots, depth, expected;
};

std::vector<Curve> curves_of(const io::CsvTable& table, const NoiseConfig& noise) {
  const auto circuit = table.column("circuit"), gates = table.column("gates");
  const auto fidelity = table.column("fidelity"), cnots = table.column("cnots");
  const auto depth = table.column("depth"), singles = table.column("one_qubit_gates");
  std::vector<Curve> curves;
  for (std::size_t i = 0; i < circuit.size(); ++i) {
    const auto k = static_cast<std::size_t>(circuit[i]);
    if (k >= curves.size()) curves.resize(k + 1);
    curves[k].gates.push_back(gates[i]);
    // An exact circuit has no place on a logarithmic axis but its rounding.
    curves[k].infidelity.push_back(std::max(1e-16, 1 - fidelity[i]));
    curves[k].cnots.push_back(cnots[i]);
    curves[k].depth.push_back(depth[i]);
    curves[k].expected.push_back(fidelity[i] * std::pow(1 - noise.cnot_error, cnots[i]) *
                                 std::pow(1 - noise.one_qubit_error, singles[i]));
  }
  return curves;
}

report::Chart infidelity_chart(const std::vector<Curve>& curves, const std::string& label,
                               std::vector<double> Curve::* x) {
  report::Chart chart{.caption = "",
                      .title = {},
                      .x = {label},
                      .y = {.label = "1 - |F|^2", .logarithmic = true},
                      .series = {}};
  for (std::size_t k = 0; k < std::min(curves.size(), kMostCurves); ++k) {
    const std::string name = curves.size() == 1 ? "circuit" : fmt::format("circuit {}", k);
    chart.series.push_back(
        {name, curves[k].*x, curves[k].infidelity, report::Mark::kLineAndPoints});
  }
  return chart;
}

void add_curves(report::Page& page, const Config& config, const study::Context& context) {
  const auto curves = curves_of(io::read_csv(context.file(kCurveFile)), config.noise);
  page.add_figure(report::make_figure(
      std::vector<report::Chart>{infidelity_chart(curves, "two-qubit gates", &Curve::gates),
                                 infidelity_chart(curves, "CX", &Curve::cnots),
                                 infidelity_chart(curves, "depth", &Curve::depth)},
      3, "What is missing of the state, against what the circuit costs, stage by stage.", 320));
  report::Chart noisy{
      .caption = fmt::format("Fidelity to be expected of a device with an error of {} a CX and {} "
                             "a one-qubit gate: more gates describe the state better and fail "
                             "more often.",
                             config.noise.cnot_error, config.noise.one_qubit_error),
      .x = {"two-qubit gates"},
      .y = {"expected |F|^2"},
      .series = {
          {"with noise", curves[0].gates, curves[0].expected, report::Mark::kLineAndPoints}}};
  std::vector<double> exact;
  for (const double missing : curves[0].infidelity) exact.push_back(1 - missing);
  noisy.series.push_back({"without", curves[0].gates, exact, report::Mark::kDashedLine});
  page.add_figure(report::make_figure(noisy));
}

// Wires from left to right, gates as upright lines with a dot on each of their qubits.
void add_circuit(report::Page& page, const circuits::Circuit& circuit) {
  if (circuit.gates.size() > kMostGatesDrawn) {
    page.add_text(
        fmt::format("The circuit has {} gates: too many to be drawn.", circuit.gates.size()));
    return;
  }
  const std::vector<int> columns = circuits::columns_of(circuit, true);
  const int last = columns.empty() ? 0 : *std::max_element(columns.begin(), columns.end());
  report::Series wires{"qubits", {}, {}}, gates{"gates", {}, {}, report::Mark::kLineAndPoints};
  for (int qubit = 0; qubit < circuit.qubits; ++qubit) {
    wires.x.insert(wires.x.end(), {-1.0, last + 1.0, kGap});
    wires.y.insert(wires.y.end(), {double(qubit), double(qubit), kGap});
  }
  for (std::size_t m = 0; m < columns.size(); ++m) {
    const auto& pair = circuit.gates[m].pair;
    gates.x.insert(gates.x.end(), {double(columns[m]), double(columns[m]), kGap});
    gates.y.insert(gates.y.end(), {double(pair.low), double(pair.high), kGap});
  }
  page.add_figure(report::make_figure(report::Chart{
      .caption =
          fmt::format("The circuit: {} two-qubit gates on {} qubits, time from left to right.",
                      circuit.gates.size(), circuit.qubits),
      .x = {"column"},
      .y = {"qubit"},
      .series = {wires, gates},
      .height = std::max(240.0, 26.0 * circuit.qubits)}));
}

void add_usage(report::Page& page, const circuits::Circuit& circuit) {
  report::BarChart chart{.caption = "How often a qubit takes part in a gate.",
                         .x = {"qubit"},
                         .y = {"gates"},
                         .categories = {},
                         .bars = {{"gates", {}}}};
  std::vector<double> count(static_cast<std::size_t>(circuit.qubits));
  for (const circuits::Gate& gate : circuit.gates) {
    count[static_cast<std::size_t>(gate.pair.low)] += 1;
    count[static_cast<std::size_t>(gate.pair.high)] += 1;
  }
  for (int q = 0; q < circuit.qubits; ++q) chart.categories.push_back(std::to_string(q));
  chart.bars[0].heights = count;
  page.add_figure(report::make_figure(chart));
}

std::vector<double> counted(std::int64_t count) {
  std::vector<double> numbers(static_cast<std::size_t>(count));
  std::iota(numbers.begin(), numbers.end(), 0.0);
  return numbers;
}

// Pictures have their first line on top, fields theirs at the bottom.
std::vector<float> turned(const std::vector<double>& values, const io::Shape& shape) {
  std::vector<float> field;
  for (std::int64_t y = shape[0]; y-- > 0;) {
    for (std::int64_t x = 0; x < shape[1]; ++x) {
      double sum = 0;
      for (std::int64_t c = 0; c < shape[2]; ++c) {
        sum += values[static_cast<std::size_t>((y * shape[1] + x) * shape[2] + c)];
      }
      field.push_back(static_cast<float>(sum / static_cast<double>(shape[2])));
    }
  }
  return field;
}

void add_pictures(report::Page& page, const study::Context& context) {
  const io::Hdf5File file = io::Hdf5File::open(context.file(kComparisonFile));
  const io::Shape shape = file.shape("/original");
  const std::vector<std::pair<std::string, std::string>> names = {
      {"/original", "original"},
      {"/decoded", "decoded from the circuits"},
      {"/haar", "largest Haar coefficients"},
      {"/flat", "flat: no gate"}};
  std::vector<std::vector<float>> fields;
  for (const auto& name : names) fields.push_back(turned(file.read<double>(name.first), shape));
  report::FieldMaps maps{
      .caption =
          "The picture, what the circuits' states say of it, and as many of the largest Haar "
          "coefficients as the circuits have angles.",
      .grid = {.x = counted(shape[1]),
               .y = counted(shape[0]),
               .x_axis = {"pixel"},
               .y_axis = {"pixel"}},
      .fields = {},
      .scale = {.quantity = {"grey value"}},
      .one_scale = true,
      .columns = 2};
  for (std::size_t i = 0; i < names.size(); ++i) {
    maps.fields.push_back({names[i].second, fields[i]});
  }
  page.add_figure(report::make_figure(maps));
  std::vector<float> error(fields[0].size());
  for (std::size_t i = 0; i < error.size(); ++i) error[i] = fields[1][i] - fields[0][i];
  page.add_figure(
      report::make_figure(report::FieldMaps{.caption = "Decoded less original.",
                                            .grid = maps.grid,
                                            .fields = {{"error", error}},
                                            .scale = {.quantity = {"grey value"},
                                                      .colours = report::Colours::kDiverging,
                                                      .clipped_share = 0.002}}));
}

void add_table(report::Page& page, const std::vector<EncodedState>& states,
               const io::CsvTable& compiled) {
  report::Table table{.caption = "The circuits.",
                      .columns = {"state", "|F|^2", "|F|^(1/n)", "gates", "CX", "depth"},
                      .rows = {}};
  const auto cnots = compiled.column("cnots"), depth = compiled.column("depth");
  for (std::size_t k = 0; k < states.size(); ++k) {
    const double overlap = states[k].overlap;
    table.rows.push_back({states[k].name, fmt::format("{:.8f}", overlap * overlap),
                          fmt::format("{:.6f}", std::pow(overlap, 1.0 / states[k].circuit.qubits)),
                          std::to_string(states[k].circuit.gates.size()),
                          fmt::format("{}", cnots[k]), fmt::format("{}", depth[k])});
  }
  page.add_table(table);
}

}  // namespace

void make_report(const Config& config, study::Context& context) {
  if (!context.comm().is_root()) return;
  const auto states = load_circuits(context.file(kGatesFile));
  const auto summary = study::Summary::load(context.directory());
  report::Page page("Circuits for quantum states", config.state.state);
  page.add_section("Figures");
  page.add_metrics(summary);
  add_table(page, states, io::read_csv(context.file(kCircuitsFile)));
  if (is_picture(config.state) && config.state.with.empty()) {
    page.add_section("Picture");
    add_pictures(page, context);
  }
  page.add_section("Search");
  add_curves(page, config, context);
  page.add_section(states.size() == 1 ? "Circuit" : "First circuit");
  add_circuit(page, states[0].circuit);
  add_usage(page, states[0].circuit);
  page.add_section("Provenance");
  page.add_provenance(study::Manifest::load(context.directory()), summary,
                      text_of(context.file(study::kConfigFile)));
  page.save(context.file(kReportFile));
}

}  // namespace sengen::aqce
