#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A CUDA wheel's folders (stub libraries, no CUDA toolkit): our FindLibTorch configures, the program
# links with libtorch_cuda kept, and runs. Wheels that are too old or of the old ABI are refused.
. "$(dirname "$0")/../cli/expect.bash"

packages=$PWD/lib/python3.11/site-packages
torch=$packages/torch
cuda=$packages/nvidia/cu13/lib
mkdir -p "$torch/lib" "$torch/include/torch/headeronly" "$cuda" project
version() {
  printf '#define TORCH_VERSION_%s\n' "MAJOR $1" "MINOR $2" "PATCH $3" \
    >"$torch/include/torch/headeronly/version.h"
}
version 2 13 0

stub() {  # LIBRARY CODE FLAGS...
  echo "$2" | g++ -std=c++17 -shared -fPIC -o "$1" -x c++ - -x none "${@:3}" >printed 2>&1 ||
    fail "stub $1"
}
stub "$cuda/libcudart.so.13" 'extern "C" int cudart() { return 13; }' -Wl,-soname,libcudart.so.13
new_abi='#include <string>
std::string c10_name(std::string a) { return a + "c10"; }'
stub "$torch/lib/libc10.so" "$new_abi"
stub "$torch/lib/libc10_cuda.so" 'extern "C" int c10_cuda() { return 1; }'
stub "$torch/lib/libtorch_cpu.so" 'extern "C" int cpu() { return 42; }'
stub "$torch/lib/libtorch.so" ''
stub "$torch/lib/libtorch_cuda.so" 'extern "C" int cudart(); int use = cudart();' \
  "$cuda/libcudart.so.13"  # and no RPATH: our module must tell the linker where it lies

cat >project/CMakeLists.txt <<CMAKE
cmake_minimum_required(VERSION 3.25)
project(probe CXX)
list(APPEND CMAKE_MODULE_PATH $SOURCE/cmake)
find_package(LibTorch 2.7 REQUIRED)
message(STATUS "CUDA is \${LibTorch_CUDA}")
add_executable(probe probe.cpp)
target_link_libraries(probe PRIVATE LibTorch::LibTorch)
CMAKE
echo 'extern "C" int cpu(); int main() { return cpu() == 42 ? 0 : 1; }' >project/probe.cpp

for linker in bfd mold; do
  command -v "ld.$linker" >/dev/null || continue
  rm -rf build
  expect 0 cmake -S project -B build -G Ninja -DLIBTORCH_DIR="$torch" \
    -DCMAKE_EXE_LINKER_FLAGS="-fuse-ld=$linker"
  says "CUDA is TRUE" "2.13.0"
  expect 0 cmake --build build
  expect 0 readelf -d build/probe
  says "[libtorch_cuda.so]" "[libc10_cuda.so]" "[libtorch_cpu.so]"
  expect 0 env LD_LIBRARY_PATH="$cuda" build/probe
done

# The folder of a virtual environment is as good a name.
rm -rf build
expect 0 cmake -S project -B build -G Ninja -DLIBTORCH_DIR="$PWD"
says "CUDA is TRUE"
refuse() { rm -rf build; expect 1 cmake -S project -B build -G Ninja -DLIBTORCH_DIR="$1"; }
refuse "$PWD/project"
says "has no" "libtorch_cpu.so"
version 2 6 9
refuse "$torch"
says "2.6.9" "2.7"
version 2 13 0
stub "$torch/lib/libc10.so" 'extern "C" int c10() { return 10; }'
refuse "$torch"
says "C++ ABI"
