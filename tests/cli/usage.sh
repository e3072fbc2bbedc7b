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
says flow-modes "verbs: run simulate pod"
expect 2 "$SENGEN"
expect 2 "$SENGEN" flow-mode run
says "did you mean 'flow-modes'?"
expect 2 "$SENGEN" flow-modes rn
says "did you mean 'run'?"
expect 0 "$SENGEN" flow-modes run --help
says reynolds "1 to 1000" "[D]" "default 100" "--max-time"
expect 0 "$SENGEN" flow-modes import --help
says "--dt" required "file to write, ends in .h5" "[import]"
if grep -qF -e "[flow]" -e "out/flow-modes" printed; then fail "import's help is that of others"; fi
expect 0 "$SENGEN" flow-modes simulate --help
says "[flow]" "[solver]"
if grep -qF -e "[pod]" -e "[import]" printed; then fail "simulate's help is that of others"; fi

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
for flags in "--seed -1:0 to 18446744073709551615" "--seed 1.5:integer" "--threads 0:1 to 4096" \
  "--threads many:integer" "--max-time 1.2.3:no duration" "--max-time 0:no duration"; do
  expect 2 "$SENGEN" flow-modes run study.toml ${flags%%:*} -o out
  says "${flags#*:}"
done
for time in 1:2:3:4 1: :30 1:60 1:30m -5 1:-5 ''; do
  expect 2 "$SENGEN" flow-modes run study.toml --max-time "$time" -o out
done
expect 2 "$SENGEN" flow-modes run study.toml misspelt.toml -o out
says "two study files: study.toml and misspelt.toml"
expect 2 "$SENGEN" flow-modes import data.npy --dt 1
says "-o is missing"
expect 2 "$SENGEN" flow-modes import data.npy --dt 1 -o data.npy
says "ends in .h5"
expect 2 "$SENGEN" flow-modes import data.npy --dt 1 -o nowhere/data.h5
says "there is no folder nowhere"
expect 2 "$SENGEN" flow-modes run study.toml -o study.toml
says "study.toml: that is a file, expected a folder"
expect 3 "$SENGEN" flow-modes import absent.npy --dt 1 -o data.h5 --dry-run
says "absent.npy"
python3 - <<'END'
header = "{'descr': '<f4', 'fortran_order': False, 'shape': (3, 2, 2, 1), }".ljust(117) + "\n"
open("array.npy", "wb").write(b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little")
                              + header.encode() + bytes(4 * 12))
END
expect 0 "$SENGEN" flow-modes import array.npy --dt 1 -o data.h5 --dry-run
says "what it reads is in order"
absent data.h5
expect 2 "$SENGEN" flow-modes import array.npy --dt 1 --components u,v -o data.h5 --dry-run
expect 3 "$SENGEN" flow-modes import array.npy --axes tyx --dt 1 -o data.h5 --dry-run
printf 'flow = 3\n' >value.toml
expect 2 "$SENGEN" flow-modes run value.toml -o out
says "value.toml:1: 'flow' must be a table" "[flow]"
expect 3 "$SENGEN" flow-modes run absent.toml -o out
says "absent.toml: the study file cannot be read: No such file"
mkdir folder.toml
expect 3 "$SENGEN" flow-modes run folder.toml -o out
says "Is a directory"
absent out

# A study without a line has all its keys at their defaults.
: >empty.toml
expect 0 "$SENGEN" flow-modes run empty.toml --print-config
says "reynolds = 100.0"
# A verb takes the flags of every stage that it walks.
expect 0 "$SENGEN" flow-modes run study.toml --modes 3 --print-config
says "modes = 3"
expect 0 "$SENGEN" flow-modes report study.toml --modes 3 --print-config
expect 2 "$SENGEN" flow-modes simulate study.toml --modes 3 --print-config
says "unknown flag '--modes'"
expect 0 "$SENGEN" flow-modes simulate study.toml --verbose -o told
says "rank  host" "simulate: key" "simulate: wrote told/data.h5"
expect 0 "$SENGEN" flow-modes simulate study.toml --set flow.reynolds=61 \
  --set snapshots.transient=100 --set solver.restart_seconds=0.01 --verbose -o told
says "wrote the restart file of step"

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
