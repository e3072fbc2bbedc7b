// SPDX-License-Identifier: Apache-2.0
// The verbs of gtopx that are no stages. All by one rank, but for eval, whose rows are shared out.
#pragma once

#include <sengen/study/context.hpp>

#include "config.hpp"

namespace sengen::gtopx {

void list_instances(study::Context& context);
// eval INSTANCE FILE.csv -o OUT.csv: a row f1[,f2],g1,... for every row; with names where the file
// has them.
void check_eval(const Config& config);
void evaluate_file(const Config& config, study::Context& context);
// trajectory INSTANCE FILE.csv [--row N] -o DIR: the files of flight.hpp.
void check_trajectory(const Config& config);
void fly_file(const Config& config, study::Context& context);
// polish INSTANCE FILE.csv -o OUT.csv: every vector moved to the nearest minimum, best first.
void check_polish(const Config& config);
void polish_file(const Config& config, study::Context& context);

}  // namespace sengen::gtopx
