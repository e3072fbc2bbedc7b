// SPDX-License-Identifier: Apache-2.0
// The XML is read by a parser that is not ours (Python's), and what it points at is held against
// the HDF5 file.
#include <sengen/io/xdmf.hpp>

#include <array>
#include <cstdio>
#include <cstring>
#include <iterator>
#include <numeric>

#include <gtest/gtest.h>

#include <sengen/io/hdf5.hpp>
#include <sengen/io/snapshots.hpp>

#include "io_test.hpp"

namespace sengen::io {
namespace {

// One line a fact, parts separated by '|'.
constexpr const char* kReader = R"(
import re, sys, xml.etree.ElementTree as xml
one = lambda text: ' '.join(text.split())
root = xml.parse(sys.argv[1]).getroot()
series, = root.find('Domain')
for grid in series[1:]:  # xi:include of children of the first grid, counted from 1
    places = [i for i, child in enumerate(grid) if child.tag.endswith('XInclude}include')]
    for place in reversed(places):
        first, behind = re.fullmatch(
            r'xpointer\(/Xdmf/Domain/Grid/Grid\[1\]/\*\[position\(\)>(\d+) and '
            r'position\(\)<(\d+)\]\)', grid[place].get('xpointer')).groups()
        grid.remove(grid[place])
        for i, child in enumerate(list(series[0])[int(first):int(behind) - 1]):
            grid.insert(place + i, child)
print('series', series.get('GridType'), series.get('CollectionType'), sep='|')
for grid in series:
    print('grid', grid.get('GridType'), grid.find('Time').get('Value'), sep='|')
    topology, geometry = grid.find('Topology'), grid.find('Geometry')
    print('mesh', topology.get('TopologyType'), topology.get('Dimensions'),
          geometry.get('GeometryType'), sep='|')
    for item in geometry:
        print('nodes', item.get('Dimensions'), one(item.text), sep='|')
    for field in grid.findall('Attribute'):
        item, = field
        print('field', field.get('Name'), field.get('Center'), item.get('Dimensions'), sep='|')
        if item.get('ItemType') == 'HyperSlab':
            block, item = item
            print('block', block.get('Dimensions'), one(block.text), sep='|')
        print('data', item.get('Dimensions'), item.get('NumberType'), item.get('Precision'),
              item.get('Format'), one(item.text), sep='|')
)";

class XdmfTest : public ScratchTest {
 protected:
  // The facts of the XML file, in its order.
  std::vector<std::vector<std::string>> facts() const {
    write_text(folder / "reader.py", kReader);
    const std::string command = "python3 '" + (folder / "reader.py").string() + "' '" +
                                (folder / "data.xdmf").string() + "'";
    std::FILE* pipe = popen(command.c_str(), "r");
    std::vector<std::vector<std::string>> lines;
    std::array<char, 4096> buffer;
    while (std::fgets(buffer.data(), buffer.size(), pipe) != nullptr) {
      std::istringstream line(std::string(buffer.data(), std::strcspn(buffer.data(), "\n")));
      lines.emplace_back();
      for (std::string word; std::getline(line, word, '|');) lines.back().push_back(word);
    }
    EXPECT_EQ(pclose(pipe), 0) << text_of(folder / "data.xdmf");
    return lines;
  }

  void write(const SnapshotInfo& info) const {
    SnapshotWriter writer(folder / "data.h5", info);
    std::vector<double> values(static_cast<std::size_t>(info.cells() * info.component_count()));
    for (std::int64_t t = 0; t < info.snapshots(); ++t) {
      std::iota(values.begin(), values.end(), 100.0 * static_cast<double>(t));
      writer.write(t, values.data());
    }
    writer.commit();
    write_xdmf(folder / "data.xdmf", "data.h5", xdmf_series(info));
  }
};

SnapshotInfo plane() {
  SnapshotInfo info;
  info.shape = {2, 3, 4, 2};
  info.times = {0.25, 0.5};
  info.axes = {{0.5, 1.5, 2.5}, {0, 1, 3, 5}};
  info.components = {"u", "a<b & \"c\""};
  info.solid.assign(12, 0);
  info.weights.assign(12, 1);
  return info;
}

std::vector<std::int64_t> integers(const std::string& text) {
  std::istringstream stream(text);
  return {std::istream_iterator<std::int64_t>(stream), {}};
}

TEST_F(XdmfTest, DescribesAPlaneAsParaViewWantsIt) {
  write(plane());
  const auto lines = facts();
  using Line = std::vector<std::string>;
  ASSERT_EQ(lines.size(), 1U + 2 * 12);  // all grids have all, included or not
  EXPECT_EQ(lines[0], (Line{"series", "Collection", "Temporal"}));
  EXPECT_EQ(lines[1], (Line{"grid", "Uniform", "0.25"}));
  EXPECT_EQ(lines[2], (Line{"mesh", "2DRectMesh", "4 5", "VXVY"}));
  EXPECT_EQ(lines[3], (Line{"nodes", "5", "-0.5 0.5 2 4 6"}));  // x first, around the centres
  EXPECT_EQ(lines[4], (Line{"nodes", "4", "0 1 2 3"}));
  EXPECT_EQ(lines[5], (Line{"field", "solid", "Cell", "3 4"}));
  EXPECT_EQ(lines[7], (Line{"field", "u", "Cell", "3 4"}));
  EXPECT_EQ(lines[8], (Line{"block", "3 4", "0 0 0 0 1 1 1 1 1 3 4 1"}));
  EXPECT_EQ(lines[9], (Line{"data", "2 3 4 2", "Float", "4", "HDF", "data.h5:/field"}));
  EXPECT_EQ(lines[10][1], "a<b & \"c\"");
  EXPECT_EQ(lines[13], (Line{"grid", "Uniform", "0.5"}));
  EXPECT_EQ(lines[14], lines[2]);
  EXPECT_EQ(lines[15], lines[3]);
  EXPECT_EQ(lines[17], lines[5]);
  EXPECT_EQ(lines[23], (Line{"block", "3 4", "1 0 0 1 1 1 1 1 1 3 4 1"}));
}

TEST_F(XdmfTest, StaysSmallForManyTimes) {
  SnapshotInfo info = plane();
  info.shape = {1000, 3, 400, 2};
  for (std::vector<double>* list : {&info.times, &info.axes[1]}) list->clear();
  for (int i = 0; i < 1000; ++i) info.times.push_back(i);
  for (int i = 0; i < 400; ++i) info.axes[1].push_back(i + 0.123456789);
  write_xdmf(folder / "data.xdmf", "data.h5", xdmf_series(info));
  EXPECT_LT(std::filesystem::file_size(folder / "data.xdmf"), 1'100'000U);
}

TEST_F(XdmfTest, ShowsFixedFieldsAtAllTimes) {
  const SnapshotInfo info = plane();
  const XdmfSeries modes{
      .times = {1, 2, 3},
      .axes = info.axes,
      .field = {.dataset = "/modes", .type = ElementType::kFloat64, .names = {"u", "v"}},
      .fixed = {
          {.dataset = "/mean", .type = ElementType::kFloat64, .names = {"mean u", "mean v"}}}};
  write_xdmf(folder / "data.xdmf", "pod.h5", modes);
  int means = 0;
  std::vector<std::string> last;
  for (const auto& line : facts()) {
    if (line[0] == "field" && line[1].starts_with("mean")) ++means;
    if (line[0] == "data" && line[5] == "pod.h5:/mean") {
      EXPECT_EQ(line[1], "1 3 4 2");
    }
    if (line[0] == "block") last = line;
  }
  EXPECT_EQ(means, 3 * 2);
  EXPECT_EQ(last[2], "2 0 0 1 1 1 1 1 1 3 4 1") << "the last component of the last mode";
}

TEST_F(XdmfTest, PointsAtWhatTheHdf5FileHolds) {
  SnapshotInfo space = plane();
  space.shape = {2, 5, 3, 4, 2};
  space.axes.insert(space.axes.begin(), {0, 1, 2, 3, 4});
  space.solid.assign(60, 0);
  space.weights.assign(60, 1);
  space.type = ElementType::kFloat64;
  for (const SnapshotInfo& info : {plane(), space}) {
    write(info);
    const Hdf5File file = Hdf5File::open(folder / "data.h5");
    int data_items = 0;
    std::vector<std::int64_t> field;
    for (const auto& line : facts()) {
      if (line[0] == "field") field = integers(line[3]);
      if (line[0] != "data") continue;
      ++data_items;
      const auto colon = line[5].find(":/");
      EXPECT_EQ(line[5].substr(0, colon), "data.h5");
      const std::string name = line[5].substr(colon + 1);
      ASSERT_TRUE(file.contains(name)) << name;
      EXPECT_EQ(integers(line[1]), file.shape(name)) << name;
      EXPECT_EQ(field, Shape(info.shape.begin() + 1, info.shape.end() - 1));
      const bool is_double = file.element_type(name) == ElementType::kFloat64;
      EXPECT_EQ(line[3], name == "/solid" ? "1" : is_double ? "8" : "4");
    }
    EXPECT_EQ(data_items, 2 * 3);
  }
}

TEST_F(XdmfTest, GivesAnAxisOfOneCellAWidth) {
  SnapshotInfo info = plane();
  info.shape = {2, 1, 4, 2};
  info.axes[0] = {7};
  info.solid.resize(4);
  info.weights.resize(4);
  write(info);
  EXPECT_EQ(facts()[4], (std::vector<std::string>{"nodes", "2", "6.5 7.5"}));
}

}  // namespace
}  // namespace sengen::io
