// SPDX-License-Identifier: Apache-2.0
#include <systems/aqce/state_memory.hpp>
#include <systems/aqce/target_state.hpp>

#include <cmath>
#include <limits>
#include <numbers>

#include <sengen/io/hdf5.hpp>
#include <sengen/io/npy.hpp>
#include <sengen/io/picture.hpp>

#include "../scratch.hpp"

namespace sengen::aqce {
namespace {

using Complex = std::complex<double>;
using Values = std::vector<Complex>;
using TargetStateTest = ScratchTest;

TargetState only_state(const std::string& word, const PictureCoding& coding = {}) {
  check_state(parse_state(word), coding);
  Target target = load_target(parse_state(word), coding);
  EXPECT_EQ(target.states.size(), 1U);
  return target.states.front();
}

void refuses(ErrorKind kind, const std::string& word, const std::vector<std::string>& parts,
             const PictureCoding& coding = {}) {
  expect_refused(kind, parts, [&] { check_state(parse_state(word), coding); });
  expect_refused(kind, parts, [&] { load_target(parse_state(word), coding); });
}

TEST(TargetState, IsNormalisedAndKeepsItsNorm) {
  const TargetState state = make_state("a", {3, 0, Complex(0, 4), 0});
  EXPECT_EQ(state.qubits, 2);
  EXPECT_NEAR(state.norm, 5, 1e-14);
  EXPECT_FALSE(state.is_real);
  EXPECT_NEAR(std::abs(state.amplitudes[2] - Complex(0, 0.8)), 0, 1e-15);
  // Squares of these are no numbers any more.
  EXPECT_NEAR(make_state("a", {3e200, 4e200, 0, 0}).norm / 5e200, 1, 1e-14);
  EXPECT_NEAR(make_state("a", {3e-200, 4e-200, 0, 0}).amplitudes[1].real(), 0.8, 1e-15);
}

TEST(TargetState, IsRealWhereOnePhaseMakesItSo) {
  EXPECT_TRUE(make_state("a", {1, -2, 0, 3}).is_real);
  const Complex phase = std::polar(1.0, 0.7);
  const TargetState turned = make_state("a", {phase, -2.0 * phase, 0, 3.0 * phase});
  EXPECT_TRUE(turned.is_real);
  EXPECT_NEAR(turned.amplitudes[3].real(), 3 / std::sqrt(14), 1e-15);
  EXPECT_NEAR(turned.amplitudes[1].real(), -2 / std::sqrt(14), 1e-15);
  EXPECT_EQ(turned.amplitudes[1].imag(), 0);
  // Any other phase stays.
  const TargetState complex = make_state("a", {phase, Complex(0, 1), 0, 0});
  EXPECT_FALSE(complex.is_real);
  EXPECT_NEAR(std::arg(complex.amplitudes[0]), 0.7, 1e-15);
}

TEST(TargetState, RefusesWhatIsNoState) {
  const auto refuse = [](const Values& values, const std::vector<std::string>& parts) {
    expect_refused(ErrorKind::kInput, parts, [&] { make_state("a.npy", values); });
  };
  refuse({1, 2, 3, 4, 5}, {"a.npy: 5 values are no power of two", "--pad adds zeros up to 8"});
  refuse({}, {"0 values are no power of two"});
  refuse({1, 2}, {"2 values, expected at least 4 (two qubits)"});
  refuse({0, 0, 0, 0}, {"a.npy: all values are 0", "norm 0"});
  refuse({1, 2, std::numeric_limits<double>::quiet_NaN(), 0}, {"value 2 is not a number"});
  refuse({1, 2, 0, Complex(0, std::numeric_limits<double>::infinity())}, {"value 3 is infinite"});
  const TargetState padded = make_state("a", {1, 0, 0, 0, 1}, true);
  EXPECT_EQ(padded.qubits, 3);
  EXPECT_EQ(make_state("a", {1}, true).qubits, 2);
}

TEST_F(TargetStateTest, ReadsArraysOfAllKinds) {
  const Values values = {1, Complex(0, 2), 0, -2};
  const std::vector<double> real = {3, 0, 0, 4};
  const std::string npy = folder / "a.npy";
  io::write_npy(npy, {2, 2}, values.data());
  EXPECT_NEAR(std::abs(only_state(npy).amplitudes[1] - Complex(0, 2.0 / 3)), 0, 1e-15);
  io::write_npy(npy, {4}, real.data());
  EXPECT_TRUE(only_state(npy).is_real);
  EXPECT_NEAR(only_state(npy).norm, 5, 1e-14);
  const std::string h5 = folder / "a.h5";
  {
    auto file = io::Hdf5File::create(h5);
    file.write("/one", {4}, values.data());
    file.close();
  }
  EXPECT_FALSE(only_state(h5).is_real);
  {
    auto file = io::Hdf5File::create(h5);
    file.write("/group/one", {4}, values.data());
    file.write("/two", {4}, real.data());
    file.close();
  }
  EXPECT_FALSE(only_state(h5 + ":group/one").is_real);
  EXPECT_TRUE(only_state(h5 + ":/two").is_real);
  refuses(ErrorKind::kInput, h5, {"holds 2 datasets", "a.h5:PATH", "/group/one, /two"});
  refuses(ErrorKind::kInput, h5 + ":three", {"no dataset /three", "it has: /group/one, /two"});
  const auto corpus = std::filesystem::path(__FILE__).parent_path() / "../../fuzz/corpus/npz";
  EXPECT_FALSE(only_state((corpus / "complex.npz").string() + ":psi").is_real);
  EXPECT_TRUE(only_state((corpus / "stored.npz").string()).is_real);
  refuses(ErrorKind::kInput, (corpus / "complex.npz").string(), {"holds 2 arrays", "psi, psi32"});
}

TEST_F(TargetStateTest, RefusesBadFilesBeforeWork) {
  const std::string npy = folder / "a.npy";
  refuses(ErrorKind::kInput, npy, {"a.npy", "cannot be read"});
  const std::vector<double> values = {1, 2, 3};
  io::write_npy(npy, {3}, values.data());
  refuses(ErrorKind::kInput, npy, {"3 values are no power of two", "--pad"});
  PictureCoding coding;
  coding.pad = true;
  EXPECT_EQ(only_state(npy, coding).qubits, 2);
  std::ofstream(folder / "b.npy") << "some words";
  refuses(ErrorKind::kInput, folder / "b.npy", {"no NPY file"});
  std::ofstream(folder / "b.pgm") << "some words";
  refuses(ErrorKind::kInput, folder / "b.pgm", {"is a text", "expected a PGM"});
  std::ofstream(folder / "b.h5") << "some words";
  refuses(ErrorKind::kInput, folder / "b.h5", {"is a text", "expected an HDF5 file"});
}

TEST_F(TargetStateTest, ReadsPicturesTileByTile) {
  const io::Picture colour{
      2, 4, 3, {1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 0, 9, 1, 0, 3, 4, 0, 6, 7, 0, 9, 1, 0, 9}};
  const std::string path = folder / "a.png";
  io::write_png(path, colour);
  PictureCoding coding;
  coding.segments = {2, 1};
  const Target target = load_target(parse_state(path), coding);
  ASSERT_EQ(target.states.size(), 6U);
  EXPECT_EQ(target.states[0].name, path + "[red 0,0]");
  EXPECT_EQ(target.states[5].name, path + "[blue 1,0]");
  EXPECT_EQ(target.states[0].qubits, 2);
  EXPECT_TRUE(target.states[0].is_real);
  EXPECT_NEAR(target.states[0].norm, std::sqrt(1 + 16 + 49), 1e-13);
  EXPECT_EQ(target.states[3].norm, 0);
  EXPECT_TRUE(target.picture.has_value());
  coding.segments = {4, 2};
  refuses(ErrorKind::kInput, path, {"tiles of 1 x 1 pixels", "fewer segments"}, coding);
  io::write_pgm(folder / "grey.pgm", {3, 2, 1, {1, 2, 3, 4, 5, 6}});
  refuses(ErrorKind::kInput, folder / "grey.pgm", {"3 columns", "--pad"});
  io::write_pgm(folder / "black.pgm", {2, 2, 1, {0, 0, 0, 0}});
  refuses(ErrorKind::kInput, folder / "black.pgm", {"black all over"});
}

TEST(TargetState, OfAModelIsItsGroundState) {
  const StateWord word = parse_state("heisenberg:8");
  const Target target = load_target(word);
  ASSERT_TRUE(target.ground_energy.has_value());
  EXPECT_NEAR(*target.ground_energy, -3.651093408937, 2e-11);
  EXPECT_TRUE(target.is_unique);
  EXPECT_TRUE(target.states[0].is_real);
  EXPECT_EQ(target.states[0].qubits, 8);
  EXPECT_NEAR(energy_of_state(word, target.states[0].amplitudes), *target.ground_energy, 1e-11);
  // All spins up: eight bonds of 1/4, whatever the norm.
  Values up(256);
  up[0] = Complex(0, 3);
  EXPECT_NEAR(energy_of_state(word, up), 2, 1e-14);
  const Target ising = load_target(parse_state("tfim:6:1:open"));
  EXPECT_NEAR(*ising.ground_energy, 1 - 1 / std::sin(std::numbers::pi / 26), 1e-11);
  EXPECT_FALSE(load_target(parse_state("j1j2:8:0.5")).is_unique);
  EXPECT_NEAR(*load_target(parse_state("j1j2:8:0.5")).ground_energy, -3, 1e-11);
  expect_refused(ErrorKind::kInternal, {"no ground state"},
                 [] { hamiltonian_of(parse_state("ghz:4")); });
}

TEST(TargetState, OfANameIsMade) {
  EXPECT_NEAR(only_state("ghz:3").amplitudes[7].real(), std::sqrt(0.5), 1e-15);
  EXPECT_NEAR(only_state("w:4").amplitudes[8].real(), 0.5, 1e-15);
  EXPECT_NEAR(only_state("dicke:4:2").amplitudes[3].real(), 1 / std::sqrt(6), 1e-15);
  EXPECT_EQ(only_state("uniform:2").amplitudes[3], 0.5);
  for (const char* word : {"product:4:1", "random:4:1", "random-circuit:4:5:1", "mps:4:2:1"}) {
    EXPECT_FALSE(only_state(word).is_real) << word;
    EXPECT_NEAR(only_state(word).norm, 1, 1e-14) << word;
    EXPECT_EQ(only_state(word).name, word);
  }
  for (const char* word : {"random-real:4:1", "random-real-circuit:4:5:1", "mps-real:4:2:1"}) {
    EXPECT_TRUE(only_state(word).is_real) << word;
  }
}

TEST(TargetState, RefusesSizesThatNoMachineHas) {
  refuses(ErrorKind::kUsage, "ghz:1", {"ghz:1: expected at least two qubits"});
  refuses(ErrorKind::kResource, "random:40:1",
          {"random:40:1: needs 16384.0 GiB of memory", "available"});
  refuses(ErrorKind::kResource, "heisenberg:36", {"heisenberg:36: needs", "GiB"});
  refuses(ErrorKind::kResource, "mps:38:64:1", {"needs 135168.0 GiB"});
  EXPECT_GT(bytes_available(), std::uint64_t{1} << 20);
}

TEST_F(TargetStateTest, OfASubspaceAreOrthogonalAndOfOneSize) {
  EXPECT_EQ(load_subspace({"ghz:4", "w:4", "dicke:4:2"}).size(), 3U);
  expect_refused(ErrorKind::kInput, {"w:5: 5 qubits beside 4 of ghz:4"},
                 [] { load_subspace({"ghz:4", "w:5"}); });
  expect_refused(ErrorKind::kInput, {"uniform:4: its overlap with ghz:4 is 0.35"},
                 [] { load_subspace({"ghz:4", "uniform:4"}); });
}

}  // namespace
}  // namespace sengen::aqce
