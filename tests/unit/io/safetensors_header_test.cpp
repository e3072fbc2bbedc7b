// SPDX-License-Identifier: Apache-2.0
// What a header may not say, and headers made to take time or memory.
#include <sengen/io/safetensors_header.hpp>

#include <ctime>

#include "io_test.hpp"

namespace sengen::io {
namespace {

std::string header_of(const std::string& json) {
  std::string text;
  for (std::size_t i = 0; i < 8; ++i) text += static_cast<char>((json.size() >> (8 * i)) & 0xff);
  return text + json;
}

SafetensorsHeader parse(const std::string& json, std::size_t data_bytes) {
  const std::string text = header_of(json);
  return parse_safetensors_header(std::as_bytes(std::span(text)), text.size() + data_bytes, "a.st");
}

void refuses(const std::string& json, std::size_t data_bytes, const std::string& part) {
  SCOPED_TRACE(json.substr(0, 100));
  expect_refused(ErrorKind::kInput, {"a.st: ", part}, [&] { parse(json, data_bytes); });
}

std::string tensor(const std::string& name, const std::string& shape, const std::string& offsets) {
  return "\"" + name + R"(":{"dtype":"U8","shape":[)" + shape + R"(],"data_offsets":[)" + offsets +
         "]}";
}

TEST(SafetensorsHeader, RefusesWhatIsNoHeader) {
  const auto refuse_bytes = [](const std::string& text, const std::string& part) {
    expect_refused(ErrorKind::kInput, {"a.st: ", part}, [&] {
      parse_safetensors_header(std::as_bytes(std::span(text)), text.size(), "a.st");
    });
  };
  refuse_bytes("", "0 bytes, expected at least 8");
  refuse_bytes("\x89PNG\r\n\x1a\n", "a header of 727905341920923785 bytes, expected at most 1000");
  refuse_bytes(std::string("\1\0\0\0\0\0\0\0", 8), "8 bytes, expected at least 9");
  refuse_bytes(std::string("\xff\xff\xff\xff\xff\xff\xff\xff", 8), "a header of 1844674407370955");
  refuses("", 0, "no JSON object");
  refuses("[]", 0, "no JSON object");
  refuses("\xef\xbb\xbf{}", 0, "no JSON object");
  refuses(" {}", 0, "no JSON object");
  refuses(std::string("{}\0hidden", 9), 0, "no JSON object");
  refuses("{", 0, "no readable JSON at byte 10");
  refuses("{}}", 0, "no readable JSON");
  refuses("{} x", 0, "no readable JSON");
  refuses("{/* */}", 0, "no readable JSON");
  refuses("{\"a\xff\":{}}", 0, "no readable JSON");
}

TEST(SafetensorsHeader, RefusesWhatIsNoTensor) {
  refuses(R"({"a":5})", 0, "the number 5 in tensor \"a\"");
  refuses(R"({"a":"x"})", 0, "the text \"x\" in tensor \"a\"");
  refuses(R"({"a":null})", 0, "null in tensor \"a\"");
  refuses(R"({"a":true})", 0, "true or false in tensor \"a\"");
  refuses(R"({"a":[]})", 0, "a list in tensor \"a\"");
  refuses(R"({"a":{}})", 0, "no dtype in tensor \"a\"");
  refuses(R"({"a":{"dtype":"U8","shape":[]}})", 1, "no data_offsets in tensor \"a\"");
  refuses(R"({"a":{"dtype":"U8","dtype":"U8","shape":[]}})", 1, "dtype twice in tensor \"a\"");
  refuses(R"({"a":{"strides":[1]}})", 0, "the unknown key \"strides\" in tensor \"a\"");
  refuses(R"({"a":{"dtype":"F128","shape":[]}})", 0, "the unknown dtype \"F128\" in tensor \"a\"");
  refuses(R"({"a":{"dtype":["F32"]}})", 0, "a list in tensor \"a\"");
  refuses(R"({"a":{"dtype":5}})", 0, "the number 5 in tensor \"a\"");
  refuses(R"({"a":{"shape":{}}})", 0, "an object in tensor \"a\"");
  refuses(R"({"a":{"shape":"3"}})", 0, "the text \"3\" in tensor \"a\"");
  refuses(R"({"a":{"shape":[[3]]}})", 0, "a list in tensor \"a\"");
  refuses(R"({"a":{"dtype":"U8","shape":[],"data_offsets":[0]}})", 1, "1 offsets in tensor \"a\"");
  refuses(R"({"a":{"dtype":"U8","shape":[],"data_offsets":[0,1,1]}})", 1, "a third offset");
}

TEST(SafetensorsHeader, RefusesShapesThatCannotBeMeant) {
  refuses("{" + tensor("a", "-1", "0,1") + "}", 1, "the number -1 in tensor \"a\"");
  refuses("{" + tensor("a", "1.5", "0,1") + "}", 1, "a fraction in tensor \"a\"");
  refuses("{" + tensor("a", "1e3", "0,1000") + "}", 1000, "a fraction in tensor \"a\"");
  refuses("{" + tensor("a", "99999999999999999999", "0,1") + "}", 1, "a fraction");
  refuses("{" + tensor("a", "9223372036854775808", "0,1") + "}", 1,
          "the extent 9223372036854775808");
  // A product that is 2^64, and so 0 bytes, for who does not look.
  refuses("{" + tensor("a", "4294967296,4294967296", "0,0") + "}", 0, "which cannot be meant");
  refuses("{" + tensor("a", "9223372036854775807", "0,9223372036854775807") + "}", 0,
          "which cannot be meant");
  refuses("{" + tensor("a", "0,9223372036854775807,9223372036854775807", "0,0") + "}", 0,
          "which cannot be meant");
  refuses("{" + tensor("a", "1152921504606846975", "0,1152921504606846975") + "}", 5,
          "expected 11529");
  refuses(R"({"a":{"dtype":"F4","shape":[3],"data_offsets":[0,2]}})", 2, "which cannot be meant");
  std::string ones = "1";
  for (int i = 0; i < 64; ++i) ones += ",1";
  refuses("{" + tensor("a", ones, "0,1") + "}", 1, "more than 64 axes in tensor \"a\"");
}

TEST(SafetensorsHeader, RefusesGapsAndOverlaps) {
  refuses("{" + tensor("a", "2", "0,3") + "}", 3,
          "from byte 0 to 3, expected 2 bytes for U8 of shape [2]");
  refuses("{" + tensor("a", "2", "2,0") + "}", 2, "data from byte 2 to 0");
  refuses("{" + tensor("a", "2", "1,3") + "}", 3,
          "tensor \"a\" begins at byte 1 of the data, expected 0");
  refuses("{" + tensor("a", "2", "0,2") + "," + tensor("b", "2", "1,3") + "}", 3,
          "\"b\" begins at byte 1");
  refuses("{" + tensor("a", "2", "0,2") + "," + tensor("b", "2", "0,2") + "}", 2,
          "\"b\" begins at byte 0");
  refuses("{" + tensor("b", "2", "3,5") + "," + tensor("a", "2", "0,2") + "}", 5,
          "\"b\" begins at byte 3");
  refuses("{" + tensor("a", "0", "1,1") + "," + tensor("b", "2", "0,2") + "}", 2,
          "\"a\" begins at byte 1");
  refuses("{" + tensor("a", "2", "0,2") + "}", 3, "64 bytes, expected 63");
  refuses("{}", 1, "11 bytes, expected 10");
}

TEST(SafetensorsHeader, RefusesANameTwice) {
  refuses("{" + tensor("a", "1", "0,1") + "," + tensor("a", "1", "1,2") + "}", 2,
          "two tensors are called \"a\"");
  // The same name, written in another way.
  refuses("{" + tensor("a", "1", "0,1") + "," + tensor("\\u0061", "1", "1,2") + "}", 2,
          "two tensors are called \"a\"");
}

TEST(SafetensorsHeader, RefusesMetadataThatIsNoText) {
  refuses(R"({"__metadata__":5})", 0, "the number 5 in metadata");
  refuses(R"({"__metadata__":{"a":5}})", 0, "the number 5 in metadata");
  refuses(R"({"__metadata__":{"a":{}}})", 0, "an object in metadata");
  refuses(R"({"__metadata__":{"a":["b"]}})", 0, "a list in metadata");
  refuses(R"({"__metadata__":{"a":"b","a":"c"}})", 0, "the key \"a\" twice in metadata");
  refuses(R"({"__metadata__":{},"__metadata__":{}})", 0, "a second time in metadata");
  EXPECT_EQ(parse(R"({"__metadata__":{"a":""}})", 0).metadata, (Metadata{{"a", ""}}));
}

TEST(SafetensorsHeader, ShowsNamesThatATerminalWouldNotObey) {
  refuses("{\"\\u001b[31m\\n" + std::string(100, 'x') + "\":5}", 0,
          "in tensor \"\\x1b[31m\\n" + std::string(74, 'x') + "\"...");
}

// A bomb is refused in 0.1 s of the processor (times two, for a slow one) and with 16 MB beyond the
// bytes that are there anyway.
void defuses(const std::string& json, std::size_t data_bytes, const std::string& part) {
  SCOPED_TRACE(part);
  const std::string text = header_of(json);
  const auto attempt = [&] {
    parse_safetensors_header(std::as_bytes(std::span(text)), text.size() + data_bytes, "a.st");
  };
  const std::int64_t peak = peak_memory_of([&] {
    try {
      attempt();
    } catch (const Error&) {
    }
  });
  const std::clock_t start = std::clock();
  expect_refused(ErrorKind::kInput, {part}, attempt);
  const double seconds = static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
  std::printf("%s: %.3f s, %.1f MB\n", part.c_str(), seconds, static_cast<double>(peak) / 1e6);
  EXPECT_LT(seconds, kAddressSanitizer ? 2 : 0.2);
  EXPECT_LT(peak, 16 << 20);
}

TEST(SafetensorsHeader, DefusesBombs) {
  defuses("{" + tensor("a", "9223372036854775807", "0,9223372036854775807") + "}", 0,
          "which cannot be meant");
  defuses("{" + tensor("a", "1000000000000000", "0,1000000000000000") + "}", 0,
          "expected 1000000000000");
  std::string many = "{";
  for (int i = 0; i < 1'000'000; ++i) many += tensor(std::to_string(i), "0", "0,0") + ",";
  many.back() = '}';
  defuses(many, 0, "more than 65536 tensors");
  std::string texts = R"({"__metadata__":{)";
  for (int i = 0; i < 1'000'000; ++i) texts += "\"" + std::to_string(i) + "\":\"\",";
  texts.back() = '}';
  defuses(texts + "}", 0, "too many entries");
  const std::string deep(100'000, '[');
  defuses("{\"a\":" + deep, 0, "a list in tensor");
  defuses(R"({"a":{"shape":)" + deep, 0, "a list in tensor");
  std::string objects = "{";
  for (int i = 0; i < 100'000; ++i) objects += "\"a\":{";
  defuses(objects, 0, "the unknown key \"a\"");
  std::string axes = "1";
  for (int i = 0; i < 1'000'000; ++i) axes += ",1";
  defuses("{" + tensor("a", axes, "0,1") + "}", 1, "more than 64 axes");
  std::string offsets = "0";
  for (int i = 0; i < 1'000'000; ++i) offsets += ",1";
  defuses("{" + tensor("a", "1", offsets) + "}", 1, "a third offset");
}

}  // namespace
}  // namespace sengen::io
