// SPDX-License-Identifier: Apache-2.0
#include <sengen/circuits/qasm_reader.hpp>
#include <sengen/circuits/qasm_writer.hpp>

#include <cmath>
#include <complex>
#include <numbers>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sengen/circuits/qasm_gates.hpp>
#include <sengen/circuits/synthesis.hpp>
#include <sengen/core/error.hpp>

#include "random_gates.hpp"

namespace sengen::circuits {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

const std::string kHead = "OPENQASM 2.0;\ninclude \"qelib1.inc\";\n";

Complex overlap(const ElementaryCircuit& a, const ElementaryCircuit& b) {
  const auto x = state_of(a);
  const auto y = state_of(b);
  Complex sum = 0;
  for (std::size_t i = 0; i < x.size(); ++i) sum += std::conj(x[i]) * y.at(i);
  return sum;
}

// A state that no gate leaves alone, then the body.
ElementaryCircuit read_body(const std::string& body, int qubits = 2) {
  std::string text = kHead + fmt::format("qreg q[{}];\n", qubits);
  for (int q = 0; q < qubits; ++q) {
    text += fmt::format("ry({}) q[{}]; rz({}) q[{}];\n", 0.7 + q, q, 0.3 - q, q);
  }
  return read_qasm(text + body, "test.qasm");
}

void expect_equal(const std::string& a, const std::string& b, int qubits = 2) {
  EXPECT_NEAR(std::abs(overlap(read_body(a, qubits), read_body(b, qubits))), 1, 1e-14)
      << a << " and " << b;
}

std::string error_of(const std::string& text, const QasmLimits& limits = {}) {
  try {
    static_cast<void>(read_qasm(text, "test.qasm", limits));
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kInput);
    return error.what();
  }
  return "no error";
}

TEST(QasmWriter, WhatIsWrittenIsReadBackToTheLastBit) {
  RandomGates random(31);
  for (const Basis basis : {Basis::kCx, Basis::kCz, Basis::kEcr, Basis::kRxx}) {
    for (const auto version : {QasmVersion::k2, QasmVersion::k3}) {
      SynthesisOptions options;
      options.basis = basis;
      const auto circuit =
          synthesise(random.circuit(4, 6, [&] { return random.unitary<4>(); }), options);
      const std::string text = write_qasm(circuit, version, "a circuit\nof a test");
      EXPECT_THAT(text, StartsWith("// a circuit\n// of a test\n"));
      auto back = read_qasm(text, "back.qasm");
      ASSERT_EQ(back.operations.size(), circuit.operations.size());
      for (std::size_t i = 0; i < back.operations.size(); ++i) {
        ASSERT_EQ(back.operations[i].op, circuit.operations[i].op);
        ASSERT_EQ(back.operations[i].angle, circuit.operations[i].angle);
        ASSERT_EQ(back.operations[i].first, circuit.operations[i].first);
        ASSERT_EQ(back.operations[i].second, circuit.operations[i].second);
      }
      back.phase = circuit.phase;
      EXPECT_NEAR(std::abs(overlap(back, circuit) - 1.0), 0, 1e-13);
    }
  }
}

TEST(QasmWriter, MatricesAndPhases) {
  RandomGates random(32);
  ElementaryCircuit circuit{2, 0.4, {}, {}};
  circuit.add_matrix(0, random.unitary<2>());
  circuit.add(Op::kCx, 0, 1);
  for (const auto version : {QasmVersion::k2, QasmVersion::k3}) {
    const std::string text = write_qasm(circuit, version);
    auto back = read_qasm(text, "back.qasm");
    const auto at = text.find("phase = ");
    back.phase += std::stod(text.substr(at + 8));
    EXPECT_NEAR(std::abs(overlap(back, circuit) - 1.0), 0, 1e-14);
  }
  circuit.add_matrix(0, 1, random.unitary<4>());
  EXPECT_THROW(static_cast<void>(write_qasm(circuit, QasmVersion::k2)), Error);
}

TEST(QasmReader, GatesAreWhatTheirDefinitionsSay) {
  const std::string a = "q[0]";
  const std::string b = "q[1]";
  expect_equal("y q[0];", "u3(pi,pi/2,pi/2) q[0];");
  expect_equal("h q[0];", "u2(0,pi) q[0];");
  expect_equal("z q;", "s q; s q;");
  expect_equal("t q; t q;", "s q;");
  expect_equal("sdg q; tdg q;", "u1(-3*pi/4) q;");
  expect_equal("sx q; sx q;", "x q;");
  expect_equal("sx q; sxdg q; id q; u0(1) q;", "");
  expect_equal("rx(0.3) q[0];", "u3(0.3,-pi/2,pi/2) q[0];");
  expect_equal("ry(0.3) q[0];", "u(0.3,0,0) q[0];");
  expect_equal("rz(0.3) q[0];", "p(0.3) q[0];");
  expect_equal("U(0.1,0.2,0.3) q[0]; CX q[0],q[1];", "u3(0.1,0.2,0.3) q[0]; cx q[0],q[1];");
  expect_equal("cz q[0],q[1];", "h q[1]; cx q[0],q[1]; h q[1];");
  expect_equal("cy q[0],q[1];", "sdg q[1]; cx q[0],q[1]; s q[1];");
  expect_equal("swap q[0],q[1];", "cx q[0],q[1]; cx q[1],q[0]; cx q[0],q[1];");
  expect_equal("ch q[0],q[1];",
               "s q[1]; h q[1]; t q[1]; cx q[0],q[1]; tdg q[1]; h q[1]; sdg q[1];");
  expect_equal("crz(0.3) q[0],q[1];", "rz(0.15) q[1]; cx q[0],q[1]; rz(-0.15) q[1]; cx q[0],q[1];");
  expect_equal("cu1(0.3) q[0],q[1];",
               "u1(0.15) q[0]; cx q[0],q[1]; u1(-0.15) q[1]; cx q[0],q[1]; u1(0.15) q[1];");
  expect_equal("cp(0.3) q[0],q[1];", "cu1(0.3) q[1],q[0];");
  expect_equal("cu3(0.3,0.4,0.5) q[0],q[1];",
               "u1((0.5+0.4)/2) q[0]; u1((0.5-0.4)/2) q[1]; cx q[0],q[1];"
               "u3(-0.3/2,0,-(0.4+0.5)/2) q[1]; cx q[0],q[1]; u3(0.3/2,0.4,0) q[1];");
  expect_equal("rzz(0.3) q[0],q[1];", "cx q[0],q[1]; rz(0.3) q[1]; cx q[0],q[1];");
  expect_equal("rxx(0.3) q[0],q[1];", "h q; rzz(0.3) q[0],q[1]; h q;");
  expect_equal("ryy(0.3) q[0],q[1];", "rx(pi/2) q; rzz(0.3) q[0],q[1]; rx(-pi/2) q;");
  expect_equal("rzx(0.3) q[0],q[1];", "h q[1]; rzz(0.3) q[0],q[1]; h q[1];");
  expect_equal("ecr q[0],q[1];", "rzx(pi/4) q[0],q[1]; x q[0]; rzx(-pi/4) q[0],q[1];");
  expect_equal("iswap q[0],q[1];", "s q; h q[0]; cx q[0],q[1]; cx q[1],q[0]; h q[1];");
  expect_equal("crx(0.3) q[0],q[1];", "h q[1]; crz(0.3) q[0],q[1]; h q[1];");
  expect_equal("cry(0.3) q[0],q[1];", "ry(0.15) q[1]; cx q[0],q[1]; ry(-0.15) q[1]; cx q[0],q[1];");
  expect_equal("csx q[0],q[1]; csx q[0],q[1];", "cx q[0],q[1];");
  expect_equal("cu(0.1,0.2,0.3,0) q[0],q[1];", "cu3(0.1,0.2,0.3) q[0],q[1];");
  expect_equal("dcx q[0],q[1];", "cx q[0],q[1]; cx q[1],q[0];");
}

TEST(QasmReader, ExpressionsHaveTheirValues) {
  const std::vector<std::pair<std::string, double>> cases{{"pi/2", std::numbers::pi / 2},
                                                          {"-pi", -std::numbers::pi},
                                                          {"2^3^2/512", 1},
                                                          {"-2^2", -4},
                                                          {"1-2-3", -4},
                                                          {"8/4/2", 1},
                                                          {"2*(3+4)", 14},
                                                          {"sin(0.5)", std::sin(0.5)},
                                                          {"ln(exp(2))", 2},
                                                          {"sqrt(2)*cos(0)", std::sqrt(2)},
                                                          {"tan(1)", std::tan(1)},
                                                          {"1.5e-3", 1.5e-3},
                                                          {".5", 0.5},
                                                          {"5.", 5},
                                                          {"--1", 1},
                                                          {"2^-1", 0.5},
                                                          {"1E+2", 100},
                                                          {"2**3", 8}};
  for (const auto& [text, value] : cases) {
    const auto circuit = read_qasm(kHead + "qreg q[1]; rz(" + text + ") q[0];", "expression.qasm");
    EXPECT_DOUBLE_EQ(circuit.operations.at(0).angle, value) << text;
  }
}

TEST(QasmReader, RegistersDefinitionsBarriersAndMeasurements) {
  const auto circuit =
      read_qasm(kHead +
                    "/* registers\n in order */ qreg a[2]; qreg b[2]; creg c[4];\n"
                    "gate pair(x,y) p,r { ry(x) p; barrier p,r; cx p,r; rz(x+y/2) r; }\n"
                    "gate twice(x) p,r { pair(x,2*x) p,r; pair(-x,sin(x)) r,p; }\n"
                    "h a; cx a,b; cx a[0],b; twice(0.3) a[1],b[0]; barrier a,b;\n"
                    "measure a -> c; measure b[1] -> c[3];\n",
                "test.qasm");
  EXPECT_EQ(circuit.qubits, 4);
  EXPECT_EQ(circuit.operations.size(), 2 + 2 + 2 + 6U);
  EXPECT_EQ(circuit.operations[3].first, 1);
  EXPECT_EQ(circuit.operations[3].second, 3);
  EXPECT_EQ(circuit.operations.back().op, Op::kRz);
  EXPECT_DOUBLE_EQ(circuit.operations.back().angle, -0.3 + std::sin(0.3) / 2);

  const auto three = read_qasm(
      "OPENQASM 3.0; include \"stdgates.inc\"; qubit[2] q; qubit r; bit[3] c; bit d;\n"
      "gphase(0.25); U(pi/2,0,pi) q[0]; cx q[0],r; c[0] = measure q[0]; d = measure r;\n",
      "three.qasm");
  EXPECT_EQ(three.qubits, 3);
  EXPECT_EQ(three.phase, 0.25);
  EXPECT_EQ(three.operations.size(), 2U);
}

TEST(QasmReader, LibraryGatesThatAFileDefinesKeepTheirNames) {
  const std::string q = "qreg q[2];";
  const auto same =
      read_qasm(kHead + "gate rxx(t) a,b { h a; h b; cx a,b; rz(t) b; cx a,b; h a; h b; }" + q +
                    "rxx(0.1) q[0],q[1];",
                "same.qasm");
  ASSERT_EQ(same.operations.size(), 1U);
  EXPECT_EQ(same.operations[0].op, Op::kRxx);
  const auto other = read_qasm(kHead + "gate x a { h a; }" + q + "x q[0];", "other.qasm");
  EXPECT_EQ(other.operations[0].op, Op::kOneQubit);
}

TEST(QasmReader, ErrorsNameTheLineAndWhatWasMeant) {
  EXPECT_THAT(error_of(kHead + "qreg q[2];\nfoo q[0];"),
              StartsWith("test.qasm:4: unknown gate 'foo'"));
  EXPECT_THAT(error_of(kHead + "qreg q[2];\n\nhh q[0];"), HasSubstr("did you mean 'h'"));
  EXPECT_THAT(error_of(kHead + "qreg q[3]; ccx q[0],q[1],q[2];"), HasSubstr("three qubits"));
  EXPECT_THAT(error_of(kHead + "qreg q[2]; x q[2];"), HasSubstr("test.qasm:3"));
  EXPECT_THAT(error_of(kHead + "qreg q[2]; x r[0];"), HasSubstr("unknown register 'r'"));
  EXPECT_THAT(error_of(kHead + "qreg q[2]; cx q[0],q[0];"), HasSubstr("twice on one qubit"));
  EXPECT_THAT(error_of(kHead + "qreg q[2]; cx q[0];"), HasSubstr("2 qubits"));
  EXPECT_THAT(error_of(kHead + "qreg q[2]; rx q[0];"), HasSubstr("1 parameters"));
  EXPECT_THAT(error_of(kHead + "qreg q[2]; rx(1/0) q[0];"), HasSubstr("not finite"));
  EXPECT_THAT(error_of(kHead + "qreg q[2]; rx(y) q[0];"), HasSubstr("unknown name 'y'"));
  EXPECT_THAT(error_of(kHead + "qreg q[2]; rx(1.2.3) q[0];"), HasSubstr("not a number"));
  EXPECT_THAT(error_of(kHead + "qreg q[99];"), HasSubstr("1 to 63"));
  EXPECT_THAT(error_of(kHead + "qreg q[2]; qreg q[2];"), HasSubstr("declared twice"));
  EXPECT_THAT(error_of(kHead + "qreg q[2]; qreg r[1]; cx q,r;"), HasSubstr("different sizes"));
  EXPECT_THAT(error_of(kHead + "qreg q[1]; creg c[1]; measure q -> c; x q[0];"),
              HasSubstr("after its measurement"));
  EXPECT_THAT(error_of(kHead + "qreg q[1]; if (c == 1) x q[0];"), HasSubstr("'if'"));
  EXPECT_THAT(error_of(kHead + "qreg q[1]; reset q;"), HasSubstr("'reset'"));
  EXPECT_THAT(error_of(kHead), HasSubstr("no qubits"));
  EXPECT_THAT(error_of("OPENQASM 4.0;"), HasSubstr("OpenQASM 4.0"));
  EXPECT_THAT(error_of("include \"/etc/passwd\";"), HasSubstr("cannot include"));
  EXPECT_THAT(error_of("qreg q[2]; x q[0]"), HasSubstr("end of the file"));
  EXPECT_THAT(error_of("/* open"), HasSubstr("not closed"));
  EXPECT_THAT(error_of("qreg q[1]; $"), HasSubstr("'$'"));
  EXPECT_THAT(error_of("gate g a { h b; } qreg q[1];"), HasSubstr("unknown qubit 'b'"));
  EXPECT_THAT(error_of("gate g a { g a; } qreg q[1];"), HasSubstr("unknown gate 'g'"));
  EXPECT_THAT(error_of("qreg q[1]; ctrl @ x q[0];"), HasSubstr("'ctrl'"));
}

TEST(QasmReader, HostileFilesEnd) {
  std::string nested = "qreg q[1]; rx(" + std::string(100000, '(') + "1";
  EXPECT_THAT(error_of(nested), HasSubstr("too deeply"));
  EXPECT_THAT(error_of("qreg q[1]; rx(2" +
                       [] {
                         std::string tower;
                         for (int i = 0; i < 100000; ++i) tower += "^2";
                         return tower;
                       }()),
              HasSubstr("too deeply"));
  std::string bomb = "gate g0 a { x a; }\n";
  for (int i = 1; i < 60; ++i)
    bomb += fmt::format("gate g{} a {{ g{} a; g{} a; }}\n", i, i - 1, i - 1);
  EXPECT_THAT(error_of(bomb + "qreg q[1]; g59 q[0];", {.operations = 1000}),
              HasSubstr("more than"));
  std::string empty = "gate g0 a { barrier a; }\n";
  for (int i = 1; i < 60; ++i) {
    empty += fmt::format("gate g{} a {{ g{} a; g{} a; }}\n", i, i - 1, i - 1);
  }
  EXPECT_THAT(error_of(empty + "qreg q[1]; g59 q[0];", {.reread_bytes = 100000}),
              HasSubstr("expand to too much"));
  std::string chain = "gate g0 a { x a; }\n";
  for (int i = 1; i < 200; ++i) chain += fmt::format("gate g{} a {{ g{} a; }}\n", i, i - 1);
  EXPECT_THAT(error_of(chain + "qreg q[1]; g199 q[0];"), HasSubstr("too deeply"));
}

}  // namespace
}  // namespace sengen::circuits
