// first
OPENQASM 2.0;
include "qelib1.inc";
/* over
lines */ qreg q[2]; // last
x q[0];