// SPDX-License-Identifier: Apache-2.0
// A trained model as a TorchScript file that Python and C++ load without Sengen:
//   latents, modes, reconstruction = torch.jit.load("model.pt")(fields)
// fields [n, component, y, x] and the results are physical values; modes [n, mode, component, y,
// x] are about zero, the reconstruction contains the mean. Traced on the CPU, for any n.
#pragma once

#include <filesystem>

#include "model.hpp"

namespace sengen::flow_modes {

// Atomic.
void save_traced(const std::filesystem::path& path, const Model& model);

}  // namespace sengen::flow_modes
