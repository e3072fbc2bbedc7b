// SPDX-License-Identifier: Apache-2.0
// What a training's checkpoints belong to: every option that changes its arithmetic, no other.
#include <set>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "systems/flow_modes/learning/network_training.hpp"

namespace sengen::flow_modes {
namespace {

std::string key_of(const std::string& network, const LearningConfig& config,
                   std::uint64_t seed = 1) {
  const NetworkPlan plan = plan_network(network, config.network, {48, 96}, 2);
  return training_key(plan, seed, config, "inputs");
}

// Another value of an option, as --set takes it.
std::string changed(const Option& option) {
  const std::string value = option.value_text();
  if (option.type_text() == "true|false") return value == "true" ? "false" : "true";
  if (option.name() == "network.encoder") return "[8, 4]";
  if (option.name() == "network.decoder") return "[8, 4, 16]";
  if (option.name() == "train.networks") return "[\"ae\"]";
  if (option.type_text() == "number") return fmt::format("{}", 0.5 * std::stod(value) + 0.25);
  if (option.type_text() == "integer") return fmt::format("{}", std::stoll(value) + 1);
  const std::string words = option.range_text();  // "a | b | c"
  const std::string first = words.substr(0, words.find(' '));
  return value == fmt::format("\"{}\"", first) ? words.substr(words.rfind(' ') + 1) : first;
}

TEST(TrainingKey, ChangesWithEveryOptionThatMatters) {
  const std::set<std::string> without_effect = {"train.networks", "train.seeds", "train.device",
                                                "train.memory_megabytes", "train.pictures"};
  LearningConfig declared;
  Options options;
  declare(options, declared);
  int tried = 0;
  for (const char* table : {"network", "train"}) {
    for (const Option& option : options.find_table(table).options()) {
      LearningConfig config;
      Options own;
      declare(own, config);
      own.set("network.phase_penalty=0.1");
      const std::string before = key_of("mdae", config);
      const std::string value = changed(*own.find(option.name()));
      own.set(fmt::format("{}={}", option.name(), value));
      EXPECT_EQ(key_of("mdae", config) == before, without_effect.contains(option.name()))
          << option.name() << " = " << value;
      ++tried;
    }
  }
  EXPECT_GT(tried, 25);
}

TEST(TrainingKey, IsThatOfItsNetworkAlone) {
  LearningConfig config;
  const std::string plain = key_of("mdae_plain", config);
  EXPECT_EQ(key_of("mdae", config), plain) << "without penalty they are the same";
  EXPECT_NE(key_of("mdae", config, 2), plain);
  config.network.phase_penalty = 0.1;
  EXPECT_EQ(key_of("mdae_plain", config), plain);
  std::set<std::string> keys;
  for (const char* name : {"mdae", "mdae_plain", "mdae_linear", "ae", "ae_wide"}) {
    keys.insert(key_of(name, config));
  }
  EXPECT_EQ(keys.size(), 5U);
}

TEST(TrainingKey, LetsMoreUpdatesGoOnWhereTheEndChangesNothing) {
  LearningConfig config;
  LearningConfig longer = config;
  longer.train.updates *= 2;
  EXPECT_NE(key_of("ae", longer), key_of("ae", config)) << "the rate falls until the end";
  config.train.schedule = longer.train.schedule = "constant";
  EXPECT_EQ(key_of("ae", longer), key_of("ae", config));
  config.split.validation = longer.split.validation = 0.3;
  EXPECT_NE(key_of("ae", longer), key_of("ae", config)) << "there is a validation at the end";
}

}  // namespace
}  // namespace sengen::flow_modes
