// SPDX-License-Identifier: Apache-2.0
#include <sengen/parallel/agreement.hpp>

#include <optional>
#include <string>

#include <fmt/format.h>

#include <sengen/core/error.hpp>

namespace sengen::parallel {

void agree(const Communicator& comm, const std::function<void()>& work) {
  if (comm.size() == 1) return work();
  std::optional<Error> own;
  try {
    work();
  } catch (const std::exception& exception) {
    own = as_error(exception);
  }
  const std::int64_t lowest =
      comm.allreduce(std::int64_t{own ? comm.rank() : comm.size()}, Reduction::kMin);
  if (lowest == comm.size()) return;
  const bool everywhere = comm.all(own.has_value());
  const int speaker = static_cast<int>(lowest);
  std::string kind;
  std::string message;
  std::string hint;
  if (comm.rank() == speaker) {
    kind = std::to_string(static_cast<int>(own->kind()));
    message = own->message();
    if (own->kind() == ErrorKind::kInternal) {
      message += fmt::format(" ({}:{})", own->where().file_name(), own->where().line());
    }
    hint = own->hint();
  }
  kind = comm.broadcast(kind, speaker);
  message = comm.broadcast(message, speaker);
  hint = comm.broadcast(hint, speaker);
  // Much is the root's work alone: only the number of another rank says something.
  if (!everywhere && speaker != 0) message = fmt::format("on rank {}: {}", speaker, message);
  throw Error(static_cast<ErrorKind>(std::stoi(kind)), message, hint);
}

}  // namespace sengen::parallel
