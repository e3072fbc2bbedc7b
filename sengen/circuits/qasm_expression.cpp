// SPDX-License-Identifier: Apache-2.0
#include <sengen/circuits/qasm_expression.hpp>

#include <charconv>
#include <cmath>
#include <numbers>
#include <string>
#include <vector>

#include <fmt/format.h>

#include <sengen/core/nearest_name.hpp>

namespace sengen::circuits {

namespace {

constexpr int kDeepest = 64;

class Expression {
 public:
  Expression(Tokens& tokens, const Parameters& parameters)
      : tokens_(tokens), parameters_(parameters) {}

  double read() {
    if (++depth_ > kDeepest) tokens_.fail("the expression is nested too deeply");
    double value = product();
    for (;;) {
      if (tokens_.take("+")) {
        value += product();
      } else if (tokens_.take("-")) {
        value -= product();
      } else {
        break;
      }
    }
    --depth_;
    return value;
  }

 private:
  double product() {
    double value = sign();
    for (;;) {
      if (tokens_.take("*")) {
        value *= sign();
      } else if (tokens_.take("/")) {
        value /= sign();
      } else {
        return value;
      }
    }
  }
  double sign() {
    bool negative = false;
    for (;;) {
      if (tokens_.take("-")) {
        negative = !negative;
      } else if (!tokens_.take("+")) {
        break;
      }
    }
    const double value = power();
    return negative ? -value : value;
  }
  double power() {
    const double base = atom();
    if (!tokens_.take("^") && !tokens_.take("**")) return base;
    if (++depth_ > kDeepest) tokens_.fail("the expression is nested too deeply");
    const double exponent = sign();  // to the right first: 2^3^2 = 2^9
    --depth_;
    return std::pow(base, exponent);
  }
  double atom() {
    const Token token = tokens_.next();
    if (token.kind == TokenKind::kNumber) return number(token);
    if (token.kind == TokenKind::kName) return named(token);
    if (token.text == "(" && token.kind == TokenKind::kSymbol) {
      const double value = read();
      tokens_.expect(")");
      return value;
    }
    tokens_.fail_at(token.line, "a number, pi or a parenthesis was expected");
  }
  double number(const Token& token) const {
    double value = 0;
    const char* begin = token.text.data();
    const char* end = begin + token.text.size();
    const auto result = std::from_chars(begin, end, value);
    if (result.ec != std::errc() || result.ptr != end) {
      tokens_.fail_at(token.line, fmt::format("'{}' is not a number", token.text.substr(0, 40)));
    }
    return value;
  }
  double named(const Token& token) {
    if (const auto found = parameters_.find(token.text); found != parameters_.end()) {
      return found->second;
    }
    if (token.text == "pi") return std::numbers::pi;
    if (token.text == "tau") return 2 * std::numbers::pi;
    if (token.text == "euler") return std::numbers::e;
    using Function = double (*)(double);
    static const std::map<std::string, Function, std::less<>> functions{
        {"sin", std::sin},     {"cos", std::cos},     {"tan", std::tan},   {"exp", std::exp},
        {"ln", std::log},      {"log", std::log},     {"sqrt", std::sqrt}, {"arcsin", std::asin},
        {"arccos", std::acos}, {"arctan", std::atan}, {"asin", std::asin}, {"acos", std::acos},
        {"atan", std::atan}};
    const auto found = functions.find(token.text);
    if (found == functions.end()) {
      std::vector<std::string> all{"pi"};
      for (const auto& entry : functions) all.push_back(entry.first);
      for (const auto& entry : parameters_) all.push_back(entry.first);
      tokens_.fail_at(token.line, fmt::format("unknown name '{}' in an expression", token.text),
                      suggestion(token.text, all));
    }
    tokens_.expect("(");
    const double value = read();
    tokens_.expect(")");
    return found->second(value);
  }

  Tokens& tokens_;
  const Parameters& parameters_;
  int depth_ = 0;
};

}  // namespace

double read_expression(Tokens& tokens, const Parameters& parameters) {
  return Expression(tokens, parameters).read();
}

}  // namespace sengen::circuits
