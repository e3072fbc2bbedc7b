// SPDX-License-Identifier: Apache-2.0
// What the rest of the program was compiled for, as constants: compiled with the flags of the
// build.
extern "C" {
extern const bool kSengenNeedsAvx2;
extern const bool kSengenNeedsAvx512;

#if defined(__AVX2__)
const bool kSengenNeedsAvx2 = true;
#else
const bool kSengenNeedsAvx2 = false;
#endif

#if defined(__AVX512F__)
const bool kSengenNeedsAvx512 = true;
#else
const bool kSengenNeedsAvx512 = false;
#endif
}
