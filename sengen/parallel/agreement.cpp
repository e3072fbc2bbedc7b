// SPDX-License-Identifier: Apache-2.0
#include <sengen/parallel/agreement.hpp>

#include <charconv>
#include <exception>
#include <new>
#include <system_error>
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

Outcome failure(ErrorKind kind, std::string message, std::string hint = {}) {
  return {static_cast<int>(kind), std::move(message), std::move(hint)};
}

Outcome outcome_of(const std::function<std::string()>& action) {
  try {
    return {0, {}, action()};
  } catch (const Error& error) {
    return failure(error.kind(), error.message(), error.hint());
  } catch (const std::bad_alloc&) {
    return failure(ErrorKind::kResource, "there is not enough memory");
  } catch (const std::system_error& error) {  // of std::filesystem
    return failure(ErrorKind::kResource, error.what());
  } catch (const std::exception& error) {
    return failure(ErrorKind::kInternal, error.what());
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
    for (std::size_t rank = 0; rank < texts.size(); ++rank) {
      Outcome outcome = Outcome::from(texts[rank]);
      if (outcome.failed() && comm.size() > 1) {
        outcome.message = fmt::format("rank {}: {}", rank, outcome.message);
      }
      if (outcome.failed()) outcome.raise();
      texts[rank] = std::move(outcome.rest);
    }
    return std::string();
  });
  return texts;
}

}  // namespace sengen::parallel
