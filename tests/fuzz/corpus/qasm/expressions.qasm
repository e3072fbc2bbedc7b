OPENQASM 2.0;
include "qelib1.inc";
qreg q[3];
rz(pi/2+3*-2-(1/4)^2) q[0]; ry(sin(1)*cos(2)/tan(3)) q[1]; rx(exp(1)+ln(2)-sqrt(3)) q[2]; rx(1.5e-3) q[0]; rx(.5) q[0];
