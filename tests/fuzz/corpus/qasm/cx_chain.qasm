OPENQASM 2.0;
include "qelib1.inc";
qreg q[3];
ry(0.3) q[0]; cx q[0],q[1]; rz(0.1) q[0]; rx(0.2) q[1]; cx q[0],q[1]; cx q[2],q[0];
