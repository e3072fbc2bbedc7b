#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# ctest: processors=2 timeout=600 lock=build
# The program of docs/training.md, built as somebody else's project against the installed library,
# and run on one rank and on two.
. "$(dirname "$0")/expect.bash"
if ! "$SENGEN" flow-modes --help | grep -q '  train '; then
  echo "skipped: built without LibTorch"
  exit 77
fi

expect 0 cmake --install "$BUILD" --prefix "$PWD/sengen"
block() { # LANGUAGE: the page's first block of it
  awk -v fence='```'"$1" '$0 == fence { on = 1; next } on && /^```$/ { exit } on' \
    "$SOURCE/docs/training.md"
}
mkdir sine
block cpp >sine/sine.cpp
block cmake >sine/CMakeLists.txt
expect 0 cmake -G Ninja -S sine -B build -DCMAKE_PREFIX_PATH="$PWD/sengen" \
  -DCMAKE_BUILD_TYPE=Release
expect 0 cmake --build build
expect 0 ./build/sine
below() { # the loss that was printed
  python3 -c 'import re, sys
loss = float(re.search(r"^loss (\S+)", open("printed").read(), re.M).group(1))
print("loss", loss)
sys.exit(not loss < 1e-3)'
}
below || fail "the sine was not learned"
[ -e out/metrics.jsonl ] || fail "there is no metrics.jsonl"
ls out/events/sine/events.out.tfevents.* >/dev/null || fail "there is no event file"
expect 0 ./build/sine
says "was trained before, 4000 updates"
rm -rf out
expect 0 $MPIRUN -n 2 ./build/sine
below || fail "the sine was not learned on two ranks"
