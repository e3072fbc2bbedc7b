#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# inspect tells files apart by what they begin with, shows what is in them, and refuses what is
# damaged with exit code 3 and its name.
. "$(dirname "$0")/expect.bash"

# A safetensors file by somebody else: write NAME HEADER DATA.
write() {
  python3 - "$@" <<'END'
import struct, sys
name, header, data = sys.argv[1], sys.argv[2].encode(), sys.argv[3].encode()
open(name, "wb").write(struct.pack("<Q", len(header)) + header + data)
END
}

write model '{"a\u001b[31m":{"dtype":"BF16","shape":[2,2],"data_offsets":[0,8]},
  "__metadata__":{"unit":"m/s","config":"a\nb"},
  "b":{"dtype":"U8","shape":[],"data_offsets":[8,9]}}' 123456789
expect 0 "$SENGEN" inspect model
says "safetensors 2 tensors, no checksum of ours" 'a\x1b[31m' "BF16     [2, 2]" "b " "U8       []" \
  "unit: m/s" 'config: "a\nb"'
cp model model.safetensors
expect 0 "$SENGEN" inspect model.safetensors
head -c -1 model >short
expect 3 "$SENGEN" inspect short
says "short: " "bytes, expected"
printf 'no' >text.safetensors
expect 3 "$SENGEN" inspect text.safetensors
says "text.safetensors: no safetensors file: 2 bytes"
printf 'plain text' >text
expect 3 "$SENGEN" inspect text
says "none of the files" "safetensors"
mkdir -p checkpoints/step-0000001
echo '{}' >checkpoints/step-0000001/MANIFEST.json
expect 3 "$SENGEN" inspect checkpoints/step-0000001
says "step-0000001/MANIFEST.json"
expect 0 "$SENGEN" inspect checkpoints
says "step-0000001" "do not end with a checksum"
expect 3 "$SENGEN" verify checkpoints
says "step-0000001/MANIFEST.json"
