OPENQASM 2.0;
include "qelib1.inc";
qreg q[3];
x q[0]; y q[1]; z q[2]; h q; s q[0]; sdg q[1]; t q[2]; tdg q[0]; sx q[0]; sxdg q[1]; id q; u0(1) q[0];
rx(0.1) q[0]; ry(0.2) q[1]; rz(0.3) q[2]; p(0.4) q[0]; u(1,2,3) q[0]; u1(0.5) q[1]; u2(1,2) q[2]; u3(1,2,3) q[0];
