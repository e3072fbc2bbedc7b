#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# tools/check_layers finds every kind of forbidden include, and names file and line.
. "$(dirname "$0")/../cli/expect.bash"

tree() {  # FILE LINE...: a source file of a small tree
  mkdir -p "$(dirname "tree/$1")"
  printf '%s\n' "${@:2}" >"tree/$1"
}
tree sengen/core/error.hpp '#include <string>' '#include <sys/types.h>'
tree sengen/io/csv.hpp '#include <sengen/core/error.hpp>' '#include <fmt/format.h>'
tree sengen/io/csv.cpp '#include <nlohmann/json.hpp>' '#include "csv.hpp"'
tree sengen/solvers/a/a.hpp '#include <sengen/io/csv.hpp>' '#include <Eigen/Dense>'
tree sengen/solvers/b/b.hpp '#include <sengen/solvers/b/b.hpp>'
tree systems/one/one.cpp '#include <sengen/solvers/a/a.hpp>' '#include <ATen/ATen.h>'
tree systems/two/two.hpp '#include <vector>'
tree cli/main.cpp '#include "main.hpp"' '#include <CLI/App.hpp>'
tree cli/main.hpp ''
expect 0 "$SOURCE/tools/check_layers" tree

# The table that people read is the one of the tool.
page() {
  printf '%s\n' '| room | what | may include | outside libraries |' '|---|---|---|---|' "$@" \
    >tree/ARCHITECTURE.md
}
core='| `sengen/core` | x | - | fmt, toml++, CLI11, xxHash, OpenMP, Highway |'
io='| `sengen/io` | x | parallel | HDF5, libpng, zlib, nlohmann-json, fmt |'
a='| `sengen/solvers/a` | x | io, linalg | Highway |'
b='| `sengen/solvers/b` | x | linalg, io | |'
page "$core" "$io" "$a" "$b" '| `systems/<name>` | x | every room | |'
expect 0 "$SOURCE/tools/check_layers" tree
differs() {  # TEXT ROW...
  page "${@:2}"
  expect 1 "$SOURCE/tools/check_layers" tree
  says "$1"
}
differs "ARCHITECTURE.md:1: the table has no row for sengen/solvers/b" "$core" "$io" "$a"
differs "ARCHITECTURE.md:4: io may include parallel" "$core" "${io/parallel/core}" "$a" "$b"
differs "ARCHITECTURE.md:4: io may use HDF5" "$core" "${io/HDF5, /}" "$a" "$b"
differs "ARCHITECTURE.md:4: io may use HDF5" "$core" "${io/fmt/zstd}" "$a" "$b"
gone='| `sengen/report` | x | study | |'
differs "there is no folder sengen/report" "$core" "$io" "$a" "$b" "$gone"
differs "'attic' is no room" "$core" "$io" "$a" "$b" '| `sengen/attic` | x | - | |'
rm tree/ARCHITECTURE.md

refused() {  # FILE INCLUDE TEXT
  local kept
  kept=$(cat "tree/$1")
  tree "$1" '// first line' "#include $2"
  expect 1 "$SOURCE/tools/check_layers" tree
  says "$1:2: " "$3" "1 forbidden includes"
  printf '%s\n' "$kept" >"tree/$1"
}
refused sengen/core/error.hpp '<sengen/io/csv.hpp>' "core may not include the room io"
refused sengen/core/error.hpp '<hdf5.h>' "core may not use HDF5"
refused sengen/core/error.hpp '"../io/csv.hpp"' "core may not include the room io"
refused sengen/core/error.hpp '<toml++/toml.h>' "toml++ belongs in .cpp files only"
refused sengen/io/csv.hpp '<nlohmann/json.hpp>' "nlohmann-json belongs in .cpp files only"
refused sengen/io/csv.cpp '<torch/types.h>' "io may not use LibTorch"
refused sengen/io/csv.cpp '<boost/any.hpp>' "of no library of the table"
refused sengen/io/csv.cpp '<sengen/attic/x.hpp>' "does not exist"
refused sengen/io/csv.cpp '<systems/two/two.hpp>' "may not include the system two"
refused sengen/solvers/a/a.hpp '<sengen/solvers/b/b.hpp>' "may not include another solver"
refused systems/one/one.cpp '<systems/two/two.hpp>' "may not include the system two"
refused systems/one/one.cpp '"../two/two.hpp"' "may not include the system two"
refused cli/main.cpp '<systems/two/two.hpp>' "systems.def only"
refused cli/main.cpp '<ATen/ATen.h>' "cli may not use LibTorch"
tree sengen/attic/x.hpp ''
expect 1 "$SOURCE/tools/check_layers" tree
says "sengen/attic/x.hpp:1: no room of the table"
