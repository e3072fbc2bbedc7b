// SPDX-License-Identifier: Apache-2.0
// Any bytes as a study file: either they are read or refused with a usage error, and what was read
// writes a study that reads back the same.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include <sengen/core/error.hpp>
#include <sengen/core/options.hpp>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  bool flag = false;
  std::int64_t integer = 1;
  double number = 1;
  std::string word = "a";
  std::string path;
  std::vector<std::int64_t> integers;
  std::vector<double> numbers;
  std::vector<std::string> words;
  sengen::Options options;
  auto& table = options.table("table", "A table");
  table.add("flag", &flag, "flag");
  table.add("integer", &integer, "integer").range(-10, 10);
  table.add("number", &number, "number").at_least(-1e10);
  table.add("word", &word, "word").choices({"a", "b"});
  table.add("path", &path, "path").path();
  auto& lists = options.table("lists", "Lists");
  lists.add("integers", &integers, "integers");
  lists.add("numbers", &numbers, "numbers");
  lists.add("words", &words, "words");
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  try {
    options.read_toml(text, "fuzz.toml", "/folder");
  } catch (const sengen::Error& error) {
    if (error.kind() != sengen::ErrorKind::kUsage) std::abort();
  }
  try {
    if (const auto line = text.substr(0, text.find('\n')); !line.empty()) options.set(line);
  } catch (const sengen::Error& error) {
    if (error.kind() != sengen::ErrorKind::kUsage) std::abort();
  }
  const std::string written = options.to_toml();
  options.read_toml(written, "written.toml");
  if (options.to_toml() != written) std::abort();
  return 0;
}
