// SPDX-License-Identifier: Apache-2.0
#include "rank_launcher.hpp"

#include <cstdio>
#include <fstream>
#include <sstream>

#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

std::vector<std::string> environment_now() {
  std::vector<std::string> list;
  for (char** entry = environ; *entry != nullptr; ++entry) list.emplace_back(*entry);
  return list;
}

RankLauncher::RankLauncher(const std::string& launcher, int ranks,
                           const std::vector<std::string>& arguments,
                           std::vector<std::string> environment)
    : environment_(std::move(environment)) {
  std::istringstream stream(launcher);
  for (std::string word; stream >> word;) words_.push_back(word);
  if (words_.empty()) return;
  environment_.emplace_back("OMPI_ALLOW_RUN_AS_ROOT=1");
  environment_.emplace_back("OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1");
  output_ = std::filesystem::temp_directory_path() / fmt::format("bench_ranks.{}", getpid());
  words_.push_back(fmt::format("{}", ranks));
  words_.push_back(std::filesystem::read_symlink("/proc/self/exe").string());
  words_.insert(words_.end(), arguments.begin(), arguments.end());
  words_.push_back("--output=" + output_.string());
}

double RankLauncher::metric(const char* name) {
  if (words_.empty()) return 0;
  const int status = run();
  std::ifstream file(output_);
  const auto json = nlohmann::json::parse(file, nullptr, false);
  std::filesystem::remove(output_);
  if (status == 0 && !json.is_discarded()) return json["metrics"][name]["value"].get<double>();
  fmt::print(stderr, "ranks were not measured: '{}' ended with status {}\n", fmt::join(words_, " "),
             status);
  words_.clear();
  return 0;
}

int RankLauncher::run() {
  const auto pointers = [](std::vector<std::string>& list) {
    std::vector<char*> result;
    for (std::string& entry : list) result.push_back(entry.data());
    result.push_back(nullptr);
    return result;
  };
  pid_t child = 0;
  const int failure = posix_spawnp(&child, words_.front().c_str(), nullptr, nullptr,
                                   pointers(words_).data(), pointers(environment_).data());
  if (failure != 0) return failure;
  int status = 0;
  waitpid(child, &status, 0);
  return status;
}
