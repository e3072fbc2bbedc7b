OPENQASM 2.0;
qreg q[2];
U(1,2,3) q[0]; CX q[0],q[1];
