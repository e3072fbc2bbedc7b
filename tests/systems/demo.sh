#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# ctest: slow timeout=1200 processors=2
# The demo as ./bootstrap demo runs it: two nonlinear modes beat two POD modes, and a forecast of
# twenty periods stays on the flow. All shipped studies can be read.
. "$(dirname "$0")/../cli/expect.bash"
if ! "$SENGEN" flow-modes --help | grep -q '  train '; then
  echo "skipped: built without LibTorch"
  exit 77
fi

for study in "$SOURCE"/systems/flow_modes/*.toml; do
  expect 0 "$SENGEN" flow-modes run "$study" --dry-run -o dry
done

demo=$SOURCE/systems/flow_modes/demo.toml
timeout 1100 "$SENGEN" flow-modes run "$demo" -o demo >printed 2>&1 || fail "the demo"
python3 - <<'END' || fail "a figure of the demo is outside of its bar"
import json
m = {k: v["value"] for k, v in json.load(open("demo/summary.json"))["metrics"].items()}
assert m["mdae_error_2"] < 0.7 * m["pod_error_2"], m
assert m["rom_strouhal_error"] < 0.002, m
assert m["rom_field_error_20"] <= 1.5 * m["mdae_error_2"], m
END
