// SPDX-License-Identifier: Apache-2.0
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "sengen/solvers/lattice_boltzmann/kernel.cpp"
#include <hwy/foreach_target.h>
// foreach_target must come first: it compiles this file once for every instruction set.
#include <hwy/highway.h>

#include <sengen/solvers/lattice_boltzmann/kernel.hpp>

HWY_BEFORE_NAMESPACE();
namespace sengen::lattice_boltzmann {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// Loads and stores of whole vectors, and of the first few lanes at the end of a run.
template <class D>
struct Whole {
  using Real = hn::TFromD<D>;
  hn::Vec<D> load(D d, const Real* p) const { return hn::LoadU(d, p); }
  void store(hn::Vec<D> v, D d, Real* p) const { hn::StoreU(v, d, p); }
};
template <class D>
struct Part {
  using Real = hn::TFromD<D>;
  hn::Mask<D> mask;
  hn::Vec<D> load(D d, const Real* p) const { return hn::MaskedLoad(mask, d, p); }
  void store(hn::Vec<D> v, D d, Real* p) const { hn::BlendedStore(v, mask, d, p); }
};

// Body force of the row, in vectors.
template <class V>
struct Force {
  V x, y;
};

template <bool kForced, class D, class Lanes, typename Real = hn::TFromD<D>>
HWY_INLINE void collide(D d, const Lanes& lanes, const RowTask<Real>& t, const Force<hn::Vec<D>>& f,
                        Index x) {
  using V = hn::Vec<D>;
  const auto set = [d](double value) { return hn::Set(d, static_cast<Real>(value)); };
  const auto in = [&](std::size_t i) { return lanes.load(d, t.in[i] + x); };
  const auto out = [&](std::size_t i, V v) { lanes.store(v, d, t.out[i] + x); };

  const V g0 = in(0);
  const V g1 = in(1), g2 = in(2), g3 = in(3), g4 = in(4);
  const V g5 = in(5), g6 = in(6), g7 = in(7), g8 = in(8);
  const V s1 = g1 + g2, s3 = g3 + g4, s5 = g5 + g6, s7 = g7 + g8;
  const V d1 = g1 - g2, d3 = g3 - g4, d5 = g5 - g6, d7 = g7 - g8;
  const V drho = g0 + ((s1 + s3) + (s5 + s7));
  V jx = d1 + (d5 + d7);
  V jy = d3 + (d5 - d7);
  if constexpr (kForced) {
    jx = hn::MulAdd(set(0.5), f.x, jx);
    jy = hn::MulAdd(set(0.5), f.y, jy);
  }
  const V inverse = set(1) / (set(1) + drho);
  const V u = jx * inverse;
  const V v = jy * inverse;
  const V base = hn::NegMulAdd(set(1.5), hn::MulAdd(jx, u, jy * v), drho);
  const V half_even = lanes.load(d, t.half_even + x);
  const V half_odd = lanes.load(d, t.half_odd + x);

  V rest = hn::NegMulAdd(half_even + half_even, hn::NegMulAdd(set(4.0 / 9), base, g0), g0);
  V uf = hn::Zero(d), keep_even = uf, keep_odd = uf;
  if constexpr (kForced) {
    uf = hn::MulAdd(u, f.x, v * f.y);
    keep_even = set(1) - half_even;
    keep_odd = set(1) - half_odd;
    rest = hn::NegMulAdd(keep_even * set(4.0 / 3), uf, rest);
  }
  out(0, rest);

  // cj, cu, cf: c.j, c.u, c.F of the pair's first direction.
  const auto pair = [&](std::size_t i, double weight, V a, V b, V sum, V difference, V cj, V cu,
                        V cf) {
    const V even_eq = set(2 * weight) * hn::MulAdd(set(4.5) * cj, cu, base);
    V even = half_even * (sum - even_eq);
    V odd = half_odd * hn::NegMulAdd(set(6 * weight), cj, difference);
    if constexpr (kForced) {
      const V even_force = hn::MulSub(set(9 * weight) * cu, cf, set(3 * weight) * uf);
      even = hn::NegMulAdd(keep_even, even_force, even);
      odd = hn::NegMulAdd(keep_odd, set(3 * weight) * cf, odd);
    }
    const V middle_a = a - even;
    const V middle_b = b - even;
    out(i, middle_a - odd);
    out(i + 1, middle_b + odd);
  };
  pair(1, 1.0 / 9, g1, g2, s1, d1, jx, u, f.x);
  pair(3, 1.0 / 9, g3, g4, s3, d3, jy, v, f.y);
  pair(5, 1.0 / 36, g5, g6, s5, d5, jx + jy, u + v, f.x + f.y);
  pair(7, 1.0 / 36, g7, g8, s7, d7, jx - jy, u - v, f.x - f.y);
}

template <bool kForced, typename Real>
HWY_INLINE void collide_runs(const RowTask<Real>& task) {
  const hn::ScalableTag<Real> d;
  const auto lanes = static_cast<Index>(hn::Lanes(d));
  const Force<hn::Vec<decltype(d)>> force{hn::Set(d, task.force_x), hn::Set(d, task.force_y)};
  for (const Run& run : task.runs) {
    Index x = run.begin;
    for (; x + lanes <= run.end; x += lanes) {
      collide<kForced>(d, Whole<decltype(d)>{}, task, force, x);
    }
    if (x < run.end) {
      const Part<decltype(d)> part{hn::FirstN(d, static_cast<std::size_t>(run.end - x))};
      collide<kForced>(d, part, task, force, x);
    }
  }
}

void collide_float(const RowTask<float>& task) {
  const bool forced = task.force_x != 0 || task.force_y != 0;
  forced ? collide_runs<true>(task) : collide_runs<false>(task);
}
void collide_double(const RowTask<double>& task) {
  const bool forced = task.force_x != 0 || task.force_y != 0;
  forced ? collide_runs<true>(task) : collide_runs<false>(task);
}
const char* target_name() { return hwy::TargetName(HWY_TARGET); }

}  // namespace HWY_NAMESPACE
}  // namespace sengen::lattice_boltzmann
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace sengen::lattice_boltzmann {

HWY_EXPORT(collide_float);
HWY_EXPORT(collide_double);
HWY_EXPORT(target_name);

void collide_row(const RowTask<float>& task) { HWY_DYNAMIC_DISPATCH(collide_float)(task); }
void collide_row(const RowTask<double>& task) { HWY_DYNAMIC_DISPATCH(collide_double)(task); }
const char* instruction_set() { return HWY_DYNAMIC_DISPATCH(target_name)(); }

}  // namespace sengen::lattice_boltzmann
#endif
