#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# ctest: processors=2
# A volume of few planes and many times: POD keeps to the memory that it was given, for any number
# of ranks, and heeds a time limit and a signal within a block, as import does.
. "$(dirname "$0")/../cli/expect.bash"
if ! python3 -c 'import numpy, h5py' 2>/dev/null; then
  echo "skipped: python3 has no numpy and h5py"
  exit 0
fi

python3 - <<'END'
import numpy as np
nt, nz, ny, nx = 400, 1, 200, 250  # 160 MB
t = np.arange(nt, dtype=np.float32)[:, None, None, None]
z, y, x = np.meshgrid(*(np.arange(n, dtype=np.float32) for n in (nz, ny, nx)), indexing="ij")
out = np.lib.format.open_memmap("volume.npy", mode="w+", dtype=np.float32,
                                shape=(nt, nz, ny, nx, 2))
out[..., 0] = np.cos(0.1 * x - 0.3 * t) + 0.1 * np.sin(0.07 * y + 0.2 * t)
out[..., 1] = np.sin(0.1 * x - 0.3 * t)
out += 0.01 * np.random.default_rng(3).random(out.shape, dtype=np.float32)
out.flush()
last = np.lib.format.open_memmap("time_last.npy", mode="w+", dtype=np.float32,
                                 shape=(2, nx, ny, nt))
last[:] = out[:, 0].transpose(3, 2, 1, 0)
last.flush()
END

import_volume=("$SENGEN" flow-modes import volume.npy --axes tzyxc --dt 0.1 -o)
expect 6 "${import_volume[@]}" stopped.h5 --max-time 0.01
says "time limit" "stopped.h5 was not written"
absent stopped.h5
[ -z "$(find . -name '*.tmp')" ] || fail "a temporary file was left"
expect 0 "${import_volume[@]}" volume.h5

pod=("$SENGEN" flow-modes pod volume.h5 --modes 4)
peak_megabytes() { # COMMAND...: the memory of the largest process that it was
  python3 - "$@" <<'END'
import resource, subprocess, sys
subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1000)
END
}
expect 0 "${pod[@]}" -o whole
program=$(peak_megabytes "$SENGEN" --version) || fail "the version"  # LibTorch is most of it
small=$(peak_megabytes "${pod[@]}" --set pod.block_megabytes=2 -o small) ||
  fail "POD in small blocks"
echo "blocks of 2 MB: $small MB"
[ $((small - program)) -le 60 ] || fail "$small MB for blocks of 2 MB, data of 160 MB"
expect 0 $MPIRUN -n 3 "${pod[@]}" --set pod.block_megabytes=2 --threads 1 -o ranks
python3 - whole small ranks <<'END' || fail "blocks and ranks change the modes"
import h5py, numpy as np, sys
whole, *others = (h5py.File(name + "/pod.h5") for name in sys.argv[1:])
for name in ("modes", "mean", "coefficients"):
    for other in others:
        assert np.abs(whole[name][:] - other[name][:]).max() < 1e-9 * np.abs(whole[name][:]).max()
END

# Any order of axes is imported in blocks too.
import_last=("$SENGEN" flow-modes import time_last.npy --axes cxyt --dt 0.1 -o last.h5)
memory=$(peak_megabytes "${import_last[@]}") || fail "import of an array with time last"
echo "import with time last: $memory MB"
[ $((memory - program)) -le 90 ] || fail "$memory MB to import 160 MB"
python3 - <<'END' || fail "the order of axes changes the data"
import h5py
assert (h5py.File("volume.h5")["field"][:, 0] == h5py.File("last.h5")["field"][:]).all()
END

expect 6 "${pod[@]}" --max-time 0.01 -o limited
says "time limit" "goes on from there"
absent limited/pod.h5
expect 6 $MPIRUN -n 2 "${pod[@]}" --max-time 0.01 -o limited
absent limited/pod.h5
"${pod[@]}" --set pod.block_megabytes=1 -o ended >printed 2>&1 &
pid=$!
for _ in $(seq 100); do
  grep -q "pod: decomposes" printed && break
  sleep 0.02
done
kill -TERM $pid
wait $pid
code=$?
[ $code = 6 ] || fail "exit $code after SIGTERM in POD, expected 6"
says SIGTERM
absent ended/pod.h5
expect 0 "${pod[@]}" -o ended
