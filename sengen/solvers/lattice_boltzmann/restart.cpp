// SPDX-License-Identifier: Apache-2.0
// Restart files (HDF5): /populations [9, y, x], what comes into every cell in the next step, as
// deviations; /forces [step, 2] and /probes [step, 2 x probes] so far; attributes of "/": format,
// precision, step and everything that fingerprint() names. Nothing depends on ranks or threads.
#include <algorithm>
#include <exception>
#include <memory>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include <fmt/format.h>

#include <sengen/core/error.hpp>
#include <sengen/io/atomic_file.hpp>
#include <sengen/io/hdf5.hpp>
#include <sengen/solvers/lattice_boltzmann/slab_solver.hpp>

namespace sengen::lattice_boltzmann {

namespace {

constexpr const char* kFormat = "sengen-lattice-boltzmann-restart";
constexpr std::int64_t kFormatVersion = 1;

template <typename Real>
constexpr io::ElementType kElement =
    sizeof(Real) == sizeof(float) ? io::ElementType::kFloat32 : io::ElementType::kFloat64;

// Runs work on the root; when it fails, every rank throws the same error. Collective.
template <typename Work>
void on_root(const parallel::Communicator& comm, Work&& work) {
  std::int64_t kind = 0;
  std::string message;
  std::string hint;
  if (comm.is_root()) {
    try {
      work();
    } catch (const Error& error) {
      kind = static_cast<std::int64_t>(error.kind());
      message = error.message();
      hint = error.hint();
    } catch (const std::exception& error) {
      kind = static_cast<std::int64_t>(ErrorKind::kInternal);
      message = error.what();
    }
  }
  kind = comm.allreduce(kind, parallel::Reduction::kMax);
  if (kind == 0) return;
  message = comm.broadcast(message);
  hint = comm.broadcast(hint);
  throw Error(static_cast<ErrorKind>(kind), message, hint);
}

void write_attributes(io::Hdf5File& file, const FlowSetup& setup, std::int64_t step) {
  file.set_attribute("/", "format", std::string(kFormat));
  file.set_attribute("/", "format_version", kFormatVersion);
  file.set_attribute("/", "step", step);
  for (const auto& [name, value] : fingerprint(setup)) {
    std::visit([&, &key = name](const auto& v) { file.set_attribute("/", key, v); }, value);
  }
}

std::string in_words(const SetupValue& value) {
  return std::visit([](const auto& v) { return fmt::format("{}", v); }, value);
}

SetupValue saved_value(const io::Hdf5File& file, const std::string& name, const SetupValue& like) {
  if (std::holds_alternative<double>(like)) return file.attribute_double("/", name);
  if (std::holds_alternative<std::int64_t>(like)) return file.attribute_int("/", name);
  return file.attribute_string("/", name);
}

void refuse(const std::filesystem::path& path, const std::string& what) {
  throw Error(ErrorKind::kInput, fmt::format("restart file {}: {}", path.string(), what),
              "restart with the setup that wrote it, or remove the file to start again");
}

void check_file(const io::Hdf5File& file, const std::filesystem::path& path, const FlowSetup& setup,
                io::ElementType type) {
  if (!file.has_attribute("/", "format") || file.attribute_string("/", "format") != kFormat) {
    refuse(path, "not a restart file of the lattice Boltzmann solver");
  }
  const std::int64_t version = file.attribute_int("/", "format_version");
  if (version != kFormatVersion) refuse(path, fmt::format("unknown format version {}", version));
  for (const auto& [name, value] : fingerprint(setup)) {
    if (!file.has_attribute("/", name)) refuse(path, fmt::format("{} is missing", name));
    const SetupValue saved = saved_value(file, name, value);
    if (saved != value) {
      refuse(path,
             fmt::format("{} is {} there and {} here", name, in_words(saved), in_words(value)));
    }
  }
  if (!file.contains("/populations") || file.element_type("/populations") != type) {
    refuse(path, "written in another precision");
  }
  const io::Shape expected{kDirections, setup.ny, setup.nx};
  if (file.shape("/populations") != expected) {
    refuse(path, fmt::format("populations are not [{}, {}, {}]", kDirections, setup.ny, setup.nx));
  }
}

// Series with rows of `width` numbers; empty ones are not written.
template <typename T>
void write_series(io::Hdf5File& file, const char* name, const std::vector<T>& series,
                  std::size_t width) {
  if (series.empty()) return;
  static_assert(sizeof(T) == 2 * sizeof(double));
  const auto rows = static_cast<std::int64_t>(series.size() * 2 / width);
  const auto columns = static_cast<std::int64_t>(width);
  file.write(name, {rows, columns}, reinterpret_cast<const double*>(series.data()),
             {{std::min<std::int64_t>(rows, 4096), columns}, true});
}

template <typename T>
std::vector<T> read_series(const io::Hdf5File& file, const std::filesystem::path& path,
                           const char* name, std::size_t expected) {
  const bool there = file.contains(name);
  const std::vector<double> values = there ? file.read<double>(name) : std::vector<double>{};
  if (values.size() != 2 * expected) {
    refuse(path,
           fmt::format("{} holds {} numbers, expected {}", name, values.size(), 2 * expected));
  }
  std::vector<T> series;
  for (std::size_t k = 0; k < expected; ++k) series.push_back({values[2 * k], values[2 * k + 1]});
  return series;
}

template <typename T>
void share(const parallel::Communicator& comm, std::vector<T>& series, std::int64_t length) {
  series.resize(static_cast<std::size_t>(length));
  comm.broadcast(std::as_writable_bytes(std::span(series)));
}

}  // namespace

// Rows [range) of all directions, [9][rows][nx]; what solid cells hold is 0.
template <typename Real>
std::vector<Real> SlabSolver<Real>::pack() const {
  std::vector<Real> block(static_cast<std::size_t>(kDirections * range_.size() * setup_.nx),
                          Real{0});
  for (int i = 0; i < kDirections; ++i) {
    for (Index y = 0; y < range_.size(); ++y) {
      Real* row = block.data() + (i * range_.size() + y) * setup_.nx;
      const Real* from = populations_.incoming(i, y, 0);
      for (const Run& run : geometry_.runs(y)) {
        std::copy(from + run.begin, from + run.end, row + run.begin);
      }
    }
  }
  return block;
}

template <typename Real>
void SlabSolver<Real>::unpack(const std::vector<Real>& block) {
  for (int i = 0; i < kDirections; ++i) {
    for (Index y = 0; y < range_.size(); ++y) {
      const Real* row = block.data() + (i * range_.size() + y) * setup_.nx;
      Real* into = populations_.incoming(i, y, 0);
      for (const Run& run : geometry_.runs(y)) {
        std::copy(row + run.begin, row + run.end, into + run.begin);
      }
    }
  }
}

template <typename Real>
void SlabSolver<Real>::save(const std::filesystem::path& path) {
  // A good restart file is not given up for one of a flow that has diverged.
  if (setup_.check_interval > 0) check();
  agree_on_series();
  const std::vector<Real> own = pack();
  if (!comm_.is_root()) comm_.send(std::as_bytes(std::span(own)), 0);
  on_root(comm_, [&] {
    // All slabs are taken before an error may be thrown: no rank is left sending.
    std::exception_ptr failure;
    std::unique_ptr<io::AtomicFile> target;
    std::unique_ptr<io::Hdf5File> file;
    const auto attempt = [&](auto&& work) {
      if (failure) return;
      try {
        work();
      } catch (...) {
        failure = std::current_exception();
      }
    };
    attempt([&] {
      target = std::make_unique<io::AtomicFile>(path);
      file = std::make_unique<io::Hdf5File>(io::Hdf5File::create(*target));
      write_attributes(*file, setup_, step_);
      const std::int64_t rows = std::clamp<std::int64_t>((1 << 18) / setup_.nx, 1, setup_.ny);
      file->create_dataset("/populations", kElement<Real>, {kDirections, setup_.ny, setup_.nx},
                           {{1, rows, setup_.nx}, true});
      write_series(*file, "/forces", forces_, 2);
      write_series(*file, "/probes", probes_, 2 * setup_.probes.size());
    });
    for (int rank = 0; rank < comm_.size(); ++rank) {
      const auto rows = parallel::block_range(setup_.ny, comm_.size(), rank);
      std::vector<Real> received;
      if (rank > 0) {
        received.resize(static_cast<std::size_t>(kDirections * rows.size() * setup_.nx));
        comm_.receive(std::as_writable_bytes(std::span(received)), rank);
      }
      attempt([&] {
        file->write_block("/populations", {0, rows.begin, 0}, {kDirections, rows.size(), setup_.nx},
                          (rank > 0 ? received : own).data());
      });
    }
    attempt([&] {
      file->close();
      target->commit();
    });
    file.reset();
    if (failure) std::rethrow_exception(failure);
  });
}

template <typename Real>
void SlabSolver<Real>::load(const std::filesystem::path& path) {
  std::unique_ptr<io::Hdf5File> file;
  std::vector<std::int64_t> counts(3, 0);  // step, length of forces, length of probes
  on_root(comm_, [&] {
    file = std::make_unique<io::Hdf5File>(io::Hdf5File::open(path));
    check_file(*file, path, setup_, kElement<Real>);
    const std::int64_t step = file->attribute_int("/", "step");
    if (step < 0) refuse(path, fmt::format("step is {}", step));
    const auto steps = static_cast<std::size_t>(step);
    forces_ = read_series<Force>(*file, path, "/forces", setup_.measure_force ? steps : 0);
    probes_ = read_series<Velocity>(*file, path, "/probes", steps * setup_.probes.size());
    counts = {step, std::ssize(forces_), std::ssize(probes_)};
  });
  comm_.allreduce(std::span(counts));
  share(comm_, forces_, counts[1]);
  share(comm_, probes_, counts[2]);
  new_forces_.clear();
  new_probes_.clear();

  // Slabs go out one after the other; after a failed read the rest is sent empty-handed.
  std::vector<Real> block(static_cast<std::size_t>(kDirections * range_.size() * setup_.nx));
  if (!comm_.is_root()) comm_.receive(std::as_writable_bytes(std::span(block)), 0);
  on_root(comm_, [&] {
    std::exception_ptr failure;
    for (int rank = comm_.size() - 1; rank >= 0; --rank) {
      const auto rows = parallel::block_range(setup_.ny, comm_.size(), rank);
      block.resize(static_cast<std::size_t>(kDirections * rows.size() * setup_.nx));
      try {
        if (!failure) {
          file->read_block("/populations", {0, rows.begin, 0},
                           {kDirections, rows.size(), setup_.nx}, block.data());
        }
      } catch (...) {
        failure = std::current_exception();
      }
      if (rank > 0) comm_.send(std::as_bytes(std::span(block)), rank);
    }
    if (failure) std::rethrow_exception(failure);
  });
  unpack(block);
  step_ = counts[0];
  suspect_.reset();
}

template std::vector<float> SlabSolver<float>::pack() const;
template void SlabSolver<float>::unpack(const std::vector<float>&);
template void SlabSolver<float>::save(const std::filesystem::path&);
template void SlabSolver<float>::load(const std::filesystem::path&);
template std::vector<double> SlabSolver<double>::pack() const;
template void SlabSolver<double>::unpack(const std::vector<double>&);
template void SlabSolver<double>::save(const std::filesystem::path&);
template void SlabSolver<double>::load(const std::filesystem::path&);

}  // namespace sengen::lattice_boltzmann
