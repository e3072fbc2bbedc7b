#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# 'sengen report DIR' makes the report anew from finished stages, wherever the folder has gone to,
# and computes nothing else.
. "$(dirname "$0")/expect.bash"

tiny_study >study.toml
mkdir place
expect 0 "$SENGEN" flow-modes simulate study.toml -o made
cp made/data.h5 place/data.h5
expect 0 "$SENGEN" flow-modes run place/data.h5 -o place/out
expect 0 "$SENGEN" flow-modes run study.toml -o place/wake
mv place moved
for folder in moved/out moved/wake; do
  rm $folder/report.html
  expect 0 "$SENGEN" report $folder
  says "report: done" "report: $folder/report.html"
  if grep -qE "simulate:|pod:" printed; then fail "more than the report was made"; fi
  [ -s $folder/report.html ] || fail "there is no report"
  expect 0 "$SENGEN" verify $folder
done
# The record is that of a whole run.
expect 0 "$SENGEN" flow-modes run study.toml -o moved/wake
says "nothing to do"

refused() { # TEXT...: nothing is computed
  expect 3 "$SENGEN" report moved/wake
  says "$@"
  if grep -qE "simulate:|pod:" printed; then fail "something was computed"; fi
}
cp -r moved/wake kept
rm moved/wake/pod.h5
refused "the stage 'pod' has not finished" \
  "sengen flow-modes report moved/wake/config.resolved.toml -o moved/wake"
cp kept/pod.h5 moved/wake
expect 0 "$SENGEN" report moved/wake
rm moved/wake/stages/simulate.json
refused "the stage 'simulate' has not finished"
# What the hint says helps.
$(sed -n "s/.*finish it: sengen/$(echo "$SENGEN" | sed 's|/|\\/|g')/p" printed) >log 2>&1 ||
  fail "the hint's command does not work"
expect 0 "$SENGEN" report moved/wake
mv moved/wake/config.resolved.toml away.toml
refused "config.resolved.toml cannot be read"
mv away.toml moved/wake/config.resolved.toml
rm moved/wake/manifest.json
refused "manifest.json cannot be read"
expect 3 "$SENGEN" report nowhere

# Under mpirun: one report, one message, and no rank waits for one that has failed.
expect 0 $MPIRUN -n 2 "$SENGEN" report moved/out
expect 3 $MPIRUN -n 2 "$SENGEN" report nowhere
[ "$(grep -c 'bad input' printed)" = 1 ] || fail "the message came more than once"
cp moved/out/pod.h5 whole.h5
python3 - <<'END_OF_PYTHON'
data = bytearray(open("moved/out/pod.h5", "rb").read())
data[:4] = b"HDF5"
open("moved/out/pod.h5", "wb").write(data)
END_OF_PYTHON
start=$(date +%s)
timeout 60 $MPIRUN -n 2 "$SENGEN" report moved/out >printed 2>&1
code=$?
[ $code = 3 ] || fail "exit $code, expected 3"
says pod.h5
[ $(($(date +%s) - start)) -le 20 ] || fail "it took too long"
