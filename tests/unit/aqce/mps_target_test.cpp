// SPDX-License-Identifier: Apache-2.0
#include <systems/aqce/mps_target.hpp>

#include <cmath>

#include <sengen/circuits/mps_states.hpp>
#include <sengen/io/hdf5.hpp>
#include <sengen/io/npy.hpp>

#include <systems/aqce/target_state.hpp>

#include "../scratch.hpp"

namespace sengen::aqce {
namespace {

using circuits::Complex;
class MpsTarget : public ScratchTest {};

// |<a|b>| of the word's matrix product state and its amplitudes.
double agreement(const std::string& word) {
  const auto dense = load_target(parse_state(word)).states[0].amplitudes;
  const auto mps = circuits::amplitudes_of(load_mps(parse_state(word), {}));
  Complex sum = 0;
  for (std::size_t i = 0; i < dense.size(); ++i) sum += std::conj(dense[i]) * mps[i];
  return std::abs(sum);
}

TEST_F(MpsTarget, WordsAreTheStatesThatTheirAmplitudesAre) {
  for (const char* word : {"mps:7:3:5", "mps-real:6:4:2", "ghz:5", "w:6", "product:5:9",
                           "heisenberg:6", "random:5:1", "random-circuit:6:9:2"}) {
    EXPECT_NEAR(agreement(word), 1, 1e-12) << word;
  }
}

TEST_F(MpsTarget, LargeStatesOfKnownFormNeedNotBeAskedFor) {
  EXPECT_TRUE(is_mps_target(parse_state("mps:40:8:1"), false));
  EXPECT_TRUE(is_mps_target(parse_state("ghz:63"), false));
  EXPECT_FALSE(is_mps_target(parse_state("ghz:26"), false));
  EXPECT_TRUE(is_mps_target(parse_state("ghz:26"), true));
  EXPECT_FALSE(is_mps_target(parse_state("random:30:1"), false));
  const auto ghz = load_mps(parse_state("ghz:63"), {});
  EXPECT_EQ(ghz.qubits(), 63);
  EXPECT_EQ(ghz.max_bond(), 2);
}

TEST_F(MpsTarget, ComesBackFromItsFile) {
  for (const bool is_real : {true, false}) {
    const auto state = circuits::random_mps(40, 5, 3, is_real);
    save_mps(folder / "target.h5", state);
    const auto word = parse_state((folder / "target.h5").string());
    EXPECT_EQ(mps_qubits(word, {}), 40);
    const auto read = load_mps(word, {});
    EXPECT_EQ(read.is_real(), is_real);
    EXPECT_NEAR(std::abs(circuits::overlap(read, state)), 1, 1e-12);
  }
}

TEST_F(MpsTarget, FilesThatAreNoStatesAreRefused) {
  const auto path = folder / "sites.h5";
  const auto write = [&](const io::Shape& first, const io::Shape& second, double value = 0.5) {
    auto file = io::Hdf5File::create(path);
    for (const auto& [name, shape] : {std::pair("/site_0", first), std::pair("/site_1", second)}) {
      std::int64_t items = 1;
      for (const auto extent : shape) items *= extent;
      const std::vector<double> values(static_cast<std::size_t>(items), value);
      file.write(name, shape, values.data());
    }
    file.close();
  };
  const auto load = [&] { load_mps(parse_state(path.string()), {}); };
  write({1, 2, 3}, {3, 2, 1});
  load();
  write({1, 3, 3}, {3, 2, 1});
  expect_refused(ErrorKind::kInput, {"sites.h5", "site_0", "left bond"}, load);
  write({1, 2, 3}, {3, 2});
  expect_refused(ErrorKind::kInput, {"site_1"}, load);
  write({1, 2, 3}, {2, 2, 1});
  expect_refused(ErrorKind::kInput, {"sites.h5", "qubit 1"}, load);
  write({1, 2, 3}, {3, 2, 1}, std::nan(""));
  expect_refused(ErrorKind::kInput, {"sites.h5"}, load);
  write({1, 2, 3}, {3, 2, 1}, 0);
  expect_refused(ErrorKind::kInput, {"sites.h5"}, load);
}

TEST_F(MpsTarget, AmplitudesServeAsWell) {
  const std::vector<double> values = {1, 0, 0, 2, 0, 0, 0, 0};
  io::write_npy(folder / "state.npy", {8}, values.data());
  const auto word = parse_state((folder / "state.npy").string());
  EXPECT_EQ(mps_qubits(word, {}), 3);
  EXPECT_EQ(load_mps(word, {}).max_bond(), 2);
  expect_refused(ErrorKind::kResource, {"GiB"}, [] { load_mps(parse_state("mps:60:4096:1"), {}); });
  expect_refused(ErrorKind::kUsage, {"ghz:64", "63"}, [] { parse_state("ghz:64"); });
  expect_refused(ErrorKind::kUsage, {"two qubits"}, [] { load_mps(parse_state("ghz:1"), {}); });
}

}  // namespace
}  // namespace sengen::aqce
