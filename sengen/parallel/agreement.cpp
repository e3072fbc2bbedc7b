// SPDX-License-Identifier: Apache-2.0
#include <sengen/parallel/agreement.hpp>

#include <charconv>
#include <exception>
#include <utility>

#include <fmt/format.h>

#include <sengen/core/error.hpp>

namespace sengen::parallel {

namespace {

// How an action ended. On its way to other ranks it is a text: kind, length of the message, the
// message, and the hint or what the action gave back.
struct Outcome {
  int kind = 0;  // 0: it went well
  std::string message;
  std::string rest;

  std::string text() const {
    return fmt::format("{} {} {}{}", kind, message.size(), message, rest);
  }
  static Outcome from(const std::string& text) {
    Outcome outcome;
    std::size_t length = 0;
    const char* const end = text.data() + text.size();
    const char* at = std::from_chars(text.data(), end, outcome.kind).ptr + 1;
    at = std::from_chars(at, end, length).ptr + 1;
    outcome.message.assign(at, length);
    outcome.rest.assign(at + length, end);
    return outcome;
  }
  bool failed() const noexcept { return kind != 0; }
  [[noreturn]] void raise() const { throw Error(static_cast<ErrorKind>(kind), message, rest); }
};

Outcome outcome_of(const std::function<std::string()>& action) {
  try {
    return {0, {}, action()};
  } catch (const std::exception& exception) {
    const Error error = as_error(exception);
    std::string message = error.message();
    if (error.kind() == ErrorKind::kInternal) {
      message += fmt::format(" ({}:{})", error.where().file_name(), error.where().line());
    }
    return {static_cast<int>(error.kind()), std::move(message), error.hint()};
  }
}

}  // namespace

std::string broadcast_agreed(const Communicator& comm, const std::function<std::string()>& action) {
  Outcome outcome;
  if (comm.is_root()) outcome = outcome_of(action);
  outcome = Outcome::from(comm.broadcast(outcome.text()));
  if (outcome.failed()) outcome.raise();
  return outcome.rest;
}

std::vector<std::string> gather_agreed(const Communicator& comm,
                                       const std::function<std::string()>& action) {
  std::vector<std::string> texts = comm.gather(outcome_of(action).text());
  broadcast_agreed(comm, [&] {
    std::size_t failures = 0;
    for (const std::string& text : texts) failures += Outcome::from(text).failed() ? 1 : 0;
    for (std::size_t rank = 0; rank < texts.size(); ++rank) {
      Outcome outcome = Outcome::from(texts[rank]);
      // Much is the root's work alone: only the number of another rank says something.
      if (outcome.failed() && rank > 0 && failures < texts.size()) {
        outcome.message = fmt::format("on rank {}: {}", rank, outcome.message);
      }
      if (outcome.failed()) outcome.raise();
      texts[rank] = std::move(outcome.rest);
    }
    return std::string();
  });
  return texts;
}

void agree(const Communicator& comm, const std::function<void()>& action) {
  if (comm.size() == 1) return action();
  gather_agreed(comm, [&] {
    action();
    return std::string();
  });
}

}  // namespace sengen::parallel
