#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# ./bootstrap in a machine of fakes: what it refuses before it does anything, what it installs, and
# what it tells those who may not install.
. "$(dirname "$0")/../cli/expect.bash"

mkdir -p tree/tools tree/bench/speed tree/bench/validation bin
cp "$SOURCE/bootstrap" tree
cp "$SOURCE/tools/bootstrap_install.bash" tree/tools
touch tree/bench/speed/speed.cpp tree/bench/validation/validation.cpp
for tool in bash sh env cat sed sort comm mkdir dirname realpath awk grep head tail nproc find \
  touch chmod true; do
  ln -s "$(command -v $tool)" bin/$tool
done
fake() { # NAME LINE...: a program that writes down how it was called
  printf '#!/bin/sh\necho "%s $*" >>"%s/log"\n' "$1" "$PWD" >"bin/$1"
  printf '%s\n' "${@:2}" >>"bin/$1"
  chmod +x "bin/$1"
}
fake cmake
fake ctest
fake apt-get
fake id 'echo $user'
fake python3
# dpkg-query -W -f... PACKAGE...: all are there but those in $missing.
fake dpkg-query 'shift 2' 'for p in "$@"; do case " $missing " in *" $p "*) ;;' \
  '*) echo "installed $p" ;; esac; done'
wheels=tree/.venv/lib/python3.11/site-packages
mkdir -p $wheels/torch/lib $wheels/plotly/package_data tree/.venv/bin
touch $wheels/torch/lib/libtorch_cpu.so $wheels/plotly/package_data/plotly.min.js
cp bin/python3 tree/.venv/bin/python3

run() { # CODE ARGUMENTS...
  local code=$1
  shift
  rm -f log
  touch log
  PATH=$PWD/bin expect "$code" env user="${user:-0}" missing="${missing:-}" tree/bootstrap "$@"
}
timeout() { shift; "$@"; }  # the fakes' folder has none
did() { grep -qF -- "$1" log || fail "'$1' was not called: $(cat log)"; }
did_not() { if grep -qE -- "$1" log; then fail "'$1' was called: $(cat log)"; fi; }
idle() { [ ! -s log ] || fail "something was called: $(cat log)"; }

run 0 help
says "./bootstrap COMMAND" --no-install --torch
run 0
says "./bootstrap COMMAND"
idle

refused() { # TEXT ARGUMENTS...
  local text=$1
  shift
  run 2 "$@"
  says "$text"
  idle
}
refused "unknown command 'tset': did you mean 'test'?" tset
refused "unknown command 'everything'" everything
refused "unknown flag '--no-instal': did you mean '--no-install'?" demo --no-instal
refused "unknown flag '--no-instal': did you mean '--no-install'?" test --no-instal -R unit
refused "unknown flag '--no-installs'" bench speed --no-installs
refused "unknown flag '--troch'" build --troch cpu
refused "unknown flag 'quickly'" build quickly
refused "unknown flag '--al': did you mean '--all'?" lint --al
refused "--torch needs" demo --torch
refused "--torch nowhere: no such folder" demo --torch nowhere
refused "unknown bench 'sped': did you mean 'speed'?" bench sped
refused "unknown bench 'typo'" bench typo
run 0 bench
says speed validation
idle

# Nothing is installed, not even looked for.
missing="g++ cmake" run 0 build --no-install
did "cmake --preset release"
did "cmake --build build/release --target sengen"
did_not "^(apt-get|dpkg-query|python3) "
run 0 test --no-install -R unit -LE slow
did "ctest --test-dir build/release"
did "-R unit -LE slow"
did_not "^(apt-get|python3) "
# Its program is none of the fakes: everything up to it was called.
run 127 bench speed --no-install
did "cmake --build build/release --target bench_speed"

# All is there.
run 0 build
did_not "^(apt-get|python3) "
# Something is missing: root installs just that ...
missing="mold libfmt-dev" run 0 build
did "apt-get -q -o Dpkg::Use-Pty=0 install -y --no-install-recommends libfmt-dev mold"
# ... and a user without sudo gets the one line for root.
user=1000 missing="mold libfmt-dev" run 1 build
says "As root:" \
  "apt-get update && apt-get install -y --no-install-recommends libfmt-dev mold"
[ "$(grep -c 'apt-get' printed)" = 1 ] || fail "more than one line to run"
did_not "^(apt-get|cmake) "
user=1000 run 0 build
# A wheel is missing.
rm $wheels/plotly/package_data/plotly.min.js
run 0 build
did "python3 -m pip --disable-pip-version-check install -q --no-deps plotly=="
