// SPDX-License-Identifier: Apache-2.0
#include <sengen/circuits/qasm_tokens.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <numbers>
#include <vector>

#include <fmt/format.h>

#include <sengen/core/error.hpp>
#include <sengen/core/nearest_name.hpp>

namespace sengen::circuits {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }

// A character of the user's file in a message.
std::string shown(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte > 32 && byte < 127 ? fmt::format("'{}'", c) : fmt::format("byte {}", byte);
}

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
    const char* end = token.text.data() + token.text.size();
    const auto result = std::from_chars(token.text.data(), end, value);
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

Tokens::Tokens(std::string_view text, std::string_view name, std::size_t most_reread)
    : text_(text), name_(name), most_reread_(most_reread) {
  token_ = scan();
}

Token Tokens::next() {
  const Token token = token_;
  token_ = scan();
  return token;
}

bool Tokens::take(std::string_view text) {
  if (token_.text != text ||
      (token_.kind != TokenKind::kSymbol && token_.kind != TokenKind::kName)) {
    return false;
  }
  token_ = scan();
  return true;
}

void Tokens::expect(std::string_view text) {
  if (take(text)) return;
  const std::string found = token_.kind == TokenKind::kEnd
                                ? std::string("the end of the file")
                                : fmt::format("'{}'", token_.text.substr(0, 40));
  fail(fmt::format("'{}' was expected, found {}", text, found));
}

std::string_view Tokens::expect_name(const char* what) {
  if (token_.kind != TokenKind::kName) fail(fmt::format("{} was expected", what));
  return next().text;
}

int Tokens::expect_integer(const char* what, int limit) {
  int value = -1;
  const char* end = token_.text.data() + token_.text.size();
  if (token_.kind != TokenKind::kNumber) fail(fmt::format("{} was expected", what));
  const auto result = std::from_chars(token_.text.data(), end, value);
  if (result.ec != std::errc() || result.ptr != end || value < 0 || value > limit) {
    fail(fmt::format("{} must be a whole number of 0 to {}", what, limit));
  }
  next();
  return value;
}

void Tokens::skip_past(std::string_view symbol) {
  while (token_.kind != TokenKind::kEnd) {
    if (take(symbol)) return;
    next();
  }
  fail(fmt::format("'{}' is missing", symbol));
}

void Tokens::fail(const std::string& message, const std::string& hint) const {
  fail_at(token_.line, message, hint);
}

void Tokens::fail_at(int line, const std::string& message, const std::string& hint) const {
  throw Error(ErrorKind::kInput, fmt::format("{}:{}: {}", name_, line, message), hint);
}

void Tokens::go_to(const Mark& mark) {
  position_ = mark.position;
  line_ = mark.line;
  token_ = mark.token;
}

void Tokens::skip_blanks() {
  while (position_ < text_.size()) {
    const char c = text_[position_];
    const auto rest = text_.substr(position_, 2);
    if (c == '\n') {
      ++line_;
      ++position_;
    } else if (c == ' ' || c == '\t' || c == '\r') {
      ++position_;
    } else if (rest == "//") {
      position_ = std::min(text_.find('\n', position_), text_.size());
    } else if (rest == "/*") {
      const auto end = text_.find("*/", position_ + 2);
      if (end == std::string_view::npos) fail_at(line_, "a comment is not closed");
      for (; position_ < end; ++position_) line_ += text_[position_] == '\n' ? 1 : 0;
      position_ = end + 2;
    } else {
      break;
    }
  }
}

Token Tokens::scan() {
  const std::size_t begin = position_;
  const Token token = scan_here();
  if (begin < furthest_) {
    reread_ += position_ - begin;
    if (reread_ > most_reread_) fail_at(line_, "the gate definitions expand to too much");
  }
  furthest_ = std::max(furthest_, position_);
  return token;
}

Token Tokens::scan_here() {
  skip_blanks();
  if (position_ == text_.size()) return {TokenKind::kEnd, {}, line_};
  const std::size_t begin = position_;
  const char c = text_[begin];
  const auto at = [&](std::size_t i) { return i < text_.size() ? text_[i] : '\0'; };
  if (is_letter(c)) {
    while (is_letter(at(position_)) || is_digit(at(position_))) ++position_;
    return {TokenKind::kName, text_.substr(begin, position_ - begin), line_};
  }
  if (is_digit(c) || (c == '.' && is_digit(at(begin + 1)))) {
    while (is_digit(at(position_)) || at(position_) == '.') ++position_;
    if (at(position_) == 'e' || at(position_) == 'E') {
      const std::size_t sign = at(position_ + 1) == '-' || at(position_ + 1) == '+' ? 1 : 0;
      if (is_digit(at(position_ + 1 + sign))) {
        position_ += 1 + sign;
        while (is_digit(at(position_))) ++position_;
      }
    }
    return {TokenKind::kNumber, text_.substr(begin, position_ - begin), line_};
  }
  if (c == '"') {
    const auto end = text_.find_first_of("\"\n", begin + 1);
    if (end == std::string_view::npos || text_[end] == '\n')
      fail_at(line_, "a quote is not closed");
    position_ = end + 1;
    return {TokenKind::kText, text_.substr(begin + 1, end - begin - 1), line_};
  }
  const auto pair = text_.substr(begin, 2);
  if (pair == "->" || pair == "==" || pair == "**") {
    position_ += 2;
    return {TokenKind::kSymbol, pair, line_};
  }
  if (std::string_view("()[]{};,+-*/^=@:").find(c) == std::string_view::npos) {
    fail_at(line_, fmt::format("unexpected {}", shown(c)));
  }
  ++position_;
  return {TokenKind::kSymbol, text_.substr(begin, 1), line_};
}

double read_expression(Tokens& tokens, const Parameters& parameters) {
  return Expression(tokens, parameters).read();
}

}  // namespace sengen::circuits
