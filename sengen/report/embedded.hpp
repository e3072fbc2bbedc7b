// SPDX-License-Identifier: Apache-2.0
// The texts that are in every page: plotly.js (MIT licence, its banner stays in), style and
// scripts. They are bytes of the program (.incbin), so a report needs no file at run time.
#pragma once

#include <string_view>

namespace sengen::report {

std::string_view plotly_js();
std::string_view page_css();
// Goes first, before anything can fail.
std::string_view errors_js();
std::string_view page_js();

}  // namespace sengen::report
