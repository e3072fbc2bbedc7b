// SPDX-License-Identifier: Apache-2.0
#include <sengen/core/options.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sengen/core/error.hpp>

namespace sengen {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

struct Values {
  bool draw = false;
  std::int64_t cells = 20;
  double reynolds = 100;
  std::string sides = "slip";
  std::string file;
  std::vector<double> probes = {1.0, 2.5};
  std::vector<std::string> names;
};

class OptionsTest : public ::testing::Test {
 protected:
  OptionsTest() {
    OptionTable& flow = options.table("flow", "The flow");
    flow.add("reynolds", &values.reynolds, "Reynolds number").range(1, 500).unit("1");
    flow.add("draw", &values.draw, "whether to draw");
    flow.add("probes", &values.probes, "where to look").range(0, 10);
    OptionTable& grid = options.table("grid", "The grid");
    grid.add("cells", &values.cells, "cells").at_least(4).flag("--cells");
    grid.add("sides", &values.sides, "what bounds the flow").choices({"slip", "periodic"});
    grid.add("file", &values.file, "a file").path().positional("FILE");
    grid.add("names", &values.names, "names");
  }

  // The text of the usage error that the call raises.
  template <typename Call>
  static std::string usage_error(Call&& call) {
    try {
      call();
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::kUsage);
      return error.what();
    }
    ADD_FAILURE() << "no error was raised";
    return "";
  }

  std::string toml_error(const std::string& text) {
    return usage_error([&] { options.read_toml(text, "study.toml"); });
  }

  Values values;
  Options options;
};

TEST_F(OptionsTest, ReadsEveryTypeFromToml) {
  options.read_toml(
      "[flow]\nreynolds = 40\ndraw = true\nprobes = [1, 2.5, 3]\n"
      "[grid]\ncells = 32\nsides = \"periodic\"\nnames = [\"u\", \"v\"]\n",
      "study.toml");
  EXPECT_EQ(values.reynolds, 40.0);
  EXPECT_TRUE(values.draw);
  EXPECT_EQ(values.cells, 32);
  EXPECT_EQ(values.sides, "periodic");
  EXPECT_THAT(values.probes, ElementsAre(1.0, 2.5, 3.0));
  EXPECT_THAT(values.names, ElementsAre("u", "v"));
}

TEST_F(OptionsTest, NamesFileLineAndNearestKey) {
  const std::string text = toml_error("[flow]\n\nreynold = 40\n");
  EXPECT_THAT(text, HasSubstr("study.toml:3"));
  EXPECT_THAT(text, HasSubstr("'flow.reynold'"));
  EXPECT_THAT(text, HasSubstr("did you mean 'flow.reynolds'?"));
}

TEST_F(OptionsTest, NamesTheNearestTable) {
  const std::string text = toml_error("[flw]\nreynolds = 40\n");
  EXPECT_THAT(text, HasSubstr("study.toml:1"));
  EXPECT_THAT(text, HasSubstr("did you mean 'flow'?"));
}

TEST_F(OptionsTest, ListsTheTableWhenNothingIsNear) {
  EXPECT_THAT(toml_error("[flow]\nxyzzy_plugh = 1\n"),
              HasSubstr("known: flow.reynolds, flow.draw, flow.probes"));
}

TEST_F(OptionsTest, RefusesKeysOutsideTables) {
  EXPECT_THAT(toml_error("reynolds = 40\n"), HasSubstr("study.toml:1"));
}

TEST_F(OptionsTest, SaysThatATableMustBeOne) {
  for (const char* text : {"flow = 3\n", "[[flow]]\n", "flow = \"fast\"\n"}) {
    EXPECT_THAT(toml_error(text), HasSubstr("study.toml:1: 'flow' must be a table, found"));
    EXPECT_THAT(toml_error(text), HasSubstr("write [flow]"));
  }
}

TEST_F(OptionsTest, RefusesValuesOutOfRange) {
  const std::string text = toml_error("[flow]\nreynolds = 1e9\n");
  EXPECT_THAT(text, HasSubstr("study.toml:2: flow.reynolds must be number 1 to 500"));
  EXPECT_THAT(text, HasSubstr("found 1000000000"));
  EXPECT_EQ(values.reynolds, 100.0) << "a refused value must not be set";
  EXPECT_THAT(toml_error("[flow]\nreynolds = nan\n"), HasSubstr("found nan"));
  EXPECT_THAT(toml_error("[flow]\nprobes = [1.0, 11.0]\n"), HasSubstr("found 11"));
}

TEST_F(OptionsTest, RefusesTheWrongType) {
  EXPECT_THAT(toml_error("[grid]\ncells = 1.5\n"), HasSubstr("must be integer >= 4, found 1.5"));
  EXPECT_THAT(toml_error("[grid]\ncells = \"many\"\n"), HasSubstr("found the text \"many\""));
  EXPECT_THAT(toml_error("[flow]\ndraw = 1\n"), HasSubstr("true|false"));
  EXPECT_THAT(toml_error("[flow.reynolds]\na = 1\n"), HasSubstr("found a table"));
}

TEST_F(OptionsTest, RefusesUnknownWordsWithTheNearest) {
  EXPECT_THAT(toml_error("[grid]\nsides = \"sli\"\n"), HasSubstr("did you mean 'slip'?"));
}

TEST_F(OptionsTest, NamesTheLineOfASyntaxError) {
  EXPECT_THAT(toml_error("[flow]\nreynolds = = 1\n"), HasSubstr("study.toml:2"));
}

TEST_F(OptionsTest, TakesAssignmentsOfTheCommandLine) {
  options.set("flow.reynolds=200");
  options.set("grid.sides=periodic");
  options.set("flow.probes=[1, 2]");
  options.set("grid.names=u,v");
  EXPECT_EQ(values.reynolds, 200.0);
  EXPECT_EQ(values.sides, "periodic");
  EXPECT_THAT(values.probes, ElementsAre(1.0, 2.0));
  EXPECT_THAT(values.names, ElementsAre("u", "v"));
}

TEST_F(OptionsTest, RefusesBadAssignments) {
  EXPECT_THAT(usage_error([&] { options.set("flow.reynolds"); }), HasSubstr("table.key=value"));
  EXPECT_THAT(usage_error([&] { options.set("flow.renolds=1"); }),
              HasSubstr("--set: unknown key 'flow.renolds'"));
  EXPECT_THAT(usage_error([&] { options.set("grid.cells=2"); }), HasSubstr(">= 4"));
  EXPECT_THAT(usage_error([&] { options.set("grid.cells=12x"); }), HasSubstr("found '12x'"));
}

TEST_F(OptionsTest, WritesAStudyThatReadsBackTheSame) {
  options.set("flow.reynolds=123.25");
  values.names = {"a \"quoted\" name", "back\\slash", "line\nbreak"};
  const std::string written = options.to_toml();
  values = Values();
  options.read_toml(written, "resolved.toml");
  EXPECT_EQ(options.to_toml(), written);
  EXPECT_EQ(values.reynolds, 123.25);
  EXPECT_EQ(values.names[2], "line\nbreak");
}

TEST_F(OptionsTest, TakesPathsOfAStudyFromItsFolder) {
  options.read_toml("[grid]\nfile = \"data.h5\"\n", "study.toml", "/tmp/studies");
  EXPECT_EQ(values.file, "/tmp/studies/data.h5");
  options.read_toml("[grid]\nfile = \"/data/x.h5\"\n", "study.toml", "/tmp/studies");
  EXPECT_EQ(values.file, "/data/x.h5");
  options.set("grid.file=y.h5");
  EXPECT_EQ(values.file, "y.h5") << "a path of the command line starts from the working folder";
}

TEST_F(OptionsTest, WritesPathsThatSurviveAMoveOfTheirFolder) {
  namespace fs = std::filesystem;
  const fs::path root = fs::weakly_canonical(::testing::TempDir()) / "sengen_moved_paths";
  fs::remove_all(root);
  fs::create_directories(root / "runs" / "out");
  fs::create_directory_symlink(root / "runs" / "out", root / "link");
  const auto written = [&](const fs::path& folder, const fs::path& file) {
    values.file = file.string();
    const std::string text = options.to_toml(folder);
    const auto at = text.find("file = ") + 8;
    return text.substr(at, text.find('"', at) - at);
  };
  const fs::path out = root / "runs" / "out";
  EXPECT_EQ(written(out, out / "data.h5"), "data.h5");
  EXPECT_EQ(written(out, root / "runs" / "data.h5"), "../data.h5");
  EXPECT_EQ(written(out, root / "runs" / "own" / "data.h5"), "../own/data.h5");
  EXPECT_EQ(written(root / "link", root / "runs" / "data.h5"), "../data.h5");
  EXPECT_EQ(written(out, root / "data.h5"), root / "data.h5") << "too far to be moved with it";
  EXPECT_EQ(written({}, out / "data.h5"), out / "data.h5");
  options.read_toml("[grid]\nfile = \"../data.h5\"\n", "config.resolved.toml", out);
  EXPECT_EQ(fs::weakly_canonical(values.file), root / "runs" / "data.h5");
  fs::remove_all(root);
}

TEST_F(OptionsTest, FingerprintChangesWithValuesOfItsTablesOnly) {
  const std::string before = options.fingerprint({"flow"});
  options.set("grid.cells=64");
  EXPECT_EQ(options.fingerprint({"flow"}), before);
  options.set("flow.reynolds=101");
  EXPECT_NE(options.fingerprint({"flow"}), before);
}

TEST_F(OptionsTest, RequiresWhatHasNoDefault) {
  std::string needed;
  options.table("import", "Import").add("dt", &needed, "time step").flag("--dt").required();
  EXPECT_THAT(usage_error([&] { options.check_required({"import"}); }),
              HasSubstr("--dt is missing"));
  EXPECT_THAT(options.to_toml(), ::testing::Not(HasSubstr("dt =")));
  options.set("import.dt=1");
  EXPECT_THAT(options.to_toml(), HasSubstr("dt = \"1\""));
  EXPECT_NO_THROW(options.check_required({"import"}));
}

TEST(NearestName, FindsTyposAndLeavesStrangersAlone) {
  EXPECT_EQ(nearest_name("reynold", {"velocity", "reynolds"}), "reynolds");
  EXPECT_EQ(nearest_name("xyzzy", {"velocity", "reynolds"}), "");
}

TEST_F(OptionsTest, RefusesTextThatNoStudyFileCanHold) {
  EXPECT_THAT(usage_error([&] { options.set("grid.file=a\xac"); }), HasSubstr("UTF-8"));
  options.set("grid.file=\u03bc.npy");
  EXPECT_EQ(values.file, "\u03bc.npy");
}

}  // namespace
}  // namespace sengen
