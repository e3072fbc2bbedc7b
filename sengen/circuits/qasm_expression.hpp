// SPDX-License-Identifier: Apache-2.0
// Constant expressions of OpenQASM, as angles of gates are.
#pragma once

#include <functional>
#include <map>
#include <string>

#include <sengen/circuits/qasm_tokens.hpp>

namespace sengen::circuits {

// Values of parameters by their names.
using Parameters = std::map<std::string, double, std::less<>>;

// pi, numbers, names of parameters, + - * / ^ (and **), parentheses, sin cos tan exp ln (log) sqrt
// (and arcsin arccos arctan of version 3). kInput for anything else and for more than 64
// parentheses in each other; the value may be infinite or NaN.
double read_expression(Tokens& tokens, const Parameters& parameters);

}  // namespace sengen::circuits
