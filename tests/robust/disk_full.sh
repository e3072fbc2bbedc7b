#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A full disk (here: a limit on the size of files) ends with exit code 5, names the file, and leaves
# what was there before as it was.
. "$(dirname "$0")/../cli/expect.bash"

tiny_study >study.toml
expect 0 "$SENGEN" flow-modes run study.toml -o out
cp out/data.h5 before.h5
cp out/pod.h5 before_pod.h5
for limit in 1 8 40; do # in blocks of 1024 bytes
  (
    ulimit -f $limit
    exec "$SENGEN" flow-modes run study.toml --set flow.reynolds=61 -o out
  ) >printed 2>&1
  code=$?
  [ $code = 5 ] || fail "exit $code with files limited to $limit KiB, expected 5"
  says out/
  same out/data.h5 before.h5
  same out/pod.h5 before_pod.h5
  left=$(find out -name '*.tmp*')
  [ -z "$left" ] || fail "temporary files were left: $left"
done
expect 0 "$SENGEN" flow-modes run study.toml -o out
expect 0 "$SENGEN" verify out
