// SPDX-License-Identifier: Apache-2.0
// What a search leaves beside its circuits, of whichever kind its targets were.
#pragma once

#include <vector>

#include <sengen/circuits/encoder.hpp>
#include <sengen/study/context.hpp>

#include "config.hpp"

namespace sengen::aqce {

// curve.csv: of every stage of every circuit what it reaches and what it costs. kResource.
void write_curve(const std::vector<circuits::EncodeResult>& results, const Config& config,
                 const study::Context& context);
void add_search_metrics(const std::vector<circuits::EncodeResult>& results, double seconds,
                        study::Context& context);

}  // namespace sengen::aqce
