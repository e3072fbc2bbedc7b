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
  Writer(const std::string& data_name, const XdmfSeries& series)
      : data_(escaped(data_name)), series_(series) {
    for (const auto& axis : series.axes) space_.push_back(std::ssize(axis));
  }

  std::string document() const {
    std::string text =
        "<?xml version=\"1.0\"?>\n"
        "<Xdmf Version=\"2.0\" xmlns:xi=\"http://www.w3.org/2001/XInclude\">\n<Domain>\n"
        "<Grid Name=\"series\" GridType=\"Collection\" CollectionType=\"Temporal\">\n";
    const std::string shared = topology() + geometry() + solid() + fixed();
    for (std::size_t t = 0; t < series_.times.size(); ++t) {
      text += grid(t, t == 0 ? shared : include_shared());
    }
    return text + "</Grid>\n</Domain>\n</Xdmf>\n";
  }

 private:
  std::string grid(std::size_t t, const std::string& shared) const {
    return fmt::format("<Grid Name=\"{}\" GridType=\"Uniform\">\n<Time Value=\"{:.12g}\"/>\n", t,
                       series_.times[t]) +
           shared + field(series_.field, series_.times.size(), t) + "</Grid>\n";
  }

  // The first grid's children behind its time. An absolute path: "//" would walk through the whole
  // document once a time.
  std::string include_shared() const {
    std::size_t shared = 3;
    for (const XdmfField& one : series_.fixed) shared += one.names.size();
    return fmt::format(
        "<xi:include xpointer=\"xpointer(/Xdmf/Domain/Grid/Grid[1]/*[position()&gt;1 and "
        "position()&lt;{}])\"/>\n",
        shared + 2);
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
    for (auto axis = series_.axes.rbegin(); axis != series_.axes.rend(); ++axis) {
      text += fmt::format(
          "<DataItem Dimensions=\"{}\" NumberType=\"Float\" Precision=\"8\" "
          "Format=\"XML\">{}</DataItem>\n",
          axis->size() + 1, nodes(*axis));
    }
    return text + "</Geometry>\n";
  }

  std::string fixed() const {
    std::string text;
    for (const XdmfField& one : series_.fixed) text += field(one, 1, 0);
    return text;
  }

  // Entry t of `count`.
  std::string field(const XdmfField& one, std::size_t count, std::size_t t) const {
    std::string text;
    for (std::size_t c = 0; c < one.names.size(); ++c) text += component(one, count, t, c);
    return text;
  }

  std::string component(const XdmfField& one, std::size_t count, std::size_t t,
                        std::size_t c) const {
    const auto around = [this](std::size_t before, std::size_t behind) {
      Shape shape = space_;
      shape.insert(shape.begin(), static_cast<std::int64_t>(before));
      shape.push_back(static_cast<std::int64_t>(behind));
      return shape;
    };
    Shape start(space_.size() + 2, 0);
    start.front() = static_cast<std::int64_t>(t);
    start.back() = static_cast<std::int64_t>(c);
    return fmt::format(
        "<Attribute Name=\"{}\" AttributeType=\"Scalar\" Center=\"Cell\">\n"
        "<DataItem ItemType=\"HyperSlab\" Dimensions=\"{}\">\n"
        "<DataItem Dimensions=\"3 {}\" Format=\"XML\">{} {} {}</DataItem>\n"
        "<DataItem Dimensions=\"{}\" NumberType=\"Float\" Precision=\"{}\" Format=\"HDF\">"
        "{}:{}</DataItem>\n</DataItem>\n</Attribute>\n",
        escaped(one.names[c]), words(space_), start.size(), words(start),
        words(Shape(start.size(), 1)), words(around(1, 1)), words(around(count, one.names.size())),
        one.type == ElementType::kFloat64 ? 8 : 4, data_, one.dataset);
  }

  std::string solid() const {
    return fmt::format(
        "<Attribute Name=\"solid\" AttributeType=\"Scalar\" Center=\"Cell\">\n"
        "<DataItem Dimensions=\"{}\" NumberType=\"UChar\" Precision=\"1\" Format=\"HDF\">"
        "{}:/solid</DataItem>\n</Attribute>\n",
        words(space_), data_);
  }

  std::string data_;
  const XdmfSeries& series_;
  Shape space_;
};

}  // namespace

XdmfSeries xdmf_series(const SnapshotInfo& info) {
  return {.times = info.times,
          .axes = info.axes,
          .field = {.dataset = "/field", .type = info.type, .names = info.components}};
}

void write_xdmf(const std::filesystem::path& path, const std::string& data_name,
                const XdmfSeries& series) {
  write_text_atomic(path, Writer(data_name, series).document());
}

}  // namespace sengen::io
