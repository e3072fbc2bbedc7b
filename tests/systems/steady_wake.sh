#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# ctest: processors=2
# Wakes that do not shed, by a low Reynolds number, a sponge over everything or too short a time,
# end with their drag and say why St is 0; periods and precision are as asked for.
. "$(dirname "$0")/../cli/expect.bash"

smoke=$SOURCE/systems/flow_modes/smoke.toml
# A steady wake has no phases to hold out and nothing to learn.
expect 0 "$SENGEN" flow-modes run "$smoke" --set flow.reynolds=20 --set split.hold_out=none \
  --set train.networks=[] -o steady
says "no vortices are shed"
python3 - <<'END' || fail "the steady wake's figures are wrong"
import json, re
metrics = json.load(open("steady/summary.json"))["metrics"]
value = lambda name: metrics[name]["value"]
assert 2.0 < value("drag_coefficient_mean") < 2.8 and value("strouhal_number") == 0, metrics
assert value("shedding_periods") == 0 and value("lift_coefficient_amplitude") < 0.01
assert "No vortices are shed" in open("steady/report.html").read()
END
python3 "$SOURCE/tools/check_report" steady/report.html >printed 2>&1
code=$?
[ $code = 0 ] || [ $code = 77 ] || fail "the report has faults"

expect 0 "$SENGEN" flow-modes simulate "$smoke" --set domain.inlet_sponge=100 -o sponge
says "a sponge reaches the body"
expect 0 "$SENGEN" flow-modes simulate "$smoke" --set flow.start=uniform -o uniform
expect 0 "$SENGEN" flow-modes simulate "$smoke" --set flow.start=uniform --set flow.kick=0 \
  --set snapshots.transient=10 -o still
says "no vortices are shed"
expect 0 "$SENGEN" flow-modes simulate "$smoke" --set domain.sides=slip \
  --set domain.height=17.4 -o slip
says "resonance"
for folder in uniform slip; do
  [ "$(metric $folder shedding_periods)" = 9.0 ] ||
    fail "$folder: $(metric $folder shedding_periods) periods, 9 were asked for"
done

expect 0 "$SENGEN" flow-modes simulate "$smoke" --set snapshots.periods=5 \
  --set flow.precision=double -o double
[ "$(metric double shedding_periods)" = 5.0 ] ||
  fail "$(metric double shedding_periods) periods, 5 were asked for"
expect 0 "$SENGEN" inspect double/data.h5
says "float64"
