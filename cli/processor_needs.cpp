// SPDX-License-Identifier: Apache-2.0
// What the rest of the program was compiled for, as constants: compiled with the flags of the
// build.
extern "C" {
extern const bool sengen_needs_avx2;
extern const bool sengen_needs_avx512;

#if defined(__AVX2__)
const bool sengen_needs_avx2 = true;
#else
const bool sengen_needs_avx2 = false;
#endif

#if defined(__AVX512F__)
const bool sengen_needs_avx512 = true;
#else
const bool sengen_needs_avx512 = false;
#endif
}
