#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A study that cannot work is refused before anything is computed (exit code 2).
. "$(dirname "$0")/expect.bash"

tiny_study >study.toml
refuse() { # ASSIGNMENT TEXT...
  local assignment=$1
  shift
  expect 2 "$SENGEN" flow-modes run study.toml --set "$assignment" -o out
  says "$@"
  absent out/data.h5
}
refuse snapshots.length=30 window domain
refuse domain.body_x=11.9 body
refuse snapshots.probe_x=[99.0] probe
refuse 'snapshots.probe_x=[1.0,2.0]' probe
refuse flow.velocity=0.001 "relaxation time"
expect 2 "$SENGEN" flow-modes run study.toml --set 'snapshots.probe_x=[0.2]' \
  --set 'snapshots.probe_y=[0.1]' -o out
says "probe 1 at (0.2, 0.1) D lies inside the body"
absent out

expect 2 $MPIRUN -n 5 "$SENGEN" flow-modes run study.toml --set domain.height=1.5 \
  --set domain.cells_per_diameter=6 --set domain.sides=periodic -o out
says "9 rows of cells are fewer than 2 for each of 5 ranks"
absent out

expect 3 "$SENGEN" flow-modes run study.toml --set domain.mask=absent.npy -o out
says absent.npy
absent out/data.h5
python3 - <<'END'
import struct, zlib
n = 12
rows = [bytes([0] + [255 * ((x - 5.5)**2 + (y - 5.5)**2 > 9) for x in range(n)]) for y in range(n)]
def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
open("paper.png", "wb").write(b"\x89PNG\r\n\x1a\n"
    + chunk(b"IHDR", struct.pack(">IIBBBBB", n, n, 8, 0, 0, 0, 0))
    + chunk(b"IDAT", zlib.compress(b"".join(rows))) + chunk(b"IEND", b""))
END
expect 3 "$SENGEN" flow-modes run study.toml --set domain.mask=paper.png -o out
says "paper.png: its rim is solid" "black body on white paper?" "invert it"
absent out
