OPENQASM 2.0;
include "qelib1.inc";
gate rxx(t) a,b { h a; h b; cx a,b; rz(t) b; cx a,b; h a; h b; }
gate ecr a,b { rz(pi/2) a; rx(pi/2) b; cx a,b; x a; }
gate x a { h a; }
qreg q[3];
rxx(0.1) q[0],q[1]; ecr q[1],q[2]; x q[0];
