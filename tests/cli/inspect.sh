#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# 'sengen inspect' says what is in every file that the program leaves, and what is wrong with one
# that it cannot show.
. "$(dirname "$0")/expect.bash"

tiny_study >study.toml
expect 0 "$SENGEN" flow-modes run study.toml -o out
tells() { # FILE TEXT...
  local file=$1
  shift
  expect 0 "$SENGEN" inspect "$file"
  says "$@"
}
tells out flow-modes "drag_coefficient_mean" "simulate"
tells out/data.h5 "format: sengen snapshots" "16 snapshots"
tells out/data.xdmf "XDMF series of 16 snapshots" "data.h5"
tells out/forces.csv "columns time, drag_coefficient"
tells out/report.html "HTML page 'Modes of an unsteady flow'"
tells out/summary.json "JSON" "metrics"
tells out/metrics.jsonl "3 records" "stage"
tells out/config.resolved.toml "TOML" "flow" "table of 6"
tells study.toml "snapshots"
printf 'P2 2 1 255 0 9' >tiny.pgm
tells tiny.pgm "PGM 2 x 1 pixels, grey, white is 255"
cp "$SOURCE/tests/fuzz/corpus/npz/complex.npz" .
tells complex.npz "psi32" "complex" "[4]"

wrong() { # FILE TEXT...
  local file=$1
  shift
  expect 3 "$SENGEN" inspect "$file"
  says "$@"
}
: >empty.h5
wrong empty.h5 "an empty file of 0 bytes"
head -c 5 out/data.h5 >cut.h5
wrong cut.h5 "cut off" "an HDF5 file"
head -c 2000 out/data.h5 >short.h5
wrong short.h5 "truncated"
head -c 2000 out/data.xdmf >cut.xdmf
wrong cut.xdmf "cut off" "</Xdmf>"
head -c 90000 out/report.html >cut.html
wrong cut.html "cut off" "</html>"
head -c 100 out/summary.json >cut.json
wrong cut.json "damaged"
printf '[flow\n' >cut.toml
wrong cut.toml "cut.toml:1"
echo "some words" >notes.txt
wrong notes.txt "a text of 11 bytes" "it knows"
wrong absent.h5 "absent.h5 cannot be read: No such file"
if [ "$(id -u)" != 0 ]; then
  chmod 000 study.toml
  wrong study.toml "Permission denied"
fi

# Where snapshots belong.
python3 - <<'END_OF_PYTHON'
header = "{'descr': '<f4', 'fortran_order': False, 'shape': (0,), }".ljust(117) + "\n"
open("field.npy", "wb").write(b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little")
                              + header.encode())
END_OF_PYTHON
for file in field.npy study.h5 empty.h5; do
  [ $file = study.h5 ] && cp study.toml study.h5
  expect 3 "$SENGEN" flow-modes pod $file -o refused
  case $file in
    field.npy) says "is an NPY array, expected a file of snapshots" "import" ;;
    study.h5) says "is a text" ;;
    empty.h5) says "is an empty file" ;;
  esac
done

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
mkdir -p checkpoints/step-0000001
echo '{}' >checkpoints/step-0000001/MANIFEST.json
expect 3 "$SENGEN" inspect checkpoints/step-0000001
says "step-0000001/MANIFEST.json"
expect 0 "$SENGEN" inspect checkpoints
says "step-0000001" "do not end with a checksum"
expect 3 "$SENGEN" verify checkpoints
says "step-0000001/MANIFEST.json"
