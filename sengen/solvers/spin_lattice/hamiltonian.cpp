// SPDX-License-Identifier: Apache-2.0
#include <sengen/solvers/spin_lattice/hamiltonian.hpp>

#include <algorithm>
#include <array>
#include <cstddef>

#include <fmt/format.h>

#include <sengen/core/error.hpp>
#include <sengen/core/parallel_for.hpp>

namespace sengen::spin_lattice {

namespace {

constexpr std::int64_t kBlock = 1 << 12;  // amplitudes that stay in the cache for all terms

void require_size(const Hamiltonian& hamiltonian, std::size_t amplitudes) {
  if (static_cast<std::int64_t>(amplitudes) == hamiltonian.dimension()) return;
  throw Error(ErrorKind::kInternal,
              fmt::format("{} amplitudes for {} spins", amplitudes, hamiltonian.sites));
}

// Adds the term that flips the bits of mask, or leaves the state alone, with weights that depend on
// whether the two spins differ (a field: on the one spin). Runs of indices that share both spins
// are read and written in one piece. count: a power of two, first: a multiple of it.
template <typename T>
void add_term(std::int64_t first, std::int64_t count, const T* x, T* y, int bit_a, int bit_b,
              const std::array<double, 2>& flip, const std::array<double, 2>& keep) {
  const std::int64_t mask =
      (std::int64_t{1} << bit_a) | (bit_b >= 0 ? std::int64_t{1} << bit_b : 0);
  const int low = bit_b >= 0 ? std::min(bit_a, bit_b) : bit_a;
  const std::int64_t run = std::min(std::int64_t{1} << low, count);
  for (std::int64_t start = 0; start < count; start += run) {
    const std::int64_t index = first + start;
    const std::int64_t other = bit_b >= 0 ? index >> bit_b : 0;
    const auto differ = static_cast<std::size_t>(((index >> bit_a) ^ other) & 1);
    const T* own = x + index;
    const T* source = x + (index ^ mask);
    const double by_flip = flip[differ];
    const double by_keep = keep[differ];
    if (by_flip == 0) {
      for (std::int64_t i = 0; i < run; ++i) y[start + i] += by_keep * own[i];
    } else {
      for (std::int64_t i = 0; i < run; ++i) {
        y[start + i] += by_flip * source[i] + by_keep * own[i];
      }
    }
  }
}

// y[0, count) = (H x)[first, first + count)
template <typename T>
void apply_block(const Hamiltonian& hamiltonian, std::int64_t first, std::int64_t count, const T* x,
                 T* y) {
  std::fill(y, y + count, T{});
  for (const Bond& bond : hamiltonian.bonds) {
    // Sx Sx and Sy Sy flip both spins: +1/4 each, but Sy Sy -1/4 where they are alike.
    add_term(first, count, x, y, bond.a, bond.b, {(bond.jx - bond.jy) / 4, (bond.jx + bond.jy) / 4},
             {bond.jz / 4, -bond.jz / 4});
  }
  for (const Field& field : hamiltonian.fields) {
    add_term(first, count, x, y, field.site, -1, {field.hx / 2, field.hx / 2},
             {field.hz / 2, -field.hz / 2});
  }
}

// body(block, first, count) for all blocks of amplitudes.
template <typename Body>
void for_blocks(std::int64_t dimension, const Body& body) {
  const std::int64_t blocks = (dimension + kBlock - 1) / kBlock;
  parallel_for(0, blocks, [&](std::ptrdiff_t begin, std::ptrdiff_t end) {
    for (std::int64_t block = begin; block < end; ++block) {
      body(block, block * kBlock, std::min(kBlock, dimension - block * kBlock));
    }
  });
}

double product(double a, double b) { return a * b; }
double product(std::complex<double> a, std::complex<double> b) {
  return a.real() * b.real() + a.imag() * b.imag();
}

template <typename T>
double energy_of(const Hamiltonian& hamiltonian, std::span<const T> psi) {
  require_size(hamiltonian, psi.size());
  const std::int64_t dimension = hamiltonian.dimension();
  std::vector<double> partial(static_cast<std::size_t>((dimension + kBlock - 1) / kBlock));
  for_blocks(dimension, [&](std::int64_t block, std::int64_t first, std::int64_t count) {
    std::array<T, kBlock> image;
    apply_block(hamiltonian, first, count, psi.data(), image.data());
    double sum = 0;
    for (std::int64_t i = 0; i < count; ++i) {
      sum += product(psi[static_cast<std::size_t>(first + i)], image[static_cast<std::size_t>(i)]);
    }
    partial[static_cast<std::size_t>(block)] = sum;
  });
  double sum = 0;
  for (const double part : partial) sum += part;
  return sum;
}

}  // namespace

bool Hamiltonian::keeps_magnetisation() const {
  return std::all_of(bonds.begin(), bonds.end(),
                     [](const Bond& bond) { return bond.jx == bond.jy; }) &&
         std::all_of(fields.begin(), fields.end(),
                     [](const Field& field) { return field.hx == 0; });
}

void apply(const Hamiltonian& hamiltonian, std::span<const double> x, std::span<double> y) {
  require_size(hamiltonian, x.size());
  require_size(hamiltonian, y.size());
  for_blocks(hamiltonian.dimension(), [&](std::int64_t, std::int64_t first, std::int64_t count) {
    apply_block(hamiltonian, first, count, x.data(), y.data() + first);
  });
}

double energy(const Hamiltonian& hamiltonian, std::span<const double> psi) {
  return energy_of(hamiltonian, psi);
}

double energy(const Hamiltonian& hamiltonian, std::span<const std::complex<double>> psi) {
  return energy_of(hamiltonian, psi);
}

}  // namespace sengen::spin_lattice
