// SPDX-License-Identifier: Apache-2.0
#include <sengen/io/npz.hpp>

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <sengen/core/error.hpp>
#include <sengen/io/zip.hpp>

namespace sengen::io {

namespace {

constexpr std::string_view kEnding = ".npy";

std::vector<std::string> names_of(const std::vector<ZipMember>& members) {
  std::vector<std::string> names;
  for (const ZipMember& member : members) {
    if (!member.name.ends_with(kEnding)) continue;
    names.push_back(member.name.substr(0, member.name.size() - kEnding.size()));
  }
  return names;
}

}  // namespace

std::vector<std::string> npz_names(std::span<const std::byte> bytes, const std::string& source) {
  return names_of(parse_zip(bytes, source));
}

NpyArray parse_npz(std::span<const std::byte> bytes, const std::string& name,
                   const std::string& source, NpyNumbers numbers) {
  const auto members = parse_zip(bytes, source);
  const auto names = names_of(members);
  if (names.empty()) throw Error(ErrorKind::kInput, fmt::format("{}: holds no array", source));
  if (name.empty() && names.size() > 1) {
    throw Error(
        ErrorKind::kInput, fmt::format("{}: holds {} arrays", source, names.size()),
        fmt::format("name one: {}:NAME with NAME one of {}", source, fmt::join(names, ", ")));
  }
  const std::string& wanted = name.empty() ? names.front() : name;
  const auto found = std::find_if(members.begin(), members.end(), [&](const ZipMember& member) {
    return member.name == wanted + std::string(kEnding);
  });
  if (found == members.end()) {
    throw Error(ErrorKind::kInput, fmt::format("{}: no array '{}'", source, wanted),
                fmt::format("it has: {}", fmt::join(names, ", ")));
  }
  return parse_npy(unpack_member(bytes, *found, source), fmt::format("{}:{}", source, found->name),
                   numbers);
}

}  // namespace sengen::io
