OPENQASM 3.0;
include "stdgates.inc";
qubit[2] q; qubit r; bit[3] c; bit d;
gphase(0.25); U(pi/2,0,pi) q[0]; cx q[0],r; c[0] = measure q[0]; d = measure r;
