#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Bad input changes nothing in a finished output folder and leaves none behind; what is lost of a
# folder comes back or is told; figures of two runs never stand side by side.
. "$(dirname "$0")/../cli/expect.bash"

tiny_study >study.toml
head -c 100 /dev/zero >mask.npy
expect 0 "$SENGEN" flow-modes run study.toml -o good
contents() { (cd "$1" && find . -type f -exec md5sum {} + | sort -k 2); }
contents good >before

unchanged() { # CODE ARGUMENTS...: refused in a finished folder and in none
  local code=$1
  shift
  expect "$code" "$SENGEN" flow-modes "$@" -o good
  contents good >after
  same before after
  expect 0 "$SENGEN" verify good
  expect "$code" "$SENGEN" flow-modes "$@" -o fresh
  absent fresh
}
unchanged 3 run absent.h5
unchanged 3 run study.toml --set domain.mask=absent.npy
unchanged 3 run study.toml --set domain.mask=mask.npy
unchanged 2 run study.toml --set snapshots.length=30
# The rows of the domain do not suffice for so many ranks.
tiny_study | sed 's/cells_per_diameter = .*/cells_per_diameter = 4/; s/^height = 8/height = 1.5/;
  s/^height = 3/height = 1/; s/outlet_sponge.*//' >low.toml
expect 2 $MPIRUN -n 7 "$SENGEN" flow-modes run low.toml -o fresh
says ranks
[ "$(grep -c 'usage error' printed)" = 1 ] || fail "the message came more than once"
absent fresh
# Nothing to do: nothing is written.
expect 0 "$SENGEN" flow-modes run study.toml -o good --threads 1
contents good >after
same before after

# A summary or record that was lost or damaged.
cp good/summary.json summary.json
for damage in 'rm good/summary.json' 'echo "{ half" >good/summary.json'; do
  eval "$damage"
  expect 0 "$SENGEN" flow-modes run study.toml -o good
  same good/summary.json summary.json
done
cp -r good lost
echo '{"key": 3, "outputs": [1]}' >lost/stages/pod.json
expect 3 "$SENGEN" verify lost
says "pod.json: the record is damaged"
expect 0 "$SENGEN" flow-modes run study.toml -o lost
says "pod: decomposes" "report: draws"
rm lost/stages/pod.json
expect 3 "$SENGEN" verify lost
says "the stage 'pod' has not finished"

# A stage that is redone takes the records and figures of those after it away.
expect 0 "$SENGEN" flow-modes simulate study.toml --set flow.reynolds=70 -o good
python3 - <<'END_OF_PYTHON' || fail "figures of two runs stand side by side"
import json, os, sys
summary = json.load(open("good/summary.json"))
sys.exit(set(summary["stages"]) != {"simulate"} or os.listdir("good/stages") != ["simulate.json"]
         or any(m["stage"] != "simulate" for m in summary["metrics"].values()))
END_OF_PYTHON
expect 0 "$SENGEN" verify good
