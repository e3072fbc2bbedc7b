// SPDX-License-Identifier: Apache-2.0
#include <sengen/report/embedded.hpp>

#include <cstddef>

#if !defined(SENGEN_PLOTLY_JS) || !defined(SENGEN_REPORT_FOLDER)
#error "CMake names plotly.min.js in SENGEN_PLOTLY_JS and this folder in SENGEN_REPORT_FOLDER"
#endif

#define SENGEN_EMBED(name, path)                \
  asm(".pushsection .rodata\n"                  \
      ".global sengen_report_" #name            \
      "\n"                                      \
      "sengen_report_" #name                    \
      ":\n"                                     \
      ".incbin \"" path                         \
      "\"\n"                                    \
      ".global sengen_report_" #name            \
      "_end\n"                                  \
      "sengen_report_" #name                    \
      "_end:\n"                                 \
      ".byte 0\n"                               \
      ".popsection\n");                         \
  extern "C" const char sengen_report_##name[]; \
  extern "C" const char sengen_report_##name##_end[]

SENGEN_EMBED(plotly_js, SENGEN_PLOTLY_JS);
SENGEN_EMBED(page_css, SENGEN_REPORT_FOLDER "/page.css");
SENGEN_EMBED(errors_js, SENGEN_REPORT_FOLDER "/errors.js");
SENGEN_EMBED(page_js, SENGEN_REPORT_FOLDER "/page.js");

namespace sengen::report {

namespace {
std::string_view between(const char* begin, const char* end) {
  return {begin, static_cast<std::size_t>(end - begin)};
}
}  // namespace

std::string_view plotly_js() {
  return between(sengen_report_plotly_js, sengen_report_plotly_js_end);
}
std::string_view page_css() { return between(sengen_report_page_css, sengen_report_page_css_end); }
std::string_view errors_js() {
  return between(sengen_report_errors_js, sengen_report_errors_js_end);
}
std::string_view page_js() { return between(sengen_report_page_js, sengen_report_page_js_end); }

}  // namespace sengen::report
