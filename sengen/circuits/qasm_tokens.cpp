// SPDX-License-Identifier: Apache-2.0
#include <sengen/circuits/qasm_tokens.hpp>

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include <sengen/core/error.hpp>

namespace sengen::circuits {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }

// A character of the user's file in a message.
std::string shown(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte > 32 && byte < 127 ? fmt::format("'{}'", c) : fmt::format("byte {}", byte);
}

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
  const char* begin = token_.text.data();
  const char* end = begin + token_.text.size();
  if (token_.kind != TokenKind::kNumber) fail(fmt::format("{} was expected", what));
  const auto result = std::from_chars(begin, end, value);
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

}  // namespace sengen::circuits
