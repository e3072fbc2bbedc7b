#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# CX of our circuits for tiles of a picture at |F|^2 >= 0.99 beside qiskit's StatePreparation of the
# same states, transpiled at level 3: ./bootstrap bench aqce_peers. SENGEN_TEST_DATA holds
# quantum/images/camera_256.pgm; qiskit is put into a Python of its own, build/qiskit;
# circuits in build/aqce_peers, which a run that was stopped goes on with.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
picture=${SENGEN_TEST_DATA:?folder of test data}/quantum/images/camera_256.pgm
python=build/qiskit/bin/python3
if [ ! -x $python ]; then
  python3 -m venv build/qiskit
  $python -m pip --disable-pip-version-check install -q qiskit==2.6.2
fi
out=build/aqce_peers
build/release/bin/sengen aqce encode "$picture" --segments 4x4 --fidelity 0.99 --gates 320 \
  --starts 4 --moves 40 -o "$out"
mkdir -p bench/results
$python bench/aqce_peers/state_preparation.py "$out" bench/results/aqce_peers.json
rm -rf "$out"  # the next run measures the program of its day
