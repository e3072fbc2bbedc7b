// SPDX-License-Identifier: Apache-2.0
// Words of OpenQASM text, one after the other, with their lines. Comments and white space are
// passed over. What is wrong is kInput with "NAME:LINE: ".
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace sengen::circuits {

enum class TokenKind { kEnd, kName, kNumber, kText, kSymbol };

struct Token {
  TokenKind kind = TokenKind::kEnd;
  std::string_view text;  // of a text without its quotes; symbols are one character, or -> and ==
  int line = 1;
};

class Tokens {
 public:
  // text must outlive this; name stands in messages; most_reread: bytes that may be read again
  // after go_to, in all.
  Tokens(std::string_view text, std::string_view name, std::size_t most_reread);

  const Token& peek() const { return token_; }
  Token next();
  // Whether the next token is this symbol or name, which is then taken.
  bool take(std::string_view text);
  // kInput unless it is.
  void expect(std::string_view text);
  std::string_view expect_name(const char* what);
  // A whole number of 0 to limit.
  int expect_integer(const char* what, int limit);
  // Passes over everything up to and with this symbol.
  void skip_past(std::string_view symbol);

  [[noreturn]] void fail(const std::string& message, const std::string& hint = {}) const;
  [[noreturn]] void fail_at(int line, const std::string& message,
                            const std::string& hint = {}) const;
  // Where to go on from: the body of a gate is read again at every call.
  struct Mark {
    std::size_t position = 0;
    int line = 1;
    Token token;
  };
  Mark mark() const { return {position_, line_, token_}; }
  void go_to(const Mark& mark);

 private:
  Token scan();
  Token scan_here();
  void skip_blanks();

  std::string_view text_;
  std::string name_;
  std::size_t most_reread_;
  std::size_t reread_ = 0;
  std::size_t furthest_ = 0;
  std::size_t position_ = 0;
  int line_ = 1;
  Token token_;
};

}  // namespace sengen::circuits
