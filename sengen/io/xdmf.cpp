// SPDX-License-Identifier: Apache-2.0
#include <sengen/io/xdmf.hpp>

#include <fmt/format.h>

#include <sengen/io/atomic_file.hpp>

namespace sengen::io {

namespace {

std::string escaped(const std::string& text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      default: out += c;
    }
  }
  return out;
}

std::string words(const Shape& shape) {
  std::string text;
  for (const std::int64_t extent : shape) {
    text += fmt::format("{}{}", text.empty() ? "" : " ", extent);
  }
  return text;
}

// Values belong to cells, so the grid needs the nodes around the cell centres: one more an axis.
std::string nodes(const std::vector<double>& centres) {
  const std::size_t count = centres.size();
  std::string text;
  for (std::size_t i = 0; i <= count; ++i) {
    const double before = count == 1 ? 1.0 : centres[1] - centres[0];
    const double after = count == 1 ? 1.0 : centres[count - 1] - centres[count - 2];
    const double node = i == 0       ? centres[0] - before / 2
                        : i == count ? centres[count - 1] + after / 2
                                     : (centres[i - 1] + centres[i]) / 2;
    text += fmt::format("{}{:.12g}", i == 0 ? "" : " ", node);
  }
  return text;
}

class Writer {
 public:
  Writer(const std::string& data_name, const SnapshotInfo& info)
      : data_(escaped(data_name)),
        info_(info),
        space_(info.shape.begin() + 1, info.shape.end() - 1) {}

  std::string document() const {
    std::string text =
        "<?xml version=\"1.0\"?>\n<Xdmf Version=\"2.0\">\n<Domain>\n"
        "<Grid Name=\"series\" GridType=\"Collection\" CollectionType=\"Temporal\">\n";
    for (std::int64_t t = 0; t < info_.snapshots(); ++t) text += grid(t);
    return text + "</Grid>\n</Domain>\n</Xdmf>\n";
  }

 private:
  std::string grid(std::int64_t t) const {
    std::string text = fmt::format("<Grid Name=\"snapshot {}\" GridType=\"Uniform\">\n", t);
    text += fmt::format("<Time Value=\"{:.12g}\"/>\n", info_.times[static_cast<std::size_t>(t)]);
    text += topology() + geometry();
    for (std::int64_t c = 0; c < info_.component_count(); ++c) text += component(t, c);
    return text + solid() + "</Grid>\n";
  }

  std::string topology() const {
    Shape node_counts = space_;
    for (std::int64_t& extent : node_counts) ++extent;
    return fmt::format("<Topology TopologyType=\"{}RectMesh\" Dimensions=\"{}\"/>\n",
                       space_.size() == 2 ? "2D" : "3D", words(node_counts));
  }

  // XDMF lists the axes x first.
  std::string geometry() const {
    std::string text =
        fmt::format("<Geometry GeometryType=\"{}\">\n", space_.size() == 2 ? "VXVY" : "VXVYVZ");
    for (auto axis = info_.axes.rbegin(); axis != info_.axes.rend(); ++axis) {
      text += fmt::format(
          "<DataItem Dimensions=\"{}\" NumberType=\"Float\" Precision=\"8\" "
          "Format=\"XML\">{}</DataItem>\n",
          axis->size() + 1, nodes(*axis));
    }
    return text + "</Geometry>\n";
  }

  std::string component(std::int64_t t, std::int64_t c) const {
    const std::size_t rank = info_.shape.size();
    Shape start(rank, 0);
    start.front() = t;
    start.back() = c;
    Shape count = info_.shape;
    count.front() = 1;
    count.back() = 1;
    const int precision = info_.type == ElementType::kFloat64 ? 8 : 4;
    return fmt::format(
        "<Attribute Name=\"{}\" AttributeType=\"Scalar\" Center=\"Cell\">\n"
        "<DataItem ItemType=\"HyperSlab\" Dimensions=\"{}\">\n"
        "<DataItem Dimensions=\"3 {}\" Format=\"XML\">{} {} {}</DataItem>\n"
        "<DataItem Dimensions=\"{}\" NumberType=\"Float\" Precision=\"{}\" Format=\"HDF\">"
        "{}:/field</DataItem>\n</DataItem>\n</Attribute>\n",
        escaped(info_.components[static_cast<std::size_t>(c)]), words(space_), rank, words(start),
        words(Shape(rank, 1)), words(count), words(info_.shape), precision, data_);
  }

  std::string solid() const {
    return fmt::format(
        "<Attribute Name=\"solid\" AttributeType=\"Scalar\" Center=\"Cell\">\n"
        "<DataItem Dimensions=\"{}\" NumberType=\"UChar\" Precision=\"1\" Format=\"HDF\">"
        "{}:/solid</DataItem>\n</Attribute>\n",
        words(space_), data_);
  }

  std::string data_;
  const SnapshotInfo& info_;
  Shape space_;
};

}  // namespace

void write_xdmf(const std::filesystem::path& path, const std::string& data_name,
                const SnapshotInfo& info) {
  write_text_atomic(path, Writer(data_name, info).document());
}

}  // namespace sengen::io
