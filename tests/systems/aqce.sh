#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# ctest: timeout=900
# Circuits for states, from the word to the file that other programs read: figures, every verb, the
# same circuit for any number of ranks and after a kill, clear words for what cannot work.
. "$(dirname "$0")/../cli/expect.bash"

smoke=$SOURCE/systems/aqce/smoke.toml
at_least() { # VALUE BOUND
  python3 -c 'import sys; a, b = map(float, sys.argv[1:]); sys.exit(not a >= b)' "$@" ||
    fail "$1 is less than $2"
}

expect 0 "$SENGEN" aqce encode "$smoke" --threads 1 -o one
at_least "$(metric one fidelity)" 0.995
at_least "$(metric one ground_energy)" -2.80278
expect 0 python3 "$SOURCE/tools/check_report" one/report.html

# The emitted file prepares what was reported, to 1e-10, in every set of gates.
reported=$(metric one fidelity)
bound=$(python3 -c "print($reported - 1e-10)")
expect 0 "$SENGEN" aqce verify one/circuit.qasm heisenberg:6 --fidelity "$bound"
expect 0 "$SENGEN" aqce verify one/circuit3.qasm heisenberg:6 --fidelity "$bound"
expect 0 "$SENGEN" aqce verify one/gates.h5 one/target.npy --fidelity "$bound"
for basis in cx cz ecr rxx; do
  expect 0 "$SENGEN" aqce compile one/gates.h5 --basis $basis -o $basis
  expect 0 "$SENGEN" aqce verify $basis/circuit.qasm heisenberg:6 --fidelity "$bound"
  grep -q "^$basis\b" $basis/circuit.qasm || fail "$basis/circuit.qasm has no $basis"
done
expect 4 "$SENGEN" aqce verify one/circuit.qasm xy:6 --fidelity 0.999999
says "less than 0.999999"

python=${SENGEN_QASM_PYTHON:-python3}
if "$python" -c 'import qiskit' 2>/dev/null; then
  expect 0 "$python" "$SOURCE/examples/load_circuit.py" one/circuit.qasm one/target.npy
  at_least "$(sed -n 's/^|F|^2 = //p' printed)" "$bound"
fi

# Ranks and threads.
for ranks in 2 3; do
  expect 0 $MPIRUN -n $ranks "$SENGEN" aqce encode "$smoke" --threads 1 -o ranks$ranks
  expect 0 h5diff one/gates.h5 ranks$ranks/gates.h5
done
expect 0 "$SENGEN" aqce encode "$smoke" --threads 2 -o threads
expect 0 h5diff one/gates.h5 threads/gates.h5

# Killed at random, it goes on to the same circuit.
study=(--set encode.gates=24 --set encode.moves=60 --set encode.starts=6)
begin=$(milliseconds)
expect 0 "$SENGEN" aqce encode heisenberg:8 "${study[@]}" -o whole
length=$(($(milliseconds) - begin))
echo "RANDOM=${SEED:=$RANDOM}"
RANDOM=$SEED
for _ in 1 2 3 4 5; do
  "$SENGEN" aqce encode heisenberg:8 "${study[@]}" -o killed >printed 2>&1 &
  sleep_within "$length"
  kill -9 $! 2>/dev/null
  wait $! 2>/dev/null
done
expect 0 "$SENGEN" aqce encode heisenberg:8 "${study[@]}" -o killed
expect 0 h5diff whole/gates.h5 killed/gates.h5

# More gates for a finished circuit.
expect 0 "$SENGEN" aqce encode heisenberg:8 --from whole/gates.h5 --gates 30 --moves 5 -o more
at_least "$(metric more fidelity)" "$(metric whole fidelity)"

# A picture in tiles: decoded, and better than flat.
python3 - <<'END'
import numpy
y, x = numpy.mgrid[0:32, 0:32]
picture = (120 + 80 * numpy.sin(x / 5) * numpy.cos(y / 7)).astype(numpy.uint8)
open('wave.pgm', 'wb').write(b'P5\n32 32\n255\n' + picture.tobytes())
numpy.save('pictures.npy', numpy.stack([picture[i:i + 8, :8] for i in range(12)]).astype('f4'))
numpy.save('broken.npy', numpy.ones(12))
numpy.save('nan.npy', numpy.array([1, numpy.nan, 0, 0]))
numpy.save('zero.npy', numpy.zeros(8))
END
expect 0 "$SENGEN" aqce encode wave.pgm --segments 2x2 --gates 12 --moves 5 -o tiles
at_least "$(metric tiles psnr)" "$(metric tiles flat_psnr)"
[ -s tiles/circuits/circuit-3.qasm ] || fail "no circuit of the last tile"
[ -s tiles/decoded.png ] || fail "no decoded picture"
absent tiles/circuit.qasm
expect 0 python3 "$SOURCE/tools/check_report" tiles/report.html
expect 0 "$SENGEN" aqce encode wave.pgm --gates 12 --starts 2 --moves 2 -o whole_picture
expect 0 "$SENGEN" aqce decode whole_picture/circuit.qasm --like wave.pgm -o decoded
same whole_picture/decoded.png decoded/decoded.png

# Several states by one circuit, complex states, limited coupling, a budget of CX, shots.
expect 0 "$SENGEN" aqce encode ghz:4 --with w:4 --gates 10 -o both
at_least "$(metric both fidelity)" 0.999
expect 0 "$SENGEN" aqce encode random:4:1 --gates 14 --coupling line -o line
at_least "$(metric line fidelity)" 0.98
expect 0 "$SENGEN" aqce encode heisenberg:8 --gates 40 --cnots 20 --moves 5 \
  --set encode.more=1 -o budget
at_least 20 "$(metric budget cnots)"
expect 0 "$SENGEN" aqce encode w:4 --gates 6 --shots 10000 -o shots
at_least "$(metric shots fidelity)" 0.5
# An update of a real state of four qubits takes 1 + 3 x 4 + 9 x 6 of them.
tests=$(metric shots hadamard_tests)
[ "${tests%.*}" -gt 0 ] && [ $((${tests%.*} % 67)) = 0 ] || fail "$tests Hadamard tests"
expect 0 "$SENGEN" aqce encode ghz:8 --fidelity 0.9999 -o goal
[ "$(metric goal cnots)" = 7.0 ] || fail "GHZ of 8 took $(metric goal cnots) CX"

# Beyond state vectors: matrix product states, named or from a file of site tensors, over ranks and
# after a kill; the emitted file prepares what was reported.
mps=(--set encode.sweeps=8 --set encode.bond=8)
expect 0 "$SENGEN" aqce encode mps-real:30:4:1 --gates 60 --starts 2 "${mps[@]}" -o mps
at_least "$(metric mps fidelity)" 0.3
expect 0 python3 "$SOURCE/tools/check_report" mps/report.html
bound=$(python3 -c "print($(metric mps fidelity) - 1e-5)")
expect 0 "$SENGEN" aqce verify mps/circuit.qasm mps-real:30:4:1 --fidelity "$bound"
expect 0 "$SENGEN" aqce encode mps/target.h5 --mps --gates 60 --starts 2 "${mps[@]}" -o mps_file
expect 0 $MPIRUN -n 2 "$SENGEN" aqce encode mps-real:30:4:1 --gates 60 --starts 2 "${mps[@]}" \
  --threads 1 -o mps_ranks
expect 0 h5diff mps/gates.h5 mps_ranks/gates.h5
for _ in 1 2; do
  "$SENGEN" aqce encode mps-real:30:4:1 --gates 60 --starts 2 "${mps[@]}" -o mps_killed \
    >printed 2>&1 &
  sleep_within 8000
  kill -9 $! 2>/dev/null
  wait $! 2>/dev/null
done
expect 0 "$SENGEN" aqce encode mps-real:30:4:1 --gates 60 --starts 2 "${mps[@]}" -o mps_killed
expect 0 h5diff mps/gates.h5 mps_killed/gates.h5
expect 0 "$SENGEN" aqce encode w:50 --gates 49 -o w50
at_least "$(metric w50 fidelity)" 0.9999999999
expect 2 "$SENGEN" aqce encode mps:30:4:1 --shots 100 -o bad
says "encode.shots"
python3 -c 'import numpy
numpy.savez("sites.npz", site_0=numpy.ones((1, 2, 3)), site_1=numpy.ones((2, 2, 1)))'
expect 3 "$SENGEN" aqce encode sites.npz --mps -o bad
says "sites.npz" "qubit 1"

# Thousands of pictures, shared by ranks.
small=(--gates 6 --starts 2 --moves 0)
expect 0 "$SENGEN" aqce dataset pictures.npy "${small[@]}" -o set.h5
expect 0 $MPIRUN -n 3 "$SENGEN" aqce dataset pictures.npy "${small[@]}" --threads 1 -o set3.h5
expect 0 h5diff set.h5 set3.h5
absent set.h5.partial

# What cannot work is said before anything is written.
expect 3 "$SENGEN" aqce encode broken.npy -o bad
says "broken.npy" "pad"
expect 3 "$SENGEN" aqce encode nan.npy -o bad
says "nan.npy"
expect 3 "$SENGEN" aqce encode zero.npy -o bad
says "zero.npy"
expect 2 "$SENGEN" aqce encode heisenbreg:8 -o bad
says "heisenberg"
expect 2 "$SENGEN" aqce encode ghz:8 --coupling grid:3x3 -o bad
says "grid:3x3"
printf '0 1\n2 3\n' >map.txt
expect 3 "$SENGEN" aqce encode ghz:4 --coupling map.txt -o bad
says "map.txt" "qubit 2"
expect 5 "$SENGEN" aqce encode random:39:1 -o bad
says "GiB"
expect 2 "$SENGEN" aqce encode heisenberg:8 --from whole/gates.h5 --gates 12 -o bad
says "adds none"
printf 'OPENQASM 2.0;\ninclude "qelib1.inc";\nqreg q[2];\nfoo q[0];\n' >foo.qasm
expect 3 "$SENGEN" aqce verify foo.qasm ghz:2
says "foo.qasm:4" "foo"
absent bad
