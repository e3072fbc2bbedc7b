#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""load_circuit.py CIRCUIT.qasm [TARGET.npy]: a circuit of `sengen aqce encode` in qiskit, its size,
and |F|^2 against the amplitudes that it was made for. Needs qiskit."""

import sys

import numpy
from qiskit import qasm2
from qiskit.quantum_info import Statevector


def main():
    circuit = qasm2.load(sys.argv[1])
    print(f"{circuit.num_qubits} qubits, {circuit.count_ops().get('cx', 0)} CX, "
          f"depth {circuit.depth()}")
    if len(sys.argv) < 3:
        return
    # Qubit 0 is the least significant bit of an amplitude's index on both sides.
    state = Statevector(circuit).data
    target = numpy.load(sys.argv[2])
    print(f"|F|^2 = {abs(numpy.vdot(target, state)) ** 2:.12f}")


if __name__ == "__main__":
    main()
