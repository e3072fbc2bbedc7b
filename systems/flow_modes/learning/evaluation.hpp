// SPDX-License-Identifier: Apache-2.0
// What a trained autoencoder does to snapshots: errors, energies of its modes, and which harmonics
// of a periodic flow it keeps. Errors are relative L2 of the fluctuations, as those of POD:
// sqrt(sum |x - x_r|^2 / sum |x|^2). All sums over cells are weighted by their volumes. Collective:
// ranks share the snapshots.
#pragma once

#include <functional>
#include <span>
#include <vector>

#include <ATen/core/Tensor.h>

#include <sengen/parallel/communicator.hpp>

#include "../split.hpp"
#include "autoencoder.hpp"
#include "field_data.hpp"

namespace sengen::flow_modes {

// The harmonics that are looked at.
inline constexpr std::int64_t kHarmonics = 6;

struct ModeEnergy {
  // Of the mode's own fluctuation over that of the flow. Modes that cancel one another have more
  // than 1 together.
  double energy = 0;
  // 1 - |x - mode|^2 / |x|^2: what it alone explains; below 0 where it needs others to cancel it.
  double explained = 0;
  std::vector<double> harmonics;  // of the mode over the energy of the flow; 1, 2, ...
};

struct Evaluation {
  double error = 0;             // on the snapshots that judge
  double training_error = 0;    // on those that taught
  std::vector<double> latents;  // [snapshots, latents] of all snapshots, on every rank
  std::vector<ModeEnergy> modes;
  // Of a periodic flow: energy of the harmonics of x and of x - x_r over the energy of x.
  std::vector<double> flow_harmonics;
  std::vector<double> lost_harmonics;
  // Angle between the first harmonics of latents 1 and 2 in degrees, 0 to 180; NaN for others.
  double latent_angle = 0;
};

// Takes off each mode's mean over the teaching snapshots and puts the modes in the order of their
// energy. Returns the means in the new order, [mode, component, y, x], normalised.
at::Tensor settle_gauge(Autoencoder& network, const FieldData& data, const Split& split,
                        const parallel::Communicator& comm);

// mode_means: what settle_gauge returned; they count as part of the mean of the flow.
Evaluation evaluate(const Autoencoder& network, const at::Tensor& mode_means, const FieldData& data,
                    const Split& split, const parallel::Communicator& comm);

// Error of linear interpolation between the two teaching snapshots of the nearest phases, the
// honest line beside every method on unseen phases of one limit cycle; NaN without phases.
double phase_interpolation_error(const FieldData& data, const Split& split,
                                 const parallel::Communicator& comm);

// Images [n, c, y, x] of a network's work on a batch, without gradients.
struct Decoded {
  at::Tensor images;   // what went in, normalised
  at::Tensor latents;  // [n, latents]
  at::Tensor modes;    // [n, mode, c, y, x]; joint: one
};
Decoded pass_through(const Autoencoder& network, const at::Tensor& images);
// Only the second half of it.
at::Tensor decode_modes(const Autoencoder& network, const at::Tensor& latents);

}  // namespace sengen::flow_modes
