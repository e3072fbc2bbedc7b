// SPDX-License-Identifier: Apache-2.0
#include <sengen/study/runner.hpp>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <sengen/core/error.hpp>
#include <sengen/core/stop.hpp>
#include <sengen/io/checkpoint_store.hpp>
#include <sengen/io/json_lines.hpp>
#include <sengen/study/manifest.hpp>
#include <sengen/study/stage_record.hpp>
#include <sengen/study/verify.hpp>

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
               ("sengen-" + std::to_string(getpid()) +
                ::testing::UnitTest::GetInstance()->current_test_info()->name())) {
    fs::remove_all(folder);
    fs::create_directories(folder);
    write_file(folder / "own.txt", "5");
    clear_stop_request();
  }
  ~RunnerTest() override {
    clear_stop_request();
    fs::remove_all(folder);
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
                             .run = [this](Context& context) { run_double(context); },
                             .check = [this](const auto& comm) { check_double(comm); }});
    system.stages.push_back(
        {.name = "sum",
         .summary = "adds",
         .after = {"double"},
         .tables = {"second"},
         .outputs = {"sum.txt", "large.txt"},
         .leaves = [this](const std::string& output) { return output == "sum.txt" || is_large(); },
         .run = [this](Context& context) { run_sum(context); },
         .inputs = [this] { return std::vector<fs::path>{folder / "own.txt"}; }});
    return system;
  }

  void check_double(const parallel::Communicator& comm) {
    EXPECT_EQ(comm.size(), 1);
    ++checks;
    if (value < 0) throw Error(ErrorKind::kUsage, "a negative value");
  }

  void run_double(Context& context) {
    log.push_back("double");
    if (stop_after_double) request_stop();
    if (stop_in_double) {
      write_file(context.scratch() / "restart", "half way");
      context.stop("a restart file is there");
    }
    if (std::isinf(value)) throw Error(ErrorKind::kNumerics, "infinite");
    resumed = fs::exists(context.scratch() / "restart");
    context.metric("doubled",
                   {.value = 2 * value, .unit = "m", .reference = {{1, 3}}, .source = "x"});
    write_file(context.file("double.txt"), std::to_string(2 * value));
  }

  bool is_large() const { return offset > 100; }

  void run_sum(Context& context) {
    log.push_back("sum");
    inputs_key = context.inputs_key();
    if (is_large()) write_file(context.file("large.txt"), "large");
    context.metric("summed", {.value = 2 * value + offset});
    write_file(context.file("sum.txt"), "sum");
  }

  // Does something with a runner; the stages that ran.
  template <typename Action>
  std::vector<std::string> with_runner(const Action& action) {
    log.clear();
    const System system = make_system();
    Context context(parallel::Communicator::self(), Log(), folder / "out", 1);
    Runner runner(system, context, "1.0");
    action(runner);
    return log;
  }

  // As the program does it.
  std::vector<std::string> run(const std::string& last = "*") {
    return with_runner([&](Runner& runner) {
      runner.prepare(last);
      runner.run(last, [&] {
        Manifest manifest;
        manifest.system = "arithmetic";
        manifest.stages = runner.walk(last);
        manifest.save(folder / "out");
        write_file(folder / "out" / kConfigFile, "");
        ++begun;
      });
    });
  }

  std::string text_of(const std::string& name) const {
    std::ifstream file(folder / "out" / name);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  // The kind of the error, and its text.
  template <typename Action>
  static std::pair<ErrorKind, std::string> error_of(const Action& action) {
    try {
      action();
    } catch (const Error& error) {
      return {error.kind(), error.what()};
    }
    ADD_FAILURE() << "no error";
    return {ErrorKind::kInternal, ""};
  }

  fs::path folder;
  double value = 1;
  double offset = 0;
  int version = 1;
  int begun = 0;
  int checks = 0;
  bool stop_after_double = false;
  bool stop_in_double = false;
  bool resumed = false;
  std::string inputs_key;  // of "sum"
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
  EXPECT_THAT(run(), ElementsAre("double", "sum"));
}

TEST_F(RunnerTest, RefusesWhatHasChangedSinceAStageWroteIt) {
  run();
  const std::string record = text_of("stages/sum.json");
  write_file(folder / "out" / "double.txt", "2.000001");
  EXPECT_THAT(run(), IsEmpty()) << "nobody reads it";
  offset = 1;
  const auto refused = [&](const auto& action) {
    const auto [kind, text] = error_of(action);
    EXPECT_EQ(kind, ErrorKind::kInput);
    EXPECT_THAT(text, HasSubstr("double.txt: the content has changed since the stage 'double'"));
    EXPECT_EQ(text_of("stages/sum.json"), record) << "something was touched";
  };
  refused([&] { run(); });
  refused([&] { with_runner([](Runner& runner) { runner.redo("sum", "finish it"); }); });
  fs::remove(folder / "out" / "double.txt");
  EXPECT_THAT(run(), ElementsAre("double", "sum"));
}

TEST_F(RunnerTest, LeavesTheOutputsThatItsOptionsMake) {
  const fs::path large = folder / "out" / "large.txt";
  offset = 101;
  run();
  EXPECT_TRUE(StageRecord::load(folder / "out", "sum")->outputs.contains("large.txt"));
  EXPECT_THAT(run(), IsEmpty());
  write_file(large, "LARGE");
  EXPECT_THAT(verify_outputs(folder / "out"), ElementsAre(HasSubstr("large.txt: the content")));
  fs::remove(large);
  EXPECT_THAT(run(), ElementsAre("sum"));
  offset = 1;
  EXPECT_THAT(run(), ElementsAre("sum"));
  EXPECT_FALSE(fs::exists(large)) << "it is of other options";
  EXPECT_THAT(run(), IsEmpty());
  EXPECT_THAT(verify_outputs(folder / "out"), IsEmpty());
}

TEST_F(RunnerTest, KnowsAKeyOfWhatAStageReads) {
  run();
  const std::string first = inputs_key;
  offset = 2;
  run();
  EXPECT_EQ(inputs_key, first) << "an option of its own";
  value = 2;
  run();
  const std::string second = inputs_key;
  EXPECT_NE(second, first) << "a stage before it";
  write_file(folder / "own.txt", "6");
  run();
  EXPECT_NE(inputs_key, second) << "a file of the user's";
}

// Figures and records of two runs must not stand side by side.
TEST_F(RunnerTest, ForgetsWhatFollowsAStageThatIsRedone) {
  run();
  value = 2;
  EXPECT_THAT(run("double"), ElementsAre("double"));
  const Summary summary = Summary::load(folder / "out");
  EXPECT_EQ(summary.metrics.at("doubled").value, 4);
  EXPECT_FALSE(summary.metrics.contains("summed"));
  EXPECT_FALSE(summary.stages.contains("sum"));
  EXPECT_FALSE(StageRecord::load(folder / "out", "sum"));
  EXPECT_TRUE(fs::exists(folder / "out" / "sum.txt")) << "it may be of use to somebody";
  EXPECT_THAT(run(), ElementsAre("sum"));
}

TEST_F(RunnerTest, ForgetsThemBeforeWorkStarts) {
  run();
  value = 2;
  stop_in_double = true;
  EXPECT_THROW(run(), Error);
  EXPECT_TRUE(Summary::load(folder / "out").metrics.empty());
  EXPECT_THAT(recorded_stages(folder / "out"), IsEmpty());
}

TEST_F(RunnerTest, StopsBetweenStages) {
  stop_after_double = true;
  const auto [kind, text] = error_of([&] { run(); });
  EXPECT_EQ(kind, ErrorKind::kStopped);
  EXPECT_THAT(text, HasSubstr("the stages before 'sum' are finished"));
  EXPECT_THAT(log, ElementsAre("double"));
  clear_stop_request();
  EXPECT_THAT(run(), ElementsAre("sum"));
  stop_after_double = true;
  value = 3;
  EXPECT_THAT(run("double"), ElementsAre("double")) << "nothing is left that could be stopped";
}

TEST_F(RunnerTest, TouchesNothingBeforeAllIsChecked) {
  value = -1;
  EXPECT_EQ(error_of([&] { run(); }).first, ErrorKind::kUsage);
  EXPECT_FALSE(fs::exists(folder / "out"));
  value = 1;
  run();
  const std::string record = text_of("stages/double.json");
  const std::string summary = text_of("summary.json");
  const std::string manifest = text_of("manifest.json");
  value = -1;
  EXPECT_EQ(error_of([&] { run(); }).first, ErrorKind::kUsage);
  value = 2;
  fs::remove(folder / "own.txt");
  const auto [kind, text] = error_of([&] { run(); });
  EXPECT_EQ(kind, ErrorKind::kInput);
  EXPECT_THAT(text, HasSubstr("own.txt"));
  EXPECT_EQ(text_of("stages/double.json"), record);
  EXPECT_EQ(text_of("summary.json"), summary);
  EXPECT_EQ(text_of("manifest.json"), manifest);
  EXPECT_FALSE(fs::exists(folder / "out" / "partial"));
}

TEST_F(RunnerTest, ChecksWhatItWillDoAndWritesDownWhatItBegins) {
  run();
  EXPECT_EQ(checks, 1);
  EXPECT_EQ(begun, 1);
  offset = 1;
  run();
  EXPECT_EQ(checks, 1) << "a finished stage needs no check";
  EXPECT_EQ(begun, 2);
  run();
  EXPECT_EQ(begun, 2) << "nothing was done";
}

TEST_F(RunnerTest, LeavesNoEmptyScratchOfAStageThatFailed) {
  value = std::numeric_limits<double>::infinity();
  EXPECT_THROW(run(), Error);
  EXPECT_FALSE(fs::exists(folder / "out" / "partial"));
}

TEST_F(RunnerTest, RemovesScratchThatAKillLeftBehindARecord) {
  run();
  const std::string key = StageRecord::load(folder / "out", "double")->key;
  fs::create_directories(folder / "out" / "partial" / ("double-" + key.substr(0, 12)));
  EXPECT_THAT(run(), IsEmpty());
  EXPECT_FALSE(fs::exists(folder / "out" / "partial"));
}

TEST_F(RunnerTest, RedoesOneStageFromFinishedOnes) {
  const auto redo = [&] {
    return with_runner([](Runner& runner) { runner.redo("sum", "finish it"); });
  };
  fs::create_directories(folder / "out");
  EXPECT_THAT(error_of(redo).second, HasSubstr("the stage 'double' has not finished"));
  EXPECT_THAT(error_of(redo).second, HasSubstr("finish it"));
  run();
  value = 7;  // whatever the options say now
  EXPECT_THAT(redo(), ElementsAre("sum"));
  value = 1;
  EXPECT_THAT(run(), IsEmpty()) << "the keys are those of a whole run";
  fs::remove(folder / "out" / "double.txt");
  EXPECT_EQ(error_of(redo).first, ErrorKind::kInput);
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

TEST_F(RunnerTest, MissesTheStagesOfTheLastRunThatDidNotFinish) {
  stop_after_double = true;
  EXPECT_THROW(run(), Error);
  EXPECT_THAT(verify_outputs(folder / "out"), ElementsAre(HasSubstr("'sum' has not finished")));
  clear_stop_request();
  stop_after_double = false;
  run();
  EXPECT_THAT(verify_outputs(folder / "out"), IsEmpty());
  fs::remove(folder / "out" / "manifest.json");
  fs::remove(folder / "out" / kConfigFile);
  EXPECT_THAT(verify_outputs(folder / "out"),
              ElementsAre(HasSubstr("config.resolved.toml: missing"), HasSubstr("manifest.json")));
}

TEST_F(RunnerTest, TakesADamagedRecordForAbsent) {
  run();
  const std::string whole = text_of("stages/double.json");
  for (const char* text :
       {"", "{", "[]", "3", "null", R"({"key": 3})", R"({"key": "", "outputs": []})",
        R"({"key": "", "outputs": {"double.txt": 5}, "figures": {}})",
        R"({"key": "", "outputs": {"double.txt": {"bytes": "many", "xxh3": 1}}})",
        R"({"key": "", "outputs": {}, "figures": 1})"}) {
    write_file(folder / "out" / "stages" / "double.json", text);
    EXPECT_THAT(verify_outputs(folder / "out"), ElementsAre(HasSubstr("the record is damaged")))
        << text;
    EXPECT_THAT(run(), ElementsAre("double", "sum")) << text;
  }
}

TEST_F(RunnerTest, MakesTheSummaryAnewFromTheRecords) {
  run();
  const std::string whole = text_of("summary.json");
  fs::remove(folder / "out" / "summary.json");
  EXPECT_THAT(run(), IsEmpty());
  EXPECT_EQ(text_of("summary.json"), whole);
  for (const char* text : {"{ half a", "[]", R"({"system": 1})"}) {
    write_file(folder / "out" / "summary.json", text);
    EXPECT_THAT(run(), IsEmpty());
    EXPECT_EQ(text_of("summary.json"), whole);
  }
}

TEST_F(RunnerTest, SaysHowAndWhereAStageRan) {
  run();
  const StageRun stage = Summary::load(folder / "out").stages.at("sum");
  EXPECT_EQ(stage.ranks, 1);
  EXPECT_EQ(stage.version, "1.0");
  EXPECT_EQ(stage.finished.size(), std::string("2026-01-01T00:00:00Z").size());
  EXPECT_FALSE(stage.host.empty());
  EXPECT_FALSE(stage.processor.empty());
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
