#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A study that cannot work is refused before anything is computed (exit code 2).
. "$(dirname "$0")/expect.bash"

tiny_study >study.toml
refuse() { # ASSIGNMENT TEXT...
  local assignment=$1
  shift
  expect 2 "$SENGEN" flow-modes run study.toml --set "$assignment" -o out
  says "$@"
  absent out/data.h5
}
refuse snapshots.length=30 window domain
refuse domain.body_x=11.9 body
refuse snapshots.probe_x=[99.0] probe
refuse 'snapshots.probe_x=[1.0,2.0]' probe
refuse flow.velocity=0.001 "relaxation time"

expect 3 "$SENGEN" flow-modes run study.toml --set domain.mask=absent.npy -o out
says absent.npy
absent out/data.h5
