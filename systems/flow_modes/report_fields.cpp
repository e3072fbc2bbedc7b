// SPDX-License-Identifier: Apache-2.0
// Fields of the report: animation, mean, modes.
#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include <sengen/report/field.hpp>

#include "report_parts.hpp"

namespace sengen::flow_modes {

namespace {

using report::Axis;

// This share of cells may lie outside a colour scale: the shear layers at a wall are far stronger
// than what is worth seeing.
constexpr double kClippedShare = 0.005;

// In three dimensions the middle plane stands for the field.
std::int64_t plane_cells(const io::SnapshotInfo& info) {
  return info.shape[info.shape.size() - 3] * info.shape[info.shape.size() - 2];
}

std::int64_t first_plane_cell(const io::SnapshotInfo& info) {
  return info.shape.size() == 5 ? info.shape[1] / 2 * plane_cells(info) : 0;
}

std::vector<float> snapshot(const Material& material, std::int64_t index) {
  const io::SnapshotInfo& info = material.info();
  std::vector<float> values(static_cast<std::size_t>(info.cells() * info.component_count()));
  material.data.read(index, 1, 0, info.rows(), values.data());
  return values;
}

bool has_vorticity(const io::SnapshotInfo& info) {
  return info.component_count() >= 2 && info.components[0] == "u" && info.components[1] == "v" &&
         info.axes.back().size() > 2 && info.axes[info.axes.size() - 2].size() > 2;
}

// dv/dx - du/dy by central differences, one-sided at the edges.
std::vector<float> vorticity(const io::SnapshotInfo& info, const std::vector<float>& values) {
  const std::vector<float> u = component(info, values, 0);
  const std::vector<float> v = component(info, values, 1);
  const std::vector<double>& x = info.axes.back();
  const std::vector<double>& y = info.axes[info.axes.size() - 2];
  std::vector<float> curl;
  curl.reserve(u.size());
  for (std::size_t j = 0; j < y.size(); ++j) {
    const std::size_t below = j == 0 ? 0 : j - 1;
    const std::size_t above = std::min(j + 1, y.size() - 1);
    for (std::size_t i = 0; i < x.size(); ++i) {
      const std::size_t left = i == 0 ? 0 : i - 1;
      const std::size_t right = std::min(i + 1, x.size() - 1);
      const double dv = static_cast<double>(v[j * x.size() + right] - v[j * x.size() + left]);
      const double du = static_cast<double>(u[above * x.size() + i] - u[below * x.size() + i]);
      curl.push_back(static_cast<float>(dv / (x[right] - x[left]) - du / (y[above] - y[below])));
    }
  }
  return curl;
}

// Fields that go as far below zero as above it, about: their zero is worth seeing.
bool is_two_sided(const std::vector<float>& field) {
  const auto [low, high] = std::minmax_element(field.begin(), field.end());
  return *low < 0 && *high > 0 && std::min(-*low, *high) > 0.4F * std::max(-*low, *high);
}

}  // namespace

report::FieldGrid grid_of(const io::SnapshotInfo& info) {
  report::FieldGrid grid;
  grid.x = info.axes.back();
  grid.y = info.axes[info.axes.size() - 2];
  grid.x_axis = {"x", info.length_unit};
  grid.y_axis = {"y", info.length_unit};
  const auto first = info.solid.begin() + first_plane_cell(info);
  grid.solid.assign(first, first + plane_cells(info));
  return grid;
}

// One component of the plane from cells x components values.
std::vector<float> component(const io::SnapshotInfo& info, const std::vector<float>& values,
                             std::int64_t which) {
  std::vector<float> plane;
  const std::int64_t first = first_plane_cell(info);
  for (std::int64_t cell = first; cell < first + plane_cells(info); ++cell) {
    plane.push_back(values[static_cast<std::size_t>(cell * info.component_count() + which)]);
  }
  return plane;
}

void add_animation(report::Page& page, const Material& material) {
  const io::SnapshotInfo& info = material.info();
  const bool curl = has_vorticity(info);
  const std::int64_t count = std::min(material.config.report.frames, info.snapshots());
  std::vector<float> frames;
  std::vector<double> times;
  for (std::int64_t k = 0; k < count; ++k) {
    const std::vector<float> values = snapshot(material, k);
    const std::vector<float> frame = curl ? vorticity(info, values) : component(info, values, 0);
    frames.insert(frames.end(), frame.begin(), frame.end());
    times.push_back(info.times[static_cast<std::size_t>(k)]);
  }
  report::FieldAnimation animation;
  animation.caption = fmt::format("{} of the first {} snapshots; the slider moves in time.",
                                  curl ? "Vorticity" : info.components[0], count);
  animation.grid = grid_of(info);
  animation.times = times;
  animation.time = {"time", info.time_unit};
  animation.values = frames;
  animation.scale.quantity =
      curl ? Axis{"vorticity", fmt::format("{}/{}", info.unit, info.length_unit)}
           : Axis{info.components[0], info.unit};
  animation.scale.colours = curl ? report::Colours::kDiverging : report::Colours::kSequential;
  animation.scale.clipped_share = kClippedShare;
  page.add_figure(report::make_figure(animation));
}

void add_mean(report::Page& page, const Material& material) {
  const io::SnapshotInfo& info = material.info();
  const std::vector<float> mean = material.pod.read<float>("/mean");
  std::vector<std::vector<float>> planes;
  for (std::int64_t c = 0; c < info.component_count(); ++c) {
    planes.push_back(component(info, mean, c));
  }
  report::FieldMaps maps;
  maps.caption = "Mean in time over the snapshots.";
  maps.grid = grid_of(info);
  for (std::size_t c = 0; c < planes.size(); ++c) {
    maps.fields.push_back(
        {"mean " + info.components[c], planes[c],
         is_two_sided(planes[c]) ? report::Colours::kDiverging : report::Colours::kSequential});
  }
  maps.scale.quantity = {"mean", info.unit};
  maps.one_scale = false;
  maps.columns = static_cast<int>(std::min<std::size_t>(2, planes.size()));
  page.add_figure(report::make_figure(maps));
}

void add_modes(report::Page& page, const Material& material) {
  const io::SnapshotInfo& info = material.info();
  io::Shape extent = material.pod.shape("/modes");
  const std::int64_t count = std::min(extent.front(), material.config.report.modes);
  std::vector<std::vector<float>> planes;
  std::vector<std::string> titles;
  for (std::int64_t k = 0; k < count; ++k) {
    io::Shape offset(extent.size(), 0);
    offset.front() = k;
    extent.front() = 1;
    std::vector<float> mode(static_cast<std::size_t>(info.cells() * info.component_count()));
    material.pod.read_block("/modes", offset, extent, mode.data());
    for (std::int64_t c = 0; c < std::min<std::int64_t>(2, info.component_count()); ++c) {
      planes.push_back(component(info, mode, c));
      titles.push_back(
          fmt::format("mode {}, {}", k + 1, info.components[static_cast<std::size_t>(c)]));
    }
  }
  report::FieldMaps maps;
  maps.caption = "POD modes, orthonormal under the cell volumes; every one has its own scale.";
  maps.grid = grid_of(info);
  for (std::size_t i = 0; i < planes.size(); ++i) maps.fields.push_back({titles[i], planes[i]});
  maps.scale.quantity = {"mode"};
  maps.scale.colours = report::Colours::kDiverging;
  maps.one_scale = false;
  maps.columns = info.component_count() > 1 ? 2 : 3;
  page.add_figure(report::make_figure(maps));
}

}  // namespace sengen::flow_modes
