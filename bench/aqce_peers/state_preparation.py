#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""state_preparation.py DIR RESULTS: CX of qiskit's StatePreparation of the states in DIR/target.npy
beside those of DIR/circuits.csv. Needs qiskit, which brings numpy."""

import csv
import json
import pathlib
import sys
import time

import numpy
import qiskit
from qiskit.circuit.library import StatePreparation


def cnots_of_qiskit(state):
    circuit = qiskit.QuantumCircuit(int(numpy.log2(len(state))))
    circuit.append(StatePreparation(state), circuit.qubits)
    # Only CX are counted: any gate of one qubit may stand between them.
    compiled = qiskit.transpile(circuit, basis_gates=["cx", "u"], optimization_level=3)
    return compiled.count_ops().get("cx", 0)


def columns(path):
    with open(path, encoding="utf-8") as file:
        return [{name: float(value) for name, value in row.items()} for row in csv.DictReader(file)]


def main():
    folder, results = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    begin = time.time()
    states = numpy.atleast_2d(numpy.load(folder / "target.npy"))
    ours = [row["cnots"] for row in columns(folder / "circuits.csv")]
    # The last row of a circuit is its end.
    fidelity = {int(row["circuit"]): row["fidelity"] for row in columns(folder / "curve.csv")}
    theirs = []
    for k, state in enumerate(states):
        theirs.append(cnots_of_qiskit(state))
        print(f"tile {k}: |F|^2 {fidelity[k]:.5f}, {ours[k]:.0f} CX, qiskit {theirs[-1]} CX")
    ratio = sum(theirs) / max(1, sum(ours))
    worst = min(b / max(1, a) for a, b in zip(ours, theirs))
    print(f"cnot_ratio {ratio:.1f}, worst tile {worst:.1f} (to reach: 10)")
    source = f"qiskit {qiskit.__version__} StatePreparation, level 3, over ours at |F|^2 >= 0.99"
    metrics = {
        "cnot_ratio": (ratio, source + ", sums over tiles"),
        "cnot_ratio_worst": (worst, "of the worst tile"),
        "cnots": (sum(ours), "ours, all tiles"),
        "cnots_qiskit": (sum(theirs), "exact states"),
        "fidelity_least": (min(fidelity.values()), "|F|^2 of ours")}
    case = "state_preparation"
    text = {"system": "bench aqce_peers",
            "stages": {case: {"seconds": time.time() - begin}},
            "metrics": {name: {"value": value, "unit": "1", "source": source, "stage": case}
                        for name, (value, source) in metrics.items()}}
    results.write_text(json.dumps(text, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
