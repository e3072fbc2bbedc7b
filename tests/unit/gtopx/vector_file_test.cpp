// SPDX-License-Identifier: Apache-2.0
#include <systems/gtopx/vector_file.hpp>

#include <fstream>

#include <gtest/gtest.h>

#include <sengen/core/error.hpp>
#include <systems/gtopx/mission_problem.hpp>
#include <systems/gtopx/search_state.hpp>

#include "../scratch.hpp"

namespace sengen::gtopx {
namespace {

using astrodynamics::instance_named;

class VectorFileTest : public ScratchTest {
 protected:
  std::filesystem::path write(const std::string& text) const {
    std::ofstream(folder / "x.csv") << text;
    return folder / "x.csv";
  }
  std::string message(const std::string& text, const std::string& instance,
                      Outside outside = Outside::kRefuse) const {
    try {
      load_vectors(write(text), instance_named(instance), outside);
    } catch (const Error& error) {
      return error.what();
    }
    return {};
  }
};

const std::string kRow = "-33,271,456,64,812,3186";

TEST_F(VectorFileTest, TakesRowsWithAndWithoutNames) {
  const auto cassini = instance_named("cassini1");
  const auto plain = load_vectors(write(kRow + "\n" + kRow + "\n"), cassini, Outside::kRefuse);
  EXPECT_EQ(plain.table.rows.size(), 2U);
  EXPECT_TRUE(plain.table.columns.empty());
  const auto named =
      load_vectors(write("t0,T1,T2,T3,T4,T5\n" + kRow + "\n"), cassini, Outside::kRefuse);
  EXPECT_EQ(named.table.rows, (std::vector<std::vector<double>>{plain.table.rows[0]}));
  // Rounded beyond a bound by less than a millionth of the range.
  EXPECT_EQ(message("0.0000001,30,100,30,400,1000\n", "cassini1"), "");
}

TEST_F(VectorFileTest, SaysWhatIsWrongAndWhere) {
  EXPECT_NE(message("1,2\n", "cassini1").find("x.csv:1: 2 numbers"), std::string::npos);
  EXPECT_NE(message("# c\n" + kRow + "\n-33,20,456,64,812,3186\n", "cassini1")
                .find("x.csv:3: T1 is 20, outside 30 to 400 d"),
            std::string::npos);
  EXPECT_NE(message("nan,271,456,64,812,3186\n", "1").find("t0 is nan"), std::string::npos);
  EXPECT_NE(message(kRow + ",3,2.5,3,5\n", "8").find("planet2 is 2.5"), std::string::npos);
  EXPECT_NE(message(kRow + ",3,2,3,9\n", "8").find("Pluto"), std::string::npos);
  EXPECT_NE(message(kRow + ",3,2,3,0\n", "8").find("planet4 is 0, outside"), std::string::npos);
  const auto kept =
      load_vectors(write("-33,20,456,64,812,3186\n"), instance_named("1"), Outside::kEvaluate);
  ASSERT_EQ(kept.warnings.size(), 1U);
  EXPECT_NE(kept.warnings[0].find("T1"), std::string::npos);
}

TEST_F(VectorFileTest, SolutionsComeBackAndAreHeldAgainstTheirValues) {
  const auto cassini = instance_named("cassini1-mo");
  const std::vector<double> x = {-33, 271, 456, 64, 812, 3186};
  const std::vector<Solution> solutions = {{values_of(cassini, x), x}};
  ASSERT_EQ(solutions[0].values.size(), 7U);
  const auto path = folder / "solutions.csv";
  save_solutions(path, cassini, solutions);
  const auto back = load_solutions(path, cassini);
  ASSERT_EQ(back.size(), 1U);
  EXPECT_EQ(back[0].x, x);
  EXPECT_EQ(back[0].values, solutions[0].values);
  EXPECT_EQ(load_vectors(path, cassini, Outside::kRefuse).table.rows[0], x);
  EXPECT_THROW(load_solutions(path, instance_named("cassini1")), Error);
  auto single = cassini;
  single.precision = astrodynamics::LambertPrecision::kSingle;
  EXPECT_THROW(load_solutions(path, single), Error);
  auto wrong = solutions;
  wrong[0].values[0] += 1e-3;
  save_solutions(path, cassini, wrong);
  EXPECT_THROW(load_solutions(path, cassini), Error);
  EXPECT_THROW(load_solutions(write(kRow + "\n"), cassini), Error);
}

TEST_F(VectorFileTest, StatesOfASearchComeBack) {
  SearchState state;
  state.store.best = {3.5, {1, 2, 3}};
  state.store.points = {1, 2, 3, 4, 5, 6};
  state.store.values = {3.5, 4};
  state.store.sorted = 1;
  state.store.runs = 7;
  state.store.evaluations = 12345;
  state.note();
  state.note();
  save_state(folder / "state.npy", state);
  const SearchState back = load_state(folder / "state.npy", 3);
  EXPECT_EQ(back.store.points, state.store.points);
  EXPECT_EQ(back.store.values, state.store.values);
  EXPECT_EQ(back.store.evaluations, 12345);
  ASSERT_EQ(back.history.size(), 1U);
  EXPECT_EQ(back.history[0].best, 3.5);
  EXPECT_THROW(load_state(folder / "state.npy", 4), Error);
}

TEST(MissionProblem, ChargesTandemForDaysBeyondItsLimit) {
  const auto tandem = instance_named("tandem:6");
  const MissionProblem free(tandem, View::kCost), limited(tandem, View::kLimitedCost);
  std::vector<double> x, slopes(18), free_slopes(18);
  for (const auto& variable : info_of(tandem).variables) {
    x.push_back(0.5 * (variable.lower + variable.upper));
  }
  std::vector<double> with(1), without(1);
  free.evaluate(x, without);
  limited.evaluate(x, with);
  const double late = 4 * 1260 - 3652.5;
  EXPECT_NEAR(with[0] - without[0], 1000 * late, 1e-6);
  EXPECT_NEAR(limited.gradient(x, slopes), with[0], 1e-6);
  free.gradient(x, free_slopes);
  EXPECT_NEAR(slopes[4] - free_slopes[4], 1000, 1e-9);
  // 9 is never asked for.
  const MissionProblem choice(instance_named("8"), View::kCost);
  EXPECT_LT(choice.box().upper[6], 9);
  EXPECT_EQ(MissionProblem(instance_named("9"), View::kFront).values(), 7U);
}

}  // namespace
}  // namespace sengen::gtopx
