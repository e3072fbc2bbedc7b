#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Loads OpenQASM files of ours in qiskit, Cirq and PennyLane and compares their states with ours.

qasm_readers.py FOLDER: every NAME.2.qasm and NAME.3.qasm in it against NAME.txt, one amplitude a
line, "re im". States are compared up to a global phase. Exits 77 when none of the modules is there
(pip install qiskit qiskit-qasm3-import cirq-core ply pennylane pennylane-qiskit).
"""

import cmath
import pathlib
import re
import sys
import warnings

warnings.simplefilter("ignore")


def reversed_bits(state):
    """A state whose first qubit is the most significant bit, as one whose first is the least."""
    qubits = len(state).bit_length() - 1
    return [state[int(format(i, f"0{qubits}b")[::-1], 2)] for i in range(len(state))]


def qiskit_readers():
    import qiskit.qasm2
    from qiskit.quantum_info import Statevector

    def state(circuit):
        return list(Statevector(circuit).data)

    yield "qiskit", lambda text: state(qiskit.qasm2.loads(text)), "2"
    try:
        import qiskit.qasm3
        import qiskit_qasm3_import  # noqa: F401
    except ImportError:
        return
    yield "qiskit", lambda text: state(qiskit.qasm3.loads(text)), "3"


def cirq_readers():
    import cirq
    from cirq.contrib.qasm_import import circuit_from_qasm

    def state(text):
        circuit = circuit_from_qasm(text)
        count = int(re.search(r"(?:qreg q|qubit)\[(\d+)\]", text).group(1))
        order = [cirq.NamedQubit(f"q_{k}") for k in range(count)]
        simulated = circuit.final_state_vector(qubit_order=order, dtype=complex)
        return reversed_bits(list(simulated))

    yield "cirq", state, "2"
    yield "cirq", state, "3"


def pennylane_readers():
    import pennylane as qml

    def state(load, text):
        count = int(re.search(r"(?:qreg q|qubit)\[(\d+)\]", text).group(1))

        # Its own reader calls wires "q[k]", the plugin's are numbers.
        tape = qml.tape.make_qscript(load)()
        operations = []
        for operation in tape.operations:
            numbers = [int(re.search(r"\d+", str(wire)).group(0)) for wire in operation.wires]
            operations.append(operation.map_wires(dict(zip(operation.wires, numbers))))
        script = qml.tape.QuantumScript(operations, [qml.state()])
        result = qml.device("default.qubit", wires=count).execute(script)
        return reversed_bits([complex(a) for a in result])

    def plugin(text):
        # Of a gate that it does not know (ecr) it takes qiskit's matrix with the qubits reversed.
        return None if "gate ecr" in text else state(qml.from_qasm(text), text)

    try:
        import pennylane_qiskit  # noqa: F401
        yield "pennylane with qiskit's plugin", plugin, "2"
    except ImportError:
        pass
    try:
        import openqasm3  # noqa: F401
    except ImportError:
        return

    def own(text):
        # It knows the gates of stdgates.inc by itself and refuses the line; of gates that a file
        # defines it confuses the wires.
        if "gate " in text:
            return None
        return state(qml.from_qasm3(text.replace('include "stdgates.inc";', "")), text)

    yield "pennylane", own, "3"


def main():
    folder = pathlib.Path(sys.argv[1])
    readers, missing = [], []
    for make in (qiskit_readers, cirq_readers, pennylane_readers):
        try:
            readers += list(make())
        except ImportError as error:
            missing.append(str(error))
    print("missing:", "; ".join(missing) or "nothing")
    if not readers:
        sys.exit(77)
    compared, worst = 0, 0.0
    for name, load, version in readers:
        for path in sorted(folder.glob(f"*.{version}.qasm")):
            lines = (folder / (path.name.split(".")[0] + ".txt")).read_text().splitlines()
            ours = [complex(*map(float, line.split())) for line in lines]
            theirs = load(path.read_text())
            if theirs is None:
                continue
            overlap = sum(a.conjugate() * b for a, b in zip(ours, theirs))
            phase = cmath.exp(-1j * cmath.phase(overlap))
            error = max(abs(a - phase * b) for a, b in zip(ours, theirs))
            compared += 1
            worst = max(worst, error)
            if len(ours) != len(theirs) or not error < 1e-10:
                print(f"{name}: {path.name}: amplitudes differ by {error:.1e}")
                sys.exit(1)
        print(f"{name}, OpenQASM {version}: agrees")
    print(f"{compared} files, largest difference {worst:.1e}")
    sys.exit(0 if compared else 1)


main()
