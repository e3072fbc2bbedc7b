#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Every mistake on the command line or in a study stops before any computing, with exit code 2, the
# place and the nearest name.
. "$(dirname "$0")/expect.bash"

expect 0 "$SENGEN" --version
says sengen
expect 0 "$SENGEN" --help
says flow-modes "sengen SYSTEM VERB"
expect 0 "$SENGEN" list
says flow-modes "verbs: run simulate pod report import"
expect 2 "$SENGEN"
expect 2 "$SENGEN" flow-mode run
says "did you mean 'flow-modes'?"
expect 2 "$SENGEN" flow-modes rn
says "did you mean 'run'?"
expect 0 "$SENGEN" flow-modes run --help
says reynolds "1 to 1000" "[D]" "default 100" "--max-time"
expect 0 "$SENGEN" flow-modes import --help
says "--dt" required

tiny_study >study.toml
sed 's/reynolds/reynold/' study.toml >misspelt.toml
expect 2 "$SENGEN" flow-modes run misspelt.toml -o out
says "misspelt.toml:2" "flow.reynold" "did you mean 'flow.reynolds'?"
printf '[trian]\nupdates = 3\n' >table.toml
expect 2 "$SENGEN" flow-modes run table.toml -o out
says "table.toml:1" "trian"
expect 2 "$SENGEN" flow-modes run study.toml --set flow.reynods=40 -o out
says "--set" "did you mean 'flow.reynolds'?"
expect 2 "$SENGEN" flow-modes run study.toml --set flow.reynolds=-1 -o out
says "flow.reynolds must be number 1 to 1000"
expect 2 "$SENGEN" flow-modes run study.toml --theads 2 -o out
says "unknown flag '--theads'" "did you mean '--threads'?"
expect 2 "$SENGEN" flow-modes run study.toml --max-time soon -o out
says "no duration"
expect 2 "$SENGEN" flow-modes import data.npy -o data.h5
says "--dt is missing"
expect 3 "$SENGEN" flow-modes run absent.toml -o out
says "absent.toml: the study file cannot be read"
absent out

expect 0 "$SENGEN" flow-modes run study.toml --dry-run -o out
says "simulate     to do" "pod          to do"
absent out
expect 0 "$SENGEN" flow-modes run study.toml --print-config --set flow.reynolds=61
says "reynolds = 61.0"

# One message, not one a rank.
expect 2 $MPIRUN -n 3 "$SENGEN" flow-modes run misspelt.toml -o out
[ "$(grep -c 'did you mean' printed)" = 1 ] || fail "the message came more than once"
expect 2 $MPIRUN -n 2 "$SENGEN" flow-modes import data.npy --dt 1 -o data.h5
says "works on one rank"
