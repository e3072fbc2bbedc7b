#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Damaged HDF5 files: the program refuses them (exit code 3), or reads what is still readable. The
# HDF5 library's own parser may crash on them, which is counted and ends that process alone; a bug
# of ours (70) or a hang may not happen.
. "$(dirname "$0")/../cli/expect.bash"
python3 -c 'import numpy' 2>/dev/null || { echo "skipped: python3 has no numpy"; exit 0; }

python3 -c 'import numpy as np
np.save("field.npy", np.random.default_rng(1).random((6, 4, 5, 2)).astype(np.float32))'
expect 0 "$SENGEN" flow-modes import field.npy --dt 0.1 -o data.h5
export GOMP_SPINCOUNT=0
python3 - "$SENGEN" "${SEED:-$RANDOM}" <<'END' || fail "see above"
import collections, random, resource, subprocess, sys
program, seed = sys.argv[1], int(sys.argv[2])
print("seed", seed)
random.seed(seed)
data = open("data.h5", "rb").read()

def limits():
    resource.setrlimit(resource.RLIMIT_AS, (8 << 30, 8 << 30))
    resource.setrlimit(resource.RLIMIT_CPU, (20, 20))

def mutated():
    kind = random.randrange(4)
    if kind == 0:
        return data[:random.randrange(len(data))]
    damaged = bytearray(data)
    for _ in range(random.choice((1, 1, 1, 8))):
        damaged[random.randrange(4096 if kind == 1 else len(data))] ^= 1 << random.randrange(8)
    return bytes(damaged)

codes = collections.Counter()
for number in range(120):
    open("damaged.h5", "wb").write(mutated())
    command = [program, "inspect", "damaged.h5"]
    if number % 10 == 0:
        command = [program, "flow-modes", "pod", "damaged.h5", "-o", "out", "--threads", "1"]
    run = subprocess.run(command, capture_output=True, timeout=60, preexec_fn=limits)
    codes[run.returncode] += 1
    if run.returncode not in (0, 3, 4, 5) and run.returncode >= 0:
        open("damaged_%d.h5" % number, "wb").write(open("damaged.h5", "rb").read())
        sys.exit(f"mutation {number}: exit {run.returncode}: {run.stderr.decode()[-500:]}")
print("exit codes:", dict(codes))
if codes[3] < 20 or codes[0] < 10:
    sys.exit("the mutations missed their target")
END
