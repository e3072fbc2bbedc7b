#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A second writer of an output folder is refused by host and process; the lock of a dead one is not
# in the way.
. "$(dirname "$0")/../cli/expect.bash"

tiny_study >study.toml
"$SENGEN" flow-modes run study.toml --set snapshots.transient=400 -o out >first 2>&1 &
pid=$!
for _ in $(seq 50); do
  [ -e out/.lock ] && break
  sleep 0.1
done
expect 5 "$SENGEN" flow-modes run study.toml -o out
says "$(hostname)" "$pid"
kill -9 $pid
wait $pid 2>/dev/null
expect 0 "$SENGEN" flow-modes run study.toml -o out
absent out/.lock
