#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The whole path at smoke size: figures in the right range, the same bits for any number of ranks
# and threads, a report that draws, bodies from pictures.
. "$(dirname "$0")/../cli/expect.bash"

smoke=$SOURCE/systems/flow_modes/smoke.toml
expect 0 "$SENGEN" flow-modes run "$smoke" --threads 1 -o one
inside() { # VALUE LOW HIGH
  python3 -c 'import sys; x, a, b = map(float, sys.argv[1:]); sys.exit(not a <= x <= b)' "$@"
}
in_range() { # NAME LOW HIGH: bounds wide enough for 8 cells in a diameter
  inside "$(metric one "$1")" "$2" "$3" || fail "$1 = $(metric one "$1") is outside [$2, $3]"
}
in_range strouhal_number 0.15 0.19
in_range drag_coefficient_mean 1.3 1.7
in_range lift_coefficient_amplitude 0.2 0.45
in_range blockage 0.0999 0.1001
in_range pod_error_2 0.15 0.35
in_range lattice_updates_per_second 1e5 1e12

expect 0 "$SENGEN" flow-modes simulate "$smoke" --threads 2 -o threads
expect 0 h5diff one/data.h5 threads/data.h5
same one/forces.csv threads/forces.csv
same one/probes.csv threads/probes.csv
for ranks in 2 3 4; do
  expect 0 $MPIRUN -n $ranks "$SENGEN" flow-modes pod "$smoke" --threads 1 -o ranks$ranks
  expect 0 h5diff one/data.h5 ranks$ranks/data.h5
  same one/forces.csv ranks$ranks/forces.csv
  same one/probes.csv ranks$ranks/probes.csv
  python3 - {one,ranks$ranks}/coefficients.csv <<'END' || fail "POD of $ranks ranks differs"
import csv, sys
def rows(name):
    return [[float(v) for v in row] for row in list(csv.reader(open(name)))[1:]]
a, b = map(rows, sys.argv[1:])
size = max(abs(v) for row in a for v in row[1:])
worst = max(abs(v - w) for r, s in zip(a, b) for v, w in zip(r, s))
sys.exit(not (len(a) == len(b) and worst <= 1e-9 * size))
END
done

python3 "$SOURCE/tools/check_report" one/report.html >printed 2>&1
code=$?
[ $code = 0 ] || [ $code = 77 ] || fail "the report has faults"
cat printed
python3 - <<'END' || fail "the report does not begin with the figures of a wake"
import re
page = open("one/report.html").read()
rows = re.findall(r"<tr><td>(\w+)</td>", page)
first = ["drag_coefficient_mean", "lift_coefficient_amplitude", "strouhal_number", "blockage",
         "mach_number"]
assert rows[:5] == first and not any(name.startswith("pod_error") for name in rows), rows
assert "bench validation re100" in page and "1 at (2, 0.5) D" in page
END
cp one/report.html before.html
expect 0 "$SENGEN" report one
says "report: done"
[ -s one/report.html ] || fail "the report was not made anew"
expect 0 "$SENGEN" verify one
printf x >>one/forces.csv
expect 3 "$SENGEN" verify one
says forces.csv

# Double precision agrees with float to float's accuracy; a disc drawn as a mask sheds as well.
expect 0 "$SENGEN" flow-modes simulate "$smoke" --set flow.precision=double -o double
python3 -c "import sys; a, b = map(float, sys.argv[1:]); sys.exit(abs(a / b - 1) > 1e-3)" \
  "$(metric one drag_coefficient_mean)" "$(metric double drag_coefficient_mean)" ||
  fail "float and double disagree on drag"
python3 - <<'END'
import struct, zlib
n = 8
rows = [bytes([0] + [255 * ((x - 3.5)**2 + (y - 3.5)**2 <= 16) for x in range(n)])
        for y in range(n)]
def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
header = struct.pack(">IIBBBBB", n, n, 8, 0, 0, 0, 0)
open("disc.png", "wb").write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header)
    + chunk(b"IDAT", zlib.compress(b"".join(rows))) + chunk(b"IEND", b""))
END
expect 0 "$SENGEN" flow-modes run "$smoke" --set domain.mask=disc.png -o mask
inside "$(metric mask strouhal_number)" 0.14 0.2 ||
  fail "the disc of the picture sheds at $(metric mask strouhal_number)"
