// SPDX-License-Identifier: Apache-2.0
// Event files as an independent reader sees them: tests/data/read_events.py.
#include <sengen/io/event_file.hpp>

#include <chrono>
#include <limits>

#include <nlohmann/json.hpp>

#include <sengen/io/png.hpp>
#include <sengen/parallel/communicator.hpp>

#include "io_test.hpp"

namespace sengen::io {
namespace {

using Json = nlohmann::json;

constexpr int kNoProtobuf = 77;

class EventFileTest : public ScratchTest {
 protected:
  // The events after the first, each as its only value; times are looked at here.
  std::vector<Json> read(const std::filesystem::path& path) {
    const auto reader =
        std::filesystem::path(__FILE__).parent_path() / ".." / ".." / "data" / "read_events.py";
    const std::string command = "PATH=/usr/bin:$PATH python3 '" + reader.string() + "' '" +
                                path.string() + "' >'" + (folder / "events.json").string() + "'";
    const int status = std::system(command.c_str());  // NOLINT(cert-env33-c): a reader to trust
    has_reader = !(WIFEXITED(status) && WEXITSTATUS(status) == kNoProtobuf);
    if (!has_reader) return {};
    EXPECT_EQ(status, 0);
    std::vector<Json> values;
    std::ifstream file(folder / "events.json");
    for (std::string line; std::getline(file, line);) {
      const Json event = Json::parse(line);
      EXPECT_NEAR(event.at("wall_time").get<double>(), now(), 60);
      if (event.contains("file_version")) {
        EXPECT_TRUE(values.empty());
        EXPECT_EQ(event["file_version"], "brain.Event:2");
        EXPECT_EQ(event.size(), 2U);
        has_version = true;
        continue;
      }
      Json value = event.at("summary").at("value").at(0);
      value["step"] = event.value("step", std::int64_t{0});
      values.push_back(std::move(value));
    }
    EXPECT_TRUE(has_version);
    return values;
  }

  static double now() {
    return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch())
        .count();
  }

  bool has_reader = true;
  bool has_version = false;
};

TEST_F(EventFileTest, HoldsScalars) {
  EventFile file(folder);
  file.add_scalar("loss/train", 0, 0.5);
  file.add_scalar("loss/train", 5'000'000'000, -1.0 / 3);
  file.add_scalar("", -1, std::numeric_limits<double>::infinity());
  file.flush();
  const auto values = read(file.path());
  if (!has_reader) GTEST_SKIP() << "python3 has no protobuf";
  ASSERT_EQ(values.size(), 3U);
  EXPECT_EQ(values[0], Json::parse(R"({"tag":"loss/train","simple_value":0.5,"step":0})"));
  EXPECT_EQ(values[1]["step"], 5'000'000'000);
  EXPECT_EQ(values[1]["simple_value"].get<float>(), -1.0F / 3);
  EXPECT_EQ(values[2], Json::parse(R"({"simple_value":"inf","step":-1})"));
}

TEST_F(EventFileTest, HoldsTexts) {
  EventFile file(folder);
  file.add_text("config", 3, "a *wake* of \xc3\xbc");
  file.add_text("bytes", 4, "a\xff");
  file.flush();
  const auto values = read(file.path());
  if (!has_reader) GTEST_SKIP() << "python3 has no protobuf";
  ASSERT_EQ(values.size(), 2U);
  EXPECT_EQ(values[0], Json::parse(R"({"tag":"config","step":3,
      "metadata":{"plugin_data":{"plugin_name":"text"}},
      "tensor":{"dtype":7,"tensor_shape":{},
                "string_val":["61202a77616b652a206f6620c3bc"]}})"));
  EXPECT_EQ(values[1]["tensor"]["string_val"][0], "61efbfbd");
}

TEST_F(EventFileTest, HoldsPictures) {
  EventFile file(folder);
  std::string rgb;
  for (const int channels : {1, 3, 4}) {
    const Picture picture{5, 4, channels, std::vector<std::uint8_t>(20 * std::size_t(channels), 9)};
    const std::string png = encode_png(picture);
    if (channels == 3) rgb = png;
    file.add_image("field", channels, std::as_bytes(std::span(png)));
  }
  expect_refused(ErrorKind::kInternal, {"'field' is no PNG"},
                 [&] { file.add_image("field", 0, std::as_bytes(std::span(rgb).first(25))); });
  rgb[1] = 'p';
  expect_refused(ErrorKind::kInternal, {"'field' is no PNG"},
                 [&] { file.add_image("field", 0, std::as_bytes(std::span(rgb))); });
  file.flush();
  const auto values = read(file.path());
  if (!has_reader) GTEST_SKIP() << "python3 has no protobuf";
  ASSERT_EQ(values.size(), 3U);
  for (const Json& value : values) {
    const Json& image = value["image"];
    EXPECT_EQ(image["height"], 4);
    EXPECT_EQ(image["width"], 5);
    EXPECT_EQ(image["colorspace"], value["step"]) << "as many as there are channels";
    const auto digits = image["encoded_image_string"].get<std::string>();
    EXPECT_EQ(digits.substr(0, 16), "89504e470d0a1a0a");
    EXPECT_EQ(digits.substr(digits.size() - 8), "ae426082") << "the end of a PNG";
  }
}

TEST_F(EventFileTest, HoldsHistograms) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const double huge = 1.7e308;
  EventFile file(folder);
  std::vector<double> ramp;
  for (int i = 0; i <= 300; ++i) ramp.push_back(0.1 * i);
  file.add_histogram("ramp", 1, ramp);
  file.add_histogram("one", 2,
                     std::vector<double>{nan, 2, 2, -std::numeric_limits<double>::infinity()});
  file.add_histogram("none", 3, std::vector<double>{nan});
  file.add_histogram("huge", 4, std::vector<double>{-huge, 0, huge});
  file.flush();
  const auto values = read(file.path());
  if (!has_reader) GTEST_SKIP() << "python3 has no protobuf";
  ASSERT_EQ(values.size(), 4U);
  const Json& histogram = values[0]["histo"];
  EXPECT_EQ(histogram["num"], 301);
  EXPECT_EQ(histogram["max"], ramp.back());
  EXPECT_NEAR(histogram["sum"], 0.1 * 300 * 301 / 2, 1e-9);
  EXPECT_NEAR(histogram["sum_squares"], 0.01 * 300 * 301 * 601 / 6, 1e-9);
  ASSERT_EQ(histogram["bucket"].size(), 30U);
  ASSERT_EQ(histogram["bucket_limit"].size(), 30U);
  double count = 0;
  double below = -1;
  for (std::size_t i = 0; i < 30; ++i) {
    const double limit = histogram["bucket_limit"][i];
    EXPECT_NEAR(limit, static_cast<double>(i) + 1, 1e-12);
    double expected = 0;
    for (const double value : ramp) {
      expected += value >= below && (value < limit || i == 29) ? 1 : 0;
    }
    EXPECT_EQ(histogram["bucket"][i], expected) << i;
    count += expected;
    below = limit;
  }
  EXPECT_EQ(count, 301);
  EXPECT_EQ(values[1]["histo"], Json::parse(R"({"min":2.0,"max":2.0,"num":2.0,"sum":4.0,
      "sum_squares":8.0,"bucket_limit":[2.0],"bucket":[2.0]})"));
  EXPECT_EQ(values[2]["histo"], Json::object());
  EXPECT_EQ(values[3]["histo"]["bucket"][0], 1);
  EXPECT_EQ(values[3]["histo"]["bucket"][15], 1);
  EXPECT_EQ(values[3]["histo"]["bucket"][29], 1);
}

TEST_F(EventFileTest, HoldsMoreThanItsBuffer) {
  EventFile file(folder);
  for (int i = 0; i < 3000; ++i) file.add_scalar("loss", i, i);
  EXPECT_GT(std::filesystem::file_size(file.path()), 65536U) << "written on the way";
  file.flush();
  const auto values = read(file.path());
  if (!has_reader) GTEST_SKIP() << "python3 has no protobuf";
  ASSERT_EQ(values.size(), 3000U);
  EXPECT_EQ(values.back()["simple_value"], 2999);
}

TEST_F(EventFileTest, HasANameThatTensorBoardFinds) {
  std::filesystem::path first_path;
  std::filesystem::path second_path;
  {
    EventFile first(folder);
    EventFile second(folder);
    first.add_scalar("a", 1, 2);
    first_path = first.path();
    second_path = second.path();
  }
  EXPECT_NE(first_path, second_path);
  EXPECT_GT(std::filesystem::file_size(first_path), std::filesystem::file_size(second_path))
      << "the end of the object writes what is left";
  const std::string name = first_path.filename().string();
  EXPECT_THAT(name, ::testing::StartsWith("events.out.tfevents."));
  EXPECT_NEAR(std::stod(name.substr(20)), now(), 60);
  EXPECT_THAT(name,
              ::testing::EndsWith("." + parallel::host_name() + "." + std::to_string(getpid())));
}

TEST_F(EventFileTest, TellsOfAFullDiskAndOfAFolderThatIsNotThere) {
  expect_refused(ErrorKind::kResource, {"absent", "No such file"},
                 [&] { EventFile file(folder / "absent"); });
  const auto fill = [&] {
    EventFile file(folder);
    for (int i = 0; i < 100; ++i) file.add_scalar("loss", i, i);
    file.flush();
  };
  EXPECT_EQ(kind_on_full_disk(1000, fill), kResourceCode);
  EXPECT_EQ(kind_on_full_disk(100'000, fill), 0);
}

}  // namespace
}  // namespace sengen::io
