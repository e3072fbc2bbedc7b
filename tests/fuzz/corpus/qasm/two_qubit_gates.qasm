OPENQASM 2.0;
include "qelib1.inc";
qreg q[3];
h q; cx q[0],q[1]; cz q[1],q[2]; cy q[0],q[2]; ch q[0],q[1]; swap q[0],q[1]; crz(0.1) q[0],q[1]; cp(0.2) q[1],q[2]; cu1(0.3) q[0],q[2]; cu3(1,2,3) q[0],q[1]; rxx(0.4) q[0],q[1]; ryy(0.5) q[1],q[2]; rzz(0.6) q[0],q[2]; ecr q[0],q[1]; iswap q[1],q[2];
