OPENQASM 2.0;
include "qelib1.inc";
gate g a { }
gate n() a { g a; }
qreg q[3];
g q; n q[0];
