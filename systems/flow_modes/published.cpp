// SPDX-License-Identifier: Apache-2.0
#include "published.hpp"

#include <cmath>

namespace sengen::flow_modes {

namespace {

// Spread of Wu & Shu 2009, Liu et al. 1998, Russell & Wang 2003, Linnick & Fasel 2005.
constexpr const char* kSpread = "unbounded flow, spread of the literature";

Reference value(double number, const char* source) { return {{{number, number}}, source}; }

}  // namespace

Published published_wake(double reynolds) {
  Published published;
  if (reynolds == 20) published.drag = value(2.091, "Wu & Shu 2009");
  if (reynolds == 40) published.drag = value(1.565, "Wu & Shu 2009");
  if (reynolds == 100) {
    published.drag = {{{1.32, 1.38}}, kSpread};
    published.lift = {{{0.30, 0.345}}, kSpread};
    published.strouhal = {{{0.161, 0.169}}, kSpread};
  } else if (reynolds > 49 && reynolds < 180) {
    published.strouhal =
        value(0.2665 - 1.018 / std::sqrt(reynolds), "Williamson & Brown 1998, fit");
  }
  return published;
}

}  // namespace sengen::flow_modes
