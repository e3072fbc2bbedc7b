OPENQASM 2.0;
include "qelib1.inc";
qreg a[2]; qreg b[2]; creg c[4];
h a; cx a,b; cx a[0],b; barrier a,b; measure a -> c; measure b[1] -> c[3];
