// SPDX-License-Identifier: Apache-2.0
#include <sengen/solvers/lattice_boltzmann/boundary.hpp>

#include <algorithm>
#include <atomic>
#include <span>

#include <sengen/core/exact_sum.hpp>
#include <sengen/core/parallel_for.hpp>

namespace sengen::lattice_boltzmann {

namespace {

constexpr std::array<int, 3> kUp{3, 5, 8};
constexpr std::array<int, 3> kDown{4, 6, 7};
constexpr std::array<int, 3> kRight{1, 5, 7};
constexpr std::array<int, 3> kLeft{2, 6, 8};

bool is_regularised(const Side& side) {
  return side.kind == SideKind::kVelocity || side.kind == SideKind::kPressure;
}

// Momentum that a wall moving with the side's velocity adds to what it throws back along i.
double wall_push(const Side& side, std::size_t i) {
  return 6 * kWeight[i] * (kCx[i] * side.u + kCy[i] * side.v);
}

}  // namespace

template <typename Real>
Boundaries<Real>::Boundaries(const parallel::Communicator& comm, const FlowSetup& setup,
                             const Geometry& geometry)
    : comm_(comm), setup_(setup), geometry_(geometry), rows_(geometry.rows()) {
  const bool periodic = setup.bottom.kind == SideKind::kPeriodic;
  const bool first = comm.rank() == 0;
  const bool last = comm.rank() == comm.size() - 1;
  at_bottom_ = first && !periodic;
  at_top_ = last && !periodic;
  below_ =
      at_bottom_ ? parallel::Communicator::kNobody : (comm.rank() + comm.size() - 1) % comm.size();
  above_ = at_top_ ? parallel::Communicator::kNobody : (comm.rank() + 1) % comm.size();
  outbox_.resize(static_cast<std::size_t>(3 * setup.nx));
  inbox_.resize(static_cast<std::size_t>(3 * setup.nx));
}

template <typename Real>
ExactForce Boundaries<Real>::apply(Populations<Real>& populations) {
  exchange_halo(populations);
  if (at_bottom_) apply_row_side(populations, setup_.bottom, false);
  if (at_top_) apply_row_side(populations, setup_.top, true);

  std::atomic<std::int64_t> force_x{0};
  std::atomic<std::int64_t> force_y{0};
  parallel_for(0, rows_, [&](Index begin, Index end) {
    ExactForce sum;
    for (Index y = begin; y < end; ++y) {
      if (setup_.left.kind == SideKind::kPeriodic) {
        wrap_columns(populations, y);
      } else {
        apply_column_side(populations, setup_.left, false, y);
        apply_column_side(populations, setup_.right, true, y);
      }
      const ExactForce force = apply_links(populations, y);
      sum.x = add_exact(sum.x, force.x);
      sum.y = add_exact(sum.y, force.y);
    }
    force_x += sum.x;
    force_y += sum.y;
  });

  for (Index x = 0; x < setup_.nx; ++x) {
    const auto place = static_cast<std::size_t>(x);
    if (at_bottom_ && is_regularised(setup_.bottom)) {
      regularise<0, 1>(populations, setup_.bottom, {x, 0}, place);
    }
    if (at_top_ && is_regularised(setup_.top)) {
      regularise<0, -1>(populations, setup_.top, {x, rows_ - 1}, place);
    }
  }
  return {force_x, force_y};
}

template <typename Real>
void Boundaries<Real>::exchange_halo(Populations<Real>& populations) {
  const auto swap_rows = [&](const std::array<int, 3>& directions, Index from, int to_rank,
                             Index into, int from_rank) {
    const Index nx = setup_.nx;
    for (std::size_t k = 0; k < 3; ++k) {
      std::copy_n(populations.outgoing(directions[k], from, 0), nx,
                  outbox_.data() + static_cast<Index>(k) * nx);
    }
    if (comm_.size() == 1) {
      std::swap(outbox_, inbox_);
    } else {
      comm_.exchange(std::as_bytes(std::span(outbox_)), to_rank,
                     std::as_writable_bytes(std::span(inbox_)), from_rank);
    }
    if (from_rank == parallel::Communicator::kNobody) return;
    for (std::size_t k = 0; k < 3; ++k) {
      std::copy_n(inbox_.data() + static_cast<Index>(k) * nx, nx,
                  populations.outgoing(directions[k], into, 0));
    }
  };
  if (comm_.size() == 1 && at_bottom_) return;
  swap_rows(kUp, rows_ - 1, above_, -1, below_);
  swap_rows(kDown, 0, below_, rows_, above_);
}

template <typename Real>
void Boundaries<Real>::apply_row_side(Populations<Real>& populations, const Side& side,
                                      bool top) const {
  if (is_regularised(side)) return;  // at the end of the step
  const Index y = top ? rows_ - 1 : 0;
  const auto stream = equilibrium({1, side.u, side.v});
  const bool wrap = setup_.left.kind == SideKind::kPeriodic;
  for (const int i : top ? kDown : kUp) {
    const auto k = static_cast<std::size_t>(i);
    Real* in = populations.incoming(i, y, 0);
    if (side.kind == SideKind::kFreeStream) {
      std::fill_n(in, setup_.nx, static_cast<Real>(stream[k]));
    } else if (side.kind == SideKind::kNoSlip) {
      const Real* own = populations.outgoing(kOpposite[k], y, 0);
      const auto push = static_cast<Real>(wall_push(side, k));
      for (Index x = 0; x < setup_.nx; ++x) in[x] = own[x] + push;
    } else {
      // Row y as the mirror shows it; in a corner without a cell to mirror, bounce back.
      const Real* mirrored = populations.outgoing(kMirrorY[k], y, 0);
      const Real* own = populations.outgoing(kOpposite[k], y, 0);
      for (Index x = 0; x < setup_.nx; ++x) {
        const Index from = x - kCx[k];
        if (from >= 0 && from < setup_.nx) {
          in[x] = mirrored[from];
        } else {
          in[x] = wrap ? mirrored[(from + setup_.nx) % setup_.nx] : own[x];
        }
      }
    }
  }
}

template <typename Real>
void Boundaries<Real>::wrap_columns(Populations<Real>& populations, Index y) const {
  const Index last = setup_.nx - 1;
  for (std::size_t k = 0; k < 3; ++k) {
    const int right = kRight[k];
    const int left = kLeft[k];
    const Index right_from = y - kCy[static_cast<std::size_t>(right)];
    const Index left_from = y - kCy[static_cast<std::size_t>(left)];
    if (!beyond(right_from)) {
      *populations.incoming(right, y, 0) = *populations.outgoing(right, right_from, last);
    }
    if (!beyond(left_from)) {
      *populations.incoming(left, y, last) = *populations.outgoing(left, left_from, 0);
    }
  }
}

template <typename Real>
void Boundaries<Real>::apply_column_side(Populations<Real>& populations, const Side& side,
                                         bool right, Index y) const {
  const Index x = right ? setup_.nx - 1 : 0;
  if (is_regularised(side)) {
    const auto place = static_cast<std::size_t>(geometry_.first_row() + y);
    if (right) {
      regularise<-1, 0>(populations, side, {x, y}, place);
    } else {
      regularise<1, 0>(populations, side, {x, y}, place);
    }
    return;
  }
  for (const int i : right ? kLeft : kRight) {
    const auto k = static_cast<std::size_t>(i);
    const Index from = y - kCy[k];
    if (beyond(from)) continue;  // corners belong to bottom and top
    Real* in = populations.incoming(i, y, x);
    if (side.kind == SideKind::kFreeStream) {
      *in = static_cast<Real>(equilibrium({1, side.u, side.v})[k]);
    } else if (side.kind == SideKind::kNoSlip) {
      *in = *populations.outgoing(kOpposite[k], y, x) + static_cast<Real>(wall_push(side, k));
    } else {
      *in = *populations.outgoing(kMirrorX[k], from, x);
    }
  }
}

template <typename Real>
ExactForce Boundaries<Real>::apply_links(Populations<Real>& populations, Index y) const {
  ExactForce force;
  for (const Link& link : geometry_.links(y)) {
    const auto k = static_cast<std::size_t>(link.direction);
    const int back = kOpposite[k];
    const auto q = static_cast<Real>(link.wall);
    const Real out = *populations.outgoing(link.direction, y, link.x);
    Real in;
    if (q < Real(0.5)) {
      // What left the cell behind passes here just when it would reach the wall's mirror point.
      in = 2 * q * out + (1 - 2 * q) * *populations.incoming(link.direction, y, link.x);
    } else {
      in = (out + (2 * q - 1) * *populations.outgoing(back, y, link.x)) / (2 * q);
    }
    *populations.incoming(back, y, link.x) = in;
    const std::int64_t push = to_exact(static_cast<double>(out) + static_cast<double>(in));
    force.x = add_exact(force.x, push, kCx[k]);
    force.y = add_exact(force.y, push, kCy[k]);
  }
  return force;
}

// Replaces all that comes into a cell by equilibrium and first-order stress (Latt & Chopard 2008):
// unknown populations take the non-equilibrium part of their opposites.
template <typename Real>
template <int kNormalX, int kNormalY>
void Boundaries<Real>::regularise(Populations<Real>& populations, const Side& side, Cell cell,
                                  std::size_t place) const {
  const auto [x, y] = cell;
  std::array<Real*, kDirections> slots;
  const auto load = [&](Index cx, Index cy) {
    CellPopulations g;
    for (std::size_t i = 0; i < kDirections; ++i) {
      slots[i] = populations.incoming(static_cast<int>(i), cy, cx);
      g[i] = static_cast<double>(*slots[i]);
    }
    return g;
  };
  const auto along = [](std::size_t i) { return kCx[i] * kNormalX + kCy[i] * kNormalY; };
  const bool pressure = side.kind == SideKind::kPressure;
  Macroscopic next;
  if (pressure) {
    next = moments(load(x + kNormalX, y + kNormalY), setup_.force_x, setup_.force_y);
  }
  const CellPopulations g = load(x, y);
  // Sums over what moves along the side and what leaves through it fix density or normal speed.
  double known = -0.5 * (setup_.force_x * kNormalX + setup_.force_y * kNormalY);
  for (std::size_t i = 0; i < kDirections; ++i) {
    known += along(i) == 0 ? g[i] : along(i) < 0 ? 2 * g[i] : 0;
  }

  Macroscopic m{1, side.u, side.v};
  if (pressure) {
    m.u = kNormalX == 0 ? next.u : -known * kNormalX;
    m.v = kNormalY == 0 ? next.v : -known * kNormalY;
  } else {
    if (!side.profile.empty()) {
      m.u = side.profile[place] * kNormalX;
      m.v = side.profile[place] * kNormalY;
    }
    const double normal = m.u * kNormalX + m.v * kNormalY;
    m.rho = 1 + (known + normal) / (1 - normal);
  }

  const CellPopulations rest = equilibrium(m);
  double xx = 0, xy = 0, yy = 0;
  for (std::size_t i = 0; i < kDirections; ++i) {
    const auto source = along(i) > 0 ? static_cast<std::size_t>(kOpposite[i]) : i;
    const double excess = g[source] - rest[source];
    xx += kCx[i] * kCx[i] * excess;
    xy += kCx[i] * kCy[i] * excess;
    yy += kCy[i] * kCy[i] * excess;
  }
  for (std::size_t i = 0; i < kDirections; ++i) {
    const double stress = (kCx[i] * kCx[i] - 1.0 / 3) * xx + (kCy[i] * kCy[i] - 1.0 / 3) * yy +
                          2 * kCx[i] * kCy[i] * xy;
    const double push = kCx[i] * setup_.force_x + kCy[i] * setup_.force_y;
    *slots[i] = static_cast<Real>(rest[i] + kWeight[i] * (4.5 * stress - 1.5 * push));
  }
}

template class Boundaries<float>;
template class Boundaries<double>;

}  // namespace sengen::lattice_boltzmann
