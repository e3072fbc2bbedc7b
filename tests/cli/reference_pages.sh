#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# docs/reference is what the declarations of this program say.
. "$(dirname "$0")/expect.bash"

expect 0 "$SENGEN" reference pages
diff -ru "$SOURCE/docs/reference" pages >printed 2>&1 ||
  fail "docs/reference is stale: run 'sengen reference docs/reference'"
