// SPDX-License-Identifier: Apache-2.0
#include <sengen/train/loop.hpp>

#include <array>
#include <charconv>
#include <chrono>
#include <cmath>

#include <fmt/format.h>

#include <sengen/core/error.hpp>
#include <sengen/core/stop.hpp>
#include <sengen/train/recorder.hpp>
#include <sengen/train/tensor_file.hpp>

namespace sengen::train {

namespace {

using Clock = std::chrono::steady_clock;

constexpr const char* kKey = "key";
constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

TensorSource source_of(io::Checkpoint& checkpoint) {
  return {checkpoint.folder().string(),
          [&checkpoint](const std::string& name) { return checkpoint.contains(name); },
          [&checkpoint](const std::string& name) { return checkpoint.info(name); },
          [&checkpoint](const std::string& name, std::span<std::byte> target) {
            checkpoint.read_bytes(name, target);
          }};
}

// Texts of a checkpoint's metadata; kInput where one is missing.
const std::string& text_of(const io::Checkpoint& checkpoint, const std::string& name) {
  const auto found = checkpoint.metadata().find(name);
  if (found != checkpoint.metadata().end()) return found->second;
  throw Error(ErrorKind::kInput,
              fmt::format("{}: the manifest has no '{}'", checkpoint.folder().string(), name),
              "remove the folder of checkpoints to begin anew");
}

template <typename Number>
Number number_of(const io::Checkpoint& checkpoint, const std::string& name) {
  const std::string& text = text_of(checkpoint, name);
  Number number{};
  const auto result = std::from_chars(text.data(), text.data() + text.size(), number);
  if (result.ec != std::errc{} || result.ptr != text.data() + text.size()) {
    throw Error(ErrorKind::kInput,
                fmt::format("{}: '{}' is no number: {}", checkpoint.folder().string(), name, text));
  }
  return number;
}

}  // namespace

Loop::Loop(std::string label, const LoopOptions& options, std::filesystem::path folder,
           study::Context& context)
    : label_(std::move(label)),
      options_(options),
      context_(context),
      folder_(std::move(folder)),
      store_(folder_, context.comm(), {.keep = static_cast<int>(options.keep)}) {
  if (options_.key.empty()) options_.key = context.key();
}

void Loop::keep(const nn::NamedTensors& tensors) {
  tensors_.insert(tensors_.end(), tensors.begin(), tensors.end());
}

void Loop::keep(const std::string& name, std::int64_t& number) {
  numbers_.emplace_back(name, &number);
}

void Loop::take(io::Checkpoint& checkpoint, LoopResult& result) {
  const TensorSource source = source_of(checkpoint);
  read_tensors(source, tensors_);
  for (const auto& [name, number] : numbers_) {
    *number = number_of<std::int64_t>(checkpoint, name);
  }
  result.updates = saved_at_ = checkpoint.step();
  result.best_validation = number_of<double>(checkpoint, "best_validation");
  result.best_update = number_of<std::int64_t>(checkpoint, "best_update");
  result.step_seconds = number_of<double>(checkpoint, "step_seconds");
  result.curve.update = checkpoint.read<double>("curve.update");
  result.curve.loss = checkpoint.read<double>("curve.loss");
  result.curve.validation = checkpoint.read<double>("curve.validation");
  loss_sum_ = number_of<double>(checkpoint, "loss_sum");
  loss_count_ = number_of<std::int64_t>(checkpoint, "loss_count");
}

void Loop::warn_of(const io::Checkpoint& checkpoint) const {
  if (!context_.comm().is_root()) return;
  for (const std::string& warning : checkpoint.warnings()) context_.log().warn("{}", warning);
}

void Loop::go_on(LoopResult& result) {
  std::optional<io::Checkpoint> checkpoint = store_.load_newest();
  if (!checkpoint) return;
  warn_of(*checkpoint);
  if (text_of(*checkpoint, kKey) != options_.key || checkpoint->step() > options_.updates) {
    context_.log().info("{}: the checkpoints are those of other options, begins anew", label_);
    if (context_.comm().is_root()) std::filesystem::remove_all(folder_);
    context_.comm().barrier();
    return;
  }
  take(*checkpoint, result);
  if (result.updates == options_.updates) {
    context_.log().info("{}: was trained before, {} updates", label_, result.updates);
  } else {
    context_.log().info("{}: goes on from update {}", label_, result.updates);
  }
}

void Loop::save(const LoopResult& result, bool best) {
  // All ranks hold the same state: the root's is written.
  TensorArrays arrays{context_.comm().is_root() ? tensors_ : nn::NamedTensors()};
  io::Metadata metadata = {{kKey, options_.key},
                           {"label", label_},
                           {"best_validation", fmt::format("{}", result.best_validation)},
                           {"best_update", fmt::format("{}", result.best_update)},
                           {"step_seconds", fmt::format("{}", result.step_seconds)},
                           {"loss_sum", fmt::format("{}", loss_sum_)},
                           {"loss_count", fmt::format("{}", loss_count_)}};
  for (const auto& [name, number] : numbers_) metadata[name] = fmt::format("{}", *number);
  if (context_.comm().is_root()) {
    arrays.append("curve.update", result.curve.update);
    arrays.append("curve.loss", result.curve.loss);
    arrays.append("curve.validation", result.curve.validation);
  }
  store_.save(result.updates, arrays.arrays(), metadata, best);
  saved_at_ = result.updates;
}

bool Loop::validate_now(LoopResult& result, const Validation& validate) {
  const double value = validate();
  result.curve.validation.back() = value;
  if (!std::isfinite(value)) {
    throw Error(ErrorKind::kNumerics,
                fmt::format("{}: the validation is {} at update {}", label_, value, result.updates),
                "lower the rate; the last checkpoint is kept");
  }
  if (value >= result.best_validation) return false;
  result.best_validation = value;
  result.best_update = result.updates;
  return true;
}

LoopResult Loop::run(const Step& step, const Validation& validate) {
  LoopResult result;
  go_on(result);
  Recorder recorder(label_, context_);
  Progress progress(context_.log(), label_, options_.updates, "updates", result.updates);
  Clock::time_point last_save = Clock::now();
  const auto out_of_patience = [&] {
    return validate && options_.patience > 0 && result.best_update > 0 &&
           result.updates - result.best_update >= options_.patience;
  };
  while (result.updates < options_.updates && !out_of_patience()) {
    const Clock::time_point start = Clock::now();
    const double loss = step(result.updates);
    result.step_seconds += seconds_since(start);
    ++result.updates;
    loss_sum_ += loss;
    ++loss_count_;
    const bool last = result.updates == options_.updates;
    const bool to_validate = validate && options_.validate_every > 0 &&
                             (last || result.updates % options_.validate_every == 0);
    bool best = false;
    if (last || to_validate || result.updates % options_.report_every == 0) {
      report(result);
      if (to_validate) best = validate_now(result, validate);
      recorder.record(result.updates, {{"loss", result.curve.loss.back()},
                                       {"validation", result.curve.validation.back()}});
      progress.update(result.updates, fmt::format("loss {:.4g}", result.curve.loss.back()));
    }
    // The clocks of ranks differ: the root's decides.
    std::array<std::int64_t, 2> wishes = {
        stop_requested() ? 1 : 0,
        context_.comm().is_root() && seconds_since(last_save) >= options_.checkpoint_seconds ? 1
                                                                                             : 0};
    context_.comm().allreduce(std::span<std::int64_t>(wishes), parallel::Reduction::kMax);
    const bool by_count =
        options_.checkpoint_updates > 0 && result.updates % options_.checkpoint_updates == 0;
    const bool keep_best = best && options_.patience > 0;
    if (last || keep_best || by_count || wishes[0] != 0 || wishes[1] != 0) {
      save(result, best);
      last_save = Clock::now();
    }
    if (wishes[0] != 0 && !last) {
      context_.stop(
          fmt::format("{}: a checkpoint of update {} was written", label_, result.updates));
    }
  }
  if (options_.patience > 0 && validate) take_best(result);
  return result;
}

void Loop::report(LoopResult& result) {
  result.curve.update.push_back(static_cast<double>(result.updates));
  result.curve.loss.push_back(loss_sum_ / static_cast<double>(loss_count_));
  result.curve.validation.push_back(kNone);
  loss_sum_ = 0;
  loss_count_ = 0;
}

// Weights of the best validation; what the result says of the whole training stays.
void Loop::take_best(LoopResult& result) {
  if (result.updates < options_.updates) {
    result.early = true;
    // A restart must find the end, not train on.
    if (saved_at_ != result.updates) save(result, false);
  }
  std::optional<io::Checkpoint> checkpoint = store_.load_best();
  if (!checkpoint) return;
  warn_of(*checkpoint);
  if (checkpoint->step() == result.updates) return;
  read_tensors(source_of(*checkpoint), tensors_);
}

}  // namespace sengen::train
