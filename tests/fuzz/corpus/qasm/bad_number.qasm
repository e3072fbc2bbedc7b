OPENQASM 2.0;
include "qelib1.inc";
qreg q[3];
rx(1.2.3) q[0];