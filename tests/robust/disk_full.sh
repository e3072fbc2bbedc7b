#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A full disk ends with exit code 5, names the file, and leaves what was there before as it was. A
# limit on the size of files stands for the disk; where this test may mount one, a small file system
# as well: there a file can have its full length and holes in place of what did not fit.
. "$(dirname "$0")/../cli/expect.bash"
mounted=
trap '[ -z "$mounted" ] || umount "$mounted"; rm -rf "$scratch" "$scratch.mpi"' EXIT

# full LIMIT COMMAND...: with files of at most LIMIT KiB.
full() {
  local limit=$1
  shift
  (
    ulimit -f "$limit"
    exec "$@"
  ) >printed 2>&1
  local code=$?
  [ $code = 5 ] || fail "exit $code with files limited to $limit KiB, expected 5: $*"
}

no_leftovers() {
  local left
  left=$(find . -name '*.tmp*')
  [ -z "$left" ] || fail "temporary files were left: $left"
}

tiny_study >study.toml
expect 0 "$SENGEN" flow-modes run study.toml -o out
cp out/data.h5 before.h5
cp out/pod.h5 before_pod.h5
for limit in 1 8 40; do
  full $limit "$SENGEN" flow-modes run study.toml --set flow.reynolds=61 -o out
  says out/
  same out/data.h5 before.h5
  same out/pod.h5 before_pod.h5
  no_leftovers
done
expect 0 "$SENGEN" flow-modes run study.toml -o out
expect 0 "$SENGEN" verify out

# Files whose records are smaller than HDF5's buffer.
python3 - <<'END_OF_PYTHON' || fail "field.npy"
import array, random
random.seed(3)
shape = (300, 20, 30, 2)
header = "{'descr': '<f4', 'fortran_order': False, 'shape': %s, }" % (shape,)
header = header.ljust(117) + "\n"
with open("field.npy", "wb") as file:
    file.write(b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header.encode())
    array.array("f", (random.random() for _ in range(300 * 20 * 30 * 2))).tofile(file)
END_OF_PYTHON
expect 0 "$SENGEN" flow-modes import field.npy --dt 0.1 -o whole.h5
echo old >data.h5
cp data.h5 old.h5
for limit in 1 30 900 1400; do
  full $limit "$SENGEN" flow-modes import field.npy --dt 0.1 -o data.h5
  says "data.h5 cannot be written: File too large"
  same data.h5 old.h5
  no_leftovers
done
expect 0 "$SENGEN" flow-modes pod whole.h5 -o pod
rm -rf pod/stages
cp pod/pod.h5 before_pod.h5
for limit in 1 30 100; do
  full $limit "$SENGEN" flow-modes pod whole.h5 -o pod
  says pod/
  same pod/pod.h5 before_pod.h5
  no_leftovers
done

mkdir small
if ! mount -t tmpfs -o size=1m tmpfs small 2>/dev/null; then
  echo "no file system may be mounted here: the limits above have to do"
  exit 0
fi
mounted=$PWD/small
echo old >small/data.h5
expect 5 "$SENGEN" flow-modes import field.npy --dt 0.1 -o small/data.h5
says "small/data.h5 cannot be written: No space left on device"
same small/data.h5 old.h5
expect 5 "$SENGEN" flow-modes pod whole.h5 -o small/pod --set pod.modes=100
absent small/pod/pod.h5
expect 5 $MPIRUN -n 2 "$SENGEN" flow-modes pod whole.h5 -o small/ranks --set pod.modes=100
absent small/ranks/pod.h5
no_leftovers
expect 5 "$SENGEN" flow-modes run study.toml --set snapshots.per_period=200 -o small/run
absent small/run/data.h5
no_leftovers
