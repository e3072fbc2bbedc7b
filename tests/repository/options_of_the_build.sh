#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# ctest: slow timeout=1200 processors=2
# The builds without MPI, without LibTorch and with one system alone: each configures, builds and
# runs; what is missing is said before anything is compiled.
. "$(dirname "$0")/../cli/expect.bash"

common=(-S "$SOURCE" -G Ninja -DSENGEN_TESTS=OFF -DSENGEN_ARCH=native)
# built OPTION...: build-OPTION's program.
built() {
  expect 0 cmake -B "build-$1" "${common[@]}" "-D$1=OFF" "${@:2}"
  timeout 1000 cmake --build "build-$1" --target sengen >printed 2>&1 ||
    fail "the build with $1=OFF"
  expect 0 "build-$1/bin/sengen" --version
  says "Release"
  expect 0 "build-$1/bin/sengen" list
  says flow-modes
}
built SENGEN_TORCH
built SENGEN_MPI -DSENGEN_SYSTEMS=flow_modes
says "verbs: run" "not in this build: needs -DSENGEN_SYSTEMS to name it"
[ ! -e build-SENGEN_MPI/sengen/libsengen_circuits.a ] || fail "a room was built that nobody needs"
expect 2 build-SENGEN_MPI/bin/sengen aqce encode w:4
says "aqce is not in this build" "./bootstrap build"
expect 0 build-SENGEN_MPI/bin/sengen --version
if grep -q "MPI" printed; then fail "MPI in a build without it"; fi
expect 0 ldd build-SENGEN_MPI/bin/sengen
if grep -E "libmpi|openmpi" printed; then fail "the build without MPI loads it"; fi
expect 0 ldd build-SENGEN_TORCH/bin/sengen
if grep torch printed; then fail "the build without LibTorch loads it"; fi

expect 1 cmake -B refused "${common[@]}" -DSENGEN_SYSTEMS=flow_mode
says "SENGEN_SYSTEMS names 'flow_mode'"
expect 1 cmake -B refused "${common[@]}" -DSENGEN_SYSTEMS=aqce -DSENGEN_TESTS=ON
says "of every system"

expect 1 cmake -B refused "${common[@]}" -DSENGEN_PLOTLY_JS=absent.js
says "plotly.min.js" "bootstrap"
expect 1 env PKG_CONFIG_LIBDIR="$PWD" cmake -B refused "${common[@]}"
expect 1 cmake -B refused "${common[@]}" -DSENGEN_FUZZ=ON -DCMAKE_CXX_COMPILER=g++
says "needs clang"
