#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# OpenBLAS in the process would take over LibTorch's own calls (7 times slower), a second HDF5 or
# OpenMP runtime would clash with the first.
. "$(dirname "$0")/../cli/expect.bash"

expect 0 ldd "$SENGEN"
says libfmt
for library in blas lapack not.found; do
  if grep -i "$library" printed; then fail "the program loads $library"; fi
done
for library in 'libhdf5[_a-z]*\.so' 'lib[gi]*omp[-a-z0-9]*\.so'; do
  [ "$(grep -cE "$library" printed)" -le 1 ] || fail "more than one $library"
done
