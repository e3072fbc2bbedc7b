// SPDX-License-Identifier: Apache-2.0
#include <systems/aqce/state_word.hpp>

#include "../scratch.hpp"

namespace sengen::aqce {
namespace {

using spin_lattice::Model;

void refuses(const std::string& word, std::vector<std::string> parts) {
  parts.push_back("state '" + word + "'");
  expect_refused(ErrorKind::kUsage, parts, [&] { parse_state(word); });
}

TEST(StateWord, ReadsModels) {
  StateWord word = parse_state("heisenberg:16");
  EXPECT_EQ(word.kind, StateKind::kGround);
  EXPECT_EQ(word.model, Model::kHeisenberg);
  EXPECT_EQ(word.qubits, 16);
  EXPECT_EQ(word.lattice.columns, 16);
  EXPECT_EQ(word.lattice.rows, 1);
  EXPECT_TRUE(word.lattice.periodic);
  word = parse_state("heisenberg:2x4:open");
  EXPECT_EQ(word.lattice.rows, 2);
  EXPECT_EQ(word.lattice.columns, 4);
  EXPECT_FALSE(word.lattice.periodic);
  word = parse_state("tfim:10:0.75:open");
  EXPECT_EQ(word.model, Model::kTransverseIsing);
  EXPECT_EQ(word.parameter, 0.75);
  EXPECT_FALSE(word.lattice.periodic);
  EXPECT_EQ(parse_state("j1j2:4x4:-0.5").parameter, -0.5);
  EXPECT_EQ(parse_state("xy:12").model, Model::kXy);
  // A line of sites is a chain.
  EXPECT_EQ(parse_state("j1j2:8x1:0.5").lattice.rows, 1);
}

TEST(StateWord, ReadsStatesThatAreMade) {
  EXPECT_EQ(parse_state("ghz:5").kind, StateKind::kGhz);
  EXPECT_EQ(parse_state("w:5").qubits, 5);
  EXPECT_EQ(parse_state("dicke:6:3").count, 3);
  EXPECT_EQ(parse_state("uniform:4").kind, StateKind::kUniform);
  EXPECT_EQ(parse_state("product:4:18446744073709551615").seed, ~std::uint64_t{0});
  EXPECT_EQ(parse_state("random:4:7").seed, 7U);
  EXPECT_EQ(parse_state("random-real:4:7").kind, StateKind::kRandomReal);
  const StateWord circuit = parse_state("random-circuit:10:40:3");
  EXPECT_EQ(circuit.kind, StateKind::kRandomCircuit);
  EXPECT_EQ(circuit.count, 40);
  EXPECT_EQ(circuit.seed, 3U);
  EXPECT_EQ(parse_state("random-real-circuit:10:0:3").kind, StateKind::kRandomRealCircuit);
  EXPECT_EQ(parse_state("mps:12:8:1").count, 8);
  EXPECT_EQ(parse_state("mps-real:12:8:1").kind, StateKind::kMpsReal);
}

TEST(StateWord, ReadsFiles) {
  EXPECT_EQ(parse_state("a.npy").kind, StateKind::kArray);
  EXPECT_EQ(parse_state("/tmp/x:y/a.npy").file, "/tmp/x:y/a.npy");
  for (const char* path : {"a.pgm", "a.ppm", "dir/a.png"}) {
    EXPECT_EQ(parse_state(path).kind, StateKind::kPicture);
  }
  EXPECT_EQ(parse_state("a.npz").dataset, "");
  EXPECT_EQ(parse_state("a.npz:psi").dataset, "psi");
  const StateWord word = parse_state("dir.h5/a.h5:/group/psi");
  EXPECT_EQ(word.file, "dir.h5/a.h5");
  EXPECT_EQ(word.dataset, "/group/psi");
  EXPECT_EQ(parse_state("a.hdf5:psi").file, "a.hdf5");
  refuses("a.h5:", {"no name behind the colon", "a.h5:NAME"});
}

TEST(StateWord, SaysWhatIsWrong) {
  refuses("heisenburg:8", {"did you mean 'heisenberg'?", "heisenberg:SIZE[:open]", "PATH.npy"});
  refuses("qqqqqqqqqqq", {"neither a state's name nor a file", "mps:N:BOND:SEED"});
  refuses("state.txt", {"files end in .npy, .npz, .h5, .pgm, .ppm or .png"});
  refuses("", {"neither a state's name"});
  refuses("tfim:10", {"1 numbers behind the name, expected 2", "tfim:SIZE:H[:open]"});
  refuses("ghz:4:open", {"2 numbers behind the name, expected 1", "ghz:N"});
  refuses("heisenberg:4x", {"SIZE is '4x'", "ROWSxCOLUMNS"});
  refuses("heisenberg:0x4", {"SIZE is '0x4'"});
  refuses("heisenberg:100000x100000", {"SIZE is"});
  refuses("heisenberg:1", {"SIZE is '1'", "from 2 to 40"});
  refuses("tfim:8:-1", {"H is '-1'", "a number from 0 on"});
  refuses("j1j2:8:nan", {"J2 is 'nan'", "expected a number"});
  refuses("ghz:x", {"N is 'x'", "from 1 to 63"});  // a matrix product state, where it must be
  refuses("random:41:1", {"N is '41'", "from 1 to 40"});
  refuses("dicke:4:5", {"K is '5'", "from 0 to 4"});
  refuses("random:4:-1", {"SEED is '-1'", "random:N:SEED"});
  refuses("random-circuit:4:-2:1", {"GATES is '-2'"});
  refuses("mps:4:0:1", {"BOND is '0'"});
}

}  // namespace
}  // namespace sengen::aqce
