// SPDX-License-Identifier: Apache-2.0
#include "mps_target.hpp"

#include <algorithm>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include <sengen/circuits/mps_states.hpp>
#include <sengen/core/error.hpp>
#include <sengen/io/atomic_file.hpp>
#include <sengen/io/file_bytes.hpp>
#include <sengen/io/hdf5.hpp>
#include <sengen/io/npz.hpp>

#include "state_generators.hpp"
#include "state_memory.hpp"
#include "target_state.hpp"

namespace sengen::aqce {

namespace {

using circuits::Complex;
using circuits::Matrix;
using circuits::MatrixProductState;
using circuits::SiteTensor;

std::string site_name(std::size_t site) { return fmt::format("site_{}", site); }

struct Tensor {
  io::Shape shape;
  std::vector<Complex> values;
};

// The site tensors of a file: how many there are, and each by its number.
struct SiteFile {
  std::size_t sites = 0;
  std::function<Tensor(std::size_t site)> read;
};

std::size_t count_sites(const std::vector<std::string>& names, const std::string& prefix) {
  std::size_t sites = 0;
  while (std::find(names.begin(), names.end(), prefix + site_name(sites)) != names.end()) ++sites;
  return sites;
}

SiteFile open_npz(const std::filesystem::path& path) {
  auto bytes = io::read_bytes(path);
  const std::size_t sites = count_sites(io::npz_names(bytes, path.string()), "");
  return {sites, [bytes = std::move(bytes), path](std::size_t site) {
            const io::NpyArray array = io::parse_npz(bytes, site_name(site), path.string());
            Tensor tensor{array.shape, {}};
            if (!array.is_complex) {
              tensor.values.assign(array.values.begin(), array.values.end());
            } else {
              for (std::size_t i = 0; i < array.values.size(); i += 2) {
                tensor.values.emplace_back(array.values[i], array.values[i + 1]);
              }
            }
            return tensor;
          }};
}

SiteFile open_hdf5(const std::filesystem::path& path) {
  const auto names = io::Hdf5File::open(path).datasets();
  return {count_sites(names, "/"), [path](std::size_t site) {
            const auto file = io::Hdf5File::open(path);
            const std::string name = "/" + site_name(site);
            const io::ElementType type = file.element_type(name);
            Tensor tensor{file.shape(name), {}};
            if (type == io::ElementType::kComplex64 || type == io::ElementType::kComplex128) {
              tensor.values = file.read<Complex>(name);
            } else {
              const auto real = file.read<double>(name);
              tensor.values.assign(real.begin(), real.end());
            }
            return tensor;
          }};
}

// A file without site tensors has no sites.
SiteFile open_sites(const StateWord& word) {
  if (word.kind != StateKind::kArray || !word.dataset.empty()) return {};
  if (word.file.extension() == ".npz") return open_npz(word.file);
  if (word.file.extension() == ".npy") return {};
  return open_hdf5(word.file);
}

SiteTensor to_site(const Tensor& tensor, const std::string& name) {
  const io::Shape& shape = tensor.shape;
  if (shape.size() != 3 || shape[1] != 2 || shape[0] < 1 || shape[2] < 1) {
    throw Error(ErrorKind::kInput,
                fmt::format("{}: its shape is no [left bond, 2, right bond]", name));
  }
  SiteTensor site = {Matrix(shape[0], shape[2]), Matrix(shape[0], shape[2])};
  std::size_t at = 0;
  for (Eigen::Index left = 0; left < shape[0]; ++left) {
    for (std::size_t bit = 0; bit < 2; ++bit) {
      for (Eigen::Index right = 0; right < shape[2]; ++right) {
        site[bit](left, right) = tensor.values[at++];
      }
    }
  }
  return site;
}

MatrixProductState load_sites(const SiteFile& file, const StateWord& word) {
  std::vector<SiteTensor> sites;
  bool is_real = true;
  for (std::size_t q = 0; q < file.sites; ++q) {
    const Tensor tensor = file.read(q);
    is_real = is_real && std::all_of(tensor.values.begin(), tensor.values.end(),
                                     [](const Complex& value) { return value.imag() == 0; });
    sites.push_back(to_site(tensor, fmt::format("{}: {}", word.text, site_name(q))));
  }
  try {
    return {std::move(sites), is_real};
  } catch (const Error& error) {
    throw Error(error.kind(), fmt::format("{}: {}", word.text, error.message()));
  }
}

MatrixProductState load_dense(const StateWord& word, const PictureCoding& coding) {
  const Target target = load_target(word, coding);
  if (target.states.size() != 1) {
    throw Error(ErrorKind::kUsage,
                fmt::format("{} is {} states: one matrix product state is wanted", word.text,
                            target.states.size()));
  }
  const TargetState& state = target.states[0];
  return circuits::mps_of(state.amplitudes, state.is_real);
}

}  // namespace

bool is_mps_target(const StateWord& word, bool asked) {
  return asked || (has_mps_form(word.kind) && word.qubits > kMostDenseQubits);
}

int mps_qubits(const StateWord& word, const PictureCoding& coding) {
  if (has_mps_form(word.kind)) return word.qubits;
  const std::size_t sites = open_sites(word).sites;
  return sites > 0 ? static_cast<int>(sites) : qubits_of(word, coding);
}

MatrixProductState load_mps(const StateWord& word, const PictureCoding& coding) {
  if (!has_mps_form(word.kind)) {
    const SiteFile file = open_sites(word);
    return file.sites > 0 ? load_sites(file, word) : load_dense(word, coding);
  }
  if (word.qubits < 2) check_state(word);  // says what is wrong
  require_memory(word, true);
  switch (word.kind) {
    case StateKind::kGhz: return circuits::ghz_mps(word.qubits);
    case StateKind::kW: return circuits::w_mps(word.qubits);
    case StateKind::kProduct:
      return circuits::product_mps(product_qubits(word.qubits, word.seed), false);
    default:
      return circuits::random_mps(word.qubits, word.count, word.seed,
                                  word.kind == StateKind::kMpsReal);
  }
}

void save_mps(const std::filesystem::path& path, const MatrixProductState& state) {
  io::AtomicFile target(path);
  io::Hdf5File file = io::Hdf5File::create(target);
  for (int q = 0; q < state.qubits(); ++q) {
    const SiteTensor& site = state.site(q);
    const io::Shape shape = {site[0].rows(), 2, site[0].cols()};
    std::vector<Complex> values;
    for (Eigen::Index left = 0; left < shape[0]; ++left) {
      for (const Matrix& matrix : site) {
        for (Eigen::Index right = 0; right < shape[2]; ++right) {
          values.push_back(matrix(left, right));
        }
      }
    }
    file.write("/" + site_name(static_cast<std::size_t>(q)), shape, values.data());
  }
  file.close();
  target.commit();
}

}  // namespace sengen::aqce
