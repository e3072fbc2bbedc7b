OPENQASM 2.0;
include "qelib1.inc";
gate pair(x,y) a,b { ry(x) a; barrier a,b; cx a,b; rz(x+y/2) b; }
gate twice(x) a,b { pair(x,2*x) a,b; pair(-x,sin(x)) b,a; }
qreg q[3];
twice(0.3) q[0],q[1];
