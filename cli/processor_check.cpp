// SPDX-License-Identifier: Apache-2.0
// Runs before everything else, and is compiled for any x86-64: a processor without the instructions
// that the rest was compiled for gets a sentence instead of "illegal instruction".
#if defined(__x86_64__)

#include <cstring>

#include <unistd.h>

extern "C" {

extern const bool kSengenNeedsAvx2;
extern const bool kSengenNeedsAvx512;

__attribute__((constructor(101))) void sengen_check_processor() {
  __builtin_cpu_init();
  const bool has_avx2 = __builtin_cpu_supports("avx2") != 0 && __builtin_cpu_supports("fma") != 0;
  const bool has_avx512 = __builtin_cpu_supports("avx512f") != 0;
  if ((has_avx2 || !kSengenNeedsAvx2) && (has_avx512 || !kSengenNeedsAvx512)) return;
  static constexpr char kMessage[] =
      "sengen: this processor lacks instructions (AVX2, FMA or AVX-512) that the program was\n"
      "compiled for\n"
      "  hint: build it on this machine, or anywhere with -DSENGEN_ARCH=x86-64-v3 (AVX2) or "
      "x86-64\n";
  const auto ignored = write(STDERR_FILENO, kMessage, std::strlen(kMessage));
  (void)ignored;
  _exit(5);
}
}

#endif
