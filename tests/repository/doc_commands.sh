#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# tools/run_doc_commands runs what pages show, and finds what does not work.
. "$(dirname "$0")/../cli/expect.bash"

run() { expect "$1" "$SOURCE/tools/run_doc_commands" --root "$PWD/tree"; }
page() { printf '%s\n' "$@" >tree/README.md; }
mkdir -p tree/systems/flow_modes
echo 'SENGEN_SYSTEM(flow_modes, "flow-modes", "x", NONE)' >tree/systems/systems.def
echo small >tree/systems/flow_modes/smoke.toml
echo large >tree/systems/flow_modes/demo.toml
printf '#!/bin/sh\necho "$@" >>log\ncat "$3"\n' >program
chmod +x program
export SENGEN=$PWD/program

page '<!-- run -->' '```sh' 'sengen flow-modes run demo.toml | grep large' 'echo 1 >kept' '```' \
  '<!-- run: smoke -->' '```sh' 'sengen flow-modes run demo.toml | grep small' 'test -e kept' \
  'grep small systems/flow_modes/demo.toml' 'test "$SENGEN_SMOKE" = 1' '```' \
  '<!-- no-run: takes a week -->' '```sh' 'false' '```' '```toml' 'a = 1' '```'
run 0
says "2 blocks run, 0 pages failed"
page '<!-- run -->' '```sh' 'false' 'true' '```'
run 1
says "README.md:2: exit code 1"
page '<!-- run -->' '```sh' 'false | true' '```'
run 1
page 'text' '```sh' 'true' '```'
run 1
says "README.md:2: no '<!-- run -->'"
page '<!-- no-run -->' '```sh' 'true' '```'
run 1
says "needs a reason"
page '<!-- run: big -->' '```sh' 'true' '```'
run 1
says "unknown 'run: big'"
page '<!-- run -->' '```bash' 'true' '```'
run 1
says "write \`\`\`sh"
page '<!-- run -->' '```sh' 'true'
run 1
says "no end"
