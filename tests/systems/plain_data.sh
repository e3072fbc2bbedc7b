#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# ctest: processors=2
# Data at the edge of what can be decomposed: two snapshots, one mode, an exact period, nothing that
# moves. Each has a report in which every chart shows something.
. "$(dirname "$0")/../cli/expect.bash"
if ! python3 -c 'import numpy' 2>/dev/null; then
  echo "skipped: python3 has no numpy"
  exit 0
fi

python3 - <<'END'
import numpy as np
t, y, x = np.meshgrid(np.arange(48), np.arange(10), np.arange(16), indexing="ij")
wave = lambda phase: np.cos(2 * np.pi * (x / 16 - phase)) * np.exp(-((y - 5) / 3)**2)
save = lambda name, field: np.save(name, np.stack([field, 0.5 * field], -1).astype(np.float32))
save("period16.npy", wave((t % 16) / 16))
save("rank_one.npy", wave(0) * np.sin(0.3 * t))
save("two.npy", wave(0.1 * t)[:2])
save("constant.npy", 3 + wave(0))
END
for name in period16 rank_one two constant; do
  expect 0 "$SENGEN" flow-modes import $name.npy --dt 0.1 -o $name.h5
  expect 0 "$SENGEN" flow-modes run $name.h5 -o $name
  python3 "$SOURCE/tools/check_report" $name/report.html >printed 2>&1
  code=$?
  [ $code = 0 ] || [ $code = 77 ] || fail "the report of $name.npy has faults"
done
