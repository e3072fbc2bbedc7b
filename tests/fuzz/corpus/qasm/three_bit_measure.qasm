OPENQASM 3;
qubit[2] q;
x q[0];
bit[2] c = measure q;
