// SPDX-License-Identifier: Apache-2.0
#include <sengen/train/recorder.hpp>

#include <cmath>
#include <filesystem>

namespace sengen::train {

Recorder::Recorder(const std::string& label, const study::Context& context)
    : label_(label), stage_(context.stage()) {
  if (!context.comm().is_root()) return;
  const std::filesystem::path folder = context.file("events") / label;
  std::filesystem::create_directories(folder);
  lines_.emplace(context.file("metrics.jsonl"));
  events_.emplace(folder);
}

void Recorder::record(std::int64_t update, const Numbers& numbers) {
  if (!lines_) return;
  io::JsonRecord line = {{"stage", stage_}, {"run", label_}, {"update", update}};
  for (const auto& [name, value] : numbers) {
    line.emplace_back(name, value);
    if (std::isfinite(value)) events_->add_scalar(name, update, value);
  }
  lines_->append(line);
  events_->flush();
}

}  // namespace sengen::train
