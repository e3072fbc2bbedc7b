// SPDX-License-Identifier: Apache-2.0
#include <sengen/study/runner.hpp>

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sengen/core/error.hpp>
#include <sengen/core/stop.hpp>
#include <sengen/io/checkpoint_store.hpp>
#include <sengen/io/json_lines.hpp>

namespace sengen::study {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

void write_file(const fs::path& path, const std::string& text) { std::ofstream(path) << text; }

// Two stages: "double" makes 2 * value, "sum" adds the content of a user's file to it.
class RunnerTest : public ::testing::Test {
 protected:
  RunnerTest()
      : folder(fs::path(::testing::TempDir()) /
               ::testing::UnitTest::GetInstance()->current_test_info()->name()) {
    fs::remove_all(folder);
    fs::create_directories(folder);
    write_file(folder / "own.txt", "5");
    clear_stop_request();
  }

  System make_system() {
    System system;
    system.name = "arithmetic";
    system.options.table("first", "The first").add("value", &value, "a number");
    system.options.table("second", "The second").add("offset", &offset, "a number");
    system.stages.push_back({.name = "double",
                             .summary = "doubles",
                             .tables = {"first"},
                             .outputs = {"double.txt"},
                             .version = version,
                             .run = [this](Context& context) { run_double(context); }});
    system.stages.push_back(
        {.name = "sum",
         .summary = "adds",
         .after = {"double"},
         .tables = {"second"},
         .outputs = {"sum.txt"},
         .run = [this](Context& context) { run_sum(context); },
         .inputs = [this] { return std::vector<fs::path>{folder / "own.txt"}; }});
    return system;
  }

  void run_double(Context& context) {
    log.push_back("double");
    if (stop_in_double) {
      write_file(context.scratch() / "restart", "half way");
      context.stop("a restart file is there");
    }
    resumed = fs::exists(context.scratch() / "restart");
    context.metric("doubled",
                   {.value = 2 * value, .unit = "m", .reference = {{1, 3}}, .source = "x"});
    write_file(context.file("double.txt"), std::to_string(2 * value));
  }

  void run_sum(Context& context) {
    log.push_back("sum");
    context.metric("summed", {.value = 2 * value + offset});
    write_file(context.file("sum.txt"), "sum");
  }

  std::vector<std::string> run(const std::string& last = "*") {
    log.clear();
    const System system = make_system();
    Context context(parallel::Communicator::self(), Log(), folder / "out", 1);
    Runner(system, context, "1.0").run(last);
    return log;
  }

  fs::path folder;
  double value = 1;
  double offset = 0;
  int version = 1;
  bool stop_in_double = false;
  bool resumed = false;
  std::vector<std::string> log;
};

TEST_F(RunnerTest, RunsStagesInOrderAndSkipsThemNextTime) {
  EXPECT_THAT(run(), ElementsAre("double", "sum"));
  EXPECT_THAT(run(), IsEmpty());
}

TEST_F(RunnerTest, RunsOnlyWhatTheLastStageNeeds) {
  EXPECT_THAT(run("double"), ElementsAre("double"));
}

TEST_F(RunnerTest, RedoesAStageAndItsSuccessorsWhenOptionsChange) {
  run();
  offset = 1;
  EXPECT_THAT(run(), ElementsAre("sum"));
  value = 2;
  EXPECT_THAT(run(), ElementsAre("double", "sum"));
}

TEST_F(RunnerTest, RedoesAStageWhenItsVersionChanges) {
  run();
  version = 2;
  EXPECT_THAT(run(), ElementsAre("double", "sum"));
}

TEST_F(RunnerTest, RedoesAStageWhenAnInputChanges) {
  run();
  write_file(folder / "own.txt", "6");
  EXPECT_THAT(run(), ElementsAre("sum"));
}

TEST_F(RunnerTest, RedoesAStageWhenAnOutputIsMissingOrTruncated) {
  run();
  fs::remove(folder / "out" / "sum.txt");
  EXPECT_THAT(run(), ElementsAre("sum"));
  write_file(folder / "out" / "double.txt", "");
  EXPECT_THAT(run(), ElementsAre("double"));
}

TEST_F(RunnerTest, KeepsScratchOfAStoppedStageForTheNextTry) {
  stop_in_double = true;
  try {
    run();
    FAIL() << "the stop was lost";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kStopped);
  }
  stop_in_double = false;
  EXPECT_THAT(run(), ElementsAre("double", "sum"));
  EXPECT_TRUE(resumed);
  EXPECT_FALSE(fs::exists(folder / "out" / "partial")) << "scratch must go when the stage is done";
}

TEST_F(RunnerTest, DropsScratchOfOtherOptions) {
  stop_in_double = true;
  EXPECT_THROW(run(), Error);
  stop_in_double = false;
  value = 7;
  run();
  EXPECT_FALSE(resumed);
}

TEST_F(RunnerTest, MergesMetricsOfStages) {
  run();
  offset = 3;
  run();  // only sum
  const Summary summary = Summary::load(folder / "out");
  EXPECT_EQ(summary.metrics.at("doubled").value, 2);
  EXPECT_EQ(summary.metrics.at("doubled").stage, "double");
  EXPECT_EQ(summary.metrics.at("doubled").reference, std::make_pair(1.0, 3.0));
  EXPECT_EQ(summary.metrics.at("summed").value, 5);
  EXPECT_EQ(summary.stages.size(), 2U);
  EXPECT_THAT(figures_table(summary), HasSubstr("1 .. 3"));
}

TEST_F(RunnerTest, KeepsAHistoryOfFinishedStages) {
  run();
  offset = 3;
  run();
  const auto records = io::read_json_lines(folder / "out" / "metrics.jsonl");
  ASSERT_EQ(records.size(), 3U);
  EXPECT_EQ(std::get<std::string>(records[2][1].second), "sum");
  EXPECT_EQ(records[2].back().first, "summed");
}

TEST_F(RunnerTest, PlansWithoutRunning) {
  run("double");
  const System system = make_system();
  Context context(parallel::Communicator::self(), Log(), folder / "out", 1);
  const std::string plan = Runner(system, context, "1.0").plan("*");
  EXPECT_THAT(plan, HasSubstr("double       finished"));
  EXPECT_THAT(plan, HasSubstr("sum          to do"));
}

TEST_F(RunnerTest, VerifiesOutputsByTheirHash) {
  run();
  EXPECT_THAT(verify_outputs(folder / "out"), IsEmpty());
  write_file(folder / "out" / "sum.txt", "SUM");
  EXPECT_THAT(verify_outputs(folder / "out"), ElementsAre(HasSubstr("sum.txt: the content")));
  fs::remove(folder / "out" / "sum.txt");
  EXPECT_THAT(verify_outputs(folder / "out"), ElementsAre(HasSubstr("sum.txt: missing")));
  EXPECT_THROW(verify_outputs(folder), Error);
}

TEST_F(RunnerTest, VerifiesCheckpointsByTheirManifests) {
  run();
  const fs::path checkpoints = folder / "out" / "checkpoints" / "network";
  io::CheckpointStore store(checkpoints, parallel::Communicator::self());
  const std::vector<double> values(100, 1.5);
  for (const std::int64_t step : {1, 2}) {
    store.save(step, std::vector{io::named_array<double>("weight", {100}, values)});
  }
  fs::create_directories(checkpoints / "step-0000003.tmp.elsewhere.1");
  EXPECT_THAT(verify_outputs(folder / "out"), IsEmpty());
  EXPECT_THAT(verify_outputs(checkpoints), IsEmpty());
  EXPECT_THAT(verify_outputs(checkpoints / "step-0000001"), IsEmpty());
  const fs::path shard = checkpoints / "step-0000002" / io::shard_file(0);
  fs::resize_file(shard, 17);
  write_file(folder / "out" / "sum.txt", "SUM");
  const auto fault = HasSubstr(shard.string() + ": 17 bytes, expected");
  EXPECT_THAT(verify_outputs(folder / "out"),
              ElementsAre(fault, HasSubstr("sum.txt: the content")));
  EXPECT_THAT(verify_outputs(checkpoints), ElementsAre(fault));
}

TEST_F(RunnerTest, RefusesADamagedSummary) {
  run();
  write_file(folder / "out" / "summary.json", "{ half a");
  try {
    Summary::load(folder / "out");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kInput);
    EXPECT_THAT(error.what(), HasSubstr("summary.json"));
  }
}

}  // namespace
}  // namespace sengen::study
