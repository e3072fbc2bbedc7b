# SPDX-License-Identifier: Apache-2.0
# For the scripts of tests/: $SENGEN is the program, $SOURCE the checkout, the working folder a
# fresh scratch folder. A script ends at the first expectation that fails and shows what was
# printed.
set -u
SENGEN=${SENGEN:?path of the program}
SOURCE=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
scratch=$(mktemp -d "${TMPDIR:-/tmp}/sengen-test.XXXXXX")
# A folder of its own for Open MPI's session: in the common one a job that begins can meet one that
# ends and takes the folder away.
mkdir "$scratch.mpi"
export OMPI_MCA_orte_tmpdir_base=$scratch.mpi
trap 'rm -rf "$scratch" "$scratch.mpi"' EXIT
cd "$scratch" || exit 1
# Debian's python3 has numpy and h5py; another one may come first in the caller's path.
export PATH=/usr/bin:$PATH
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
MPIRUN="mpirun --oversubscribe --bind-to none"

fail() {
  echo "FAILED: $*"
  [ -e printed ] && sed 's/^/  | /' printed | tail -n 40
  exit 1
}

# expect CODE COMMAND...: runs it and keeps what it prints in the file `printed`.
expect() {
  local wanted=$1
  shift
  timeout 300 "$@" >printed 2>&1
  local code=$?
  [ "$code" = "$wanted" ] || fail "exit $code, expected $wanted: $*"
}

# says TEXT...: the last command printed every one of them.
says() {
  local text
  for text in "$@"; do
    grep -qF -- "$text" printed || fail "'$text' was not printed"
  done
}

# same FILE FILE: equal to the last byte.
same() { cmp -s "$1" "$2" || fail "$1 and $2 differ"; }

# absent FILE...
absent() {
  local file
  for file in "$@"; do [ ! -e "$file" ] || fail "$file is there"; done
}

# milliseconds: of a clock that only differences of mean something.
milliseconds() { echo $((${EPOCHREALTIME/[.,]/} / 1000)); }

# sleep_within MILLISECONDS: until a random moment of so long a run (RANDOM decides): machines and
# their load differ, so that times are those of an undisturbed run here and now.
sleep_within() {
  local moment=$((RANDOM * $1 / 32768))
  sleep "$((moment / 1000)).$(printf '%03d' $((moment % 1000)))"
}

# metric DIR NAME: the value in summary.json.
metric() {
  python3 - "$1" "$2" <<'END'
import json, sys
print(json.load(open(sys.argv[1] + "/summary.json"))["metrics"][sys.argv[2]]["value"])
END
}

# A study that takes about a second: the wake at the coarsest grid.
tiny_study() {
  cat <<'TOML'
[flow]
reynolds = 60
velocity = 0.1
[domain]
cells_per_diameter = 6
length = 12
height = 8
body_x = 4
[snapshots]
transient = 4
interval = 0.5
per_period = 8
periods = 2
x_min = -0.5
length = 6
height = 3
probe_x = [2.0]
[pod]
modes = 4
[report]
frames = 4
modes = 2
TOML
}
