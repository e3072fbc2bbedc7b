#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# ctest: timeout=900 processors=2
# Space missions from the vector to the page: values beside the reference's, the same search for any
# number of ranks and threads and after a kill, flights that integration confirms, clear words for
# what cannot work.
. "$(dirname "$0")/../cli/expect.bash"

closer() { # VALUE EXPECTED RELATIVE
  python3 -c 'import sys
a, b, r = map(float, sys.argv[1:])
sys.exit(abs(a - b) > r * max(1, abs(b)))' "$@" || fail "$1, expected $2 to $3"
}

expect 0 "$SENGEN" gtopx list
says cassini1-mo-minlp tandem:SEQUENCE -1581950.184

# Values, with and without names, by number and by name, on ranks.
{
  printf '%s,' -33.043347715542836 271.56063329230432 456.08551005680107 64.378048562835943
  echo 812.08683066936055,3185.9785555580847
  printf '%s,' -899.25581049601863 108.87793175090454 231.20245131916852 374.84453829292551
  echo 664.72081369525336,5065.1652050725279
} >rows.csv
expect 0 "$SENGEN" gtopx eval cassini1 rows.csv -o values.csv
[ "$(wc -l <values.csv)" = 2 ] || fail "two rows were to come out"
closer "$(head -n 1 values.csv | cut -d, -f1)" 165.42122233791562 1e-9
closer "$(head -n 1 values.csv | cut -d, -f5)" 221494.87334004126 5e-8
expect 0 "$SENGEN" gtopx eval 1 rows.csv --legacy-float -o single.csv
closer "$(head -n 1 single.csv | cut -d, -f1)" 165.42122618409553 1e-9
{ echo t0,T1,T2,T3,T4,T5; cat rows.csv; } >named.csv
expect 0 "$SENGEN" gtopx eval cassini1 named.csv -o named_values.csv
[ "$(head -n 1 named_values.csv)" = f1,g1,g2,g3,g4 ] || fail "names in, names out"
tail -n 2 named_values.csv | cmp -s - values.csv || fail "names change the values"
"$SENGEN" gtopx eval cassini1 rows.csv -q >standard_output || fail "eval to standard output"
same standard_output values.csv

# What cannot work, before anything is written.
refuses() { # CODE WORDS... -- COMMAND...
  local code=$1 words=()
  shift
  while [ "$1" != -- ]; do words+=("$1"); shift; done
  shift
  expect "$code" "$SENGEN" gtopx "$@"
  says "${words[@]}"
}
echo 1,2,3 >short.csv
refuses 3 "short.csv:1" "3 numbers" "takes 6" -- eval cassini1 short.csv -o bad.csv
sed 's/^-33.04/-1033.04/' rows.csv >outside.csv
refuses 3 "outside.csv:1" "t0" "-1000 to 0" "--outside" -- eval cassini1 outside.csv -o bad.csv
expect 0 "$SENGEN" gtopx eval cassini1 outside.csv --outside evaluate -o outside_values.csv
says "outside.csv:1" "t0"
{ echo t0,T1,T2,T3,T4,T5; echo nan,1,2,3,4,5; } >nan.csv
refuses 3 "nan.csv:2" "t0 is nan" -- eval cassini1 nan.csv -o bad.csv
sed '1s/$/,3,2,9,5/; 2s/$/,3,2.5,3,5/' rows.csv >planets.csv
refuses 3 "planets.csv:1" "planet3 is 9" "Pluto" -- eval cassini1-minlp planets.csv -o bad.csv
sed -i 1s/9,5/3,5/ planets.csv
refuses 3 "planets.csv:2" "planet2 is 2.5" "whole" -- eval 8 planets.csv -o bad.csv
refuses 3 "absent.csv" -- eval 1 absent.csv -o bad.csv
refuses 2 "casini1" "did you mean 'cassini1'" -- eval casini1 rows.csv -o bad.csv
refuses 2 "intended" "sagas" -- eval cassini1 rows.csv --intended -o bad.csv
refuses 2 "no_limit" "tandem" -- optimise cassini1 --no-limit -o bad
refuses 2 "revolutions" "single precision" -- eval cassini1 rows.csv --legacy-float --revolutions 1
refuses 3 "absent.bsp" -- eval cassini1 rows.csv --ephemeris absent.bsp -o bad.csv
refuses 3 "rows.csv" "not an SPK file" -- eval cassini1 rows.csv --ephemeris rows.csv -o bad.csv
refuses 2 "tandem:25" -- optimise tandem:25 -o bad
refuses 2 "front" "two objectives" -- front cassini1 -o bad
refuses 2 "target" "abc" -- optimise cassini1 --target abc -o bad
absent bad.csv bad

# Other conics and other planets are other problems: values and solutions say so.
expect 0 "$SENGEN" gtopx eval cassini1 rows.csv --revolutions 2 -o turns.csv
if cmp -s turns.csv values.csv; then fail "revolutions change nothing"; fi
expect 0 "$SENGEN" gtopx optimise cassini1 --revolutions 2 --budget 5000 -o turning
says "best"
grep -q "revolutions 2" turning/solutions.csv || fail "the solutions do not say their revolutions"
refuses 3 "revolutions 2" -- optimise cassini1 --from turning/solutions.csv --budget 10 -o bad
planets=$SOURCE/tests/fuzz/corpus/spk/three_records.bsp
# Three days of it: no flight lies within.
expect 0 "$SENGEN" gtopx eval cassini1 rows.csv --ephemeris "$planets" -o three_days.csv
says "rows.csv:1: no trajectory"

# A search: the same for threads and ranks, after kills, and going on from a file.
smoke=$SOURCE/systems/gtopx/smoke.toml
expect 0 "$SENGEN" gtopx optimise "$smoke" --threads 1 -o one
expect 0 python3 "$SOURCE/tools/check_report" one/report.html
expect 0 "$SENGEN" gtopx optimise "$smoke" --threads 2 -o two
same one/solutions.csv two/solutions.csv
for ranks in 2 3; do
  expect 0 $MPIRUN -n $ranks "$SENGEN" gtopx optimise "$smoke" --threads 1 -o ranks$ranks
  same one/solutions.csv ranks$ranks/solutions.csv
done
begin=$(milliseconds)
expect 0 "$SENGEN" gtopx optimise "$smoke" --budget 3e6 --threads 1 -o whole
length=$(($(milliseconds) - begin))
echo "RANDOM=${SEED:=$RANDOM}"
RANDOM=$SEED
for _ in 1 2 3 4; do
  "$SENGEN" gtopx optimise "$smoke" --budget 3e6 --threads 1 -o killed >printed 2>&1 &
  sleep_within "$length"
  kill -9 $! 2>/dev/null
  wait $! 2>/dev/null
done
expect 0 "$SENGEN" gtopx optimise "$smoke" --budget 3e6 --threads 1 -o killed
same whole/solutions.csv killed/solutions.csv
expect 0 "$SENGEN" gtopx optimise "$smoke" --from whole/solutions.csv -o further
python3 -c "import sys; sys.exit(not $(metric further best) <= $(metric whole best))" ||
  fail "what was found was lost"
expect 0 "$SENGEN" gtopx optimise "$smoke" --target 30 -o target
python3 -c "import sys; sys.exit(not $(metric target best) <= 30)" || fail "the target was missed"
for method in de sade cmaes mbh aco; do
  expect 0 "$SENGEN" gtopx optimise cassini1 --method $method --budget 50000 -o $method
done
# pagmo2 is there or not.
for method in pagmo-sade pagmo-gaco; do
  if "$SENGEN" gtopx optimise cassini1 --method $method --budget 5e4 -o $method >printed 2>&1; then
    closer "$(metric $method evaluations)" 50000 0
  else
    grep -q "built without pagmo2" printed || fail "$method: $(cat printed)"
  fi
done
sed 's/^5/6/; s/solutions 1/solutions 2/' one/solutions.csv >version.csv
refuses 3 "version.csv:1" "version '2'" -- optimise cassini1 --from version.csv -o bad
sed '4s/^[0-9.]*/1.5/' one/solutions.csv >changed.csv
refuses 3 "changed.csv:4" "f1 is 1.5" -- optimise cassini1 --from changed.csv -o bad
refuses 3 ":2" "gtoc1" -- optimise gtoc1 --from one/solutions.csv -o bad

# A flight, and a polished vector.
expect 0 "$SENGEN" gtopx trajectory cassini1 rows.csv --row 2 -o flight
[ "$(wc -l <flight/events.csv)" = 7 ] || fail "six events were expected"
closer "$(metric flight integration_gap)" 0 1
refuses 2 "rows.csv has 2 rows" -- trajectory cassini1 rows.csv --row 3 -o bad
expect 0 "$SENGEN" gtopx polish cassini1 one/solution.csv -o polished.csv
expect 0 "$SENGEN" gtopx eval cassini1 polished.csv -o polished_values.csv

# A front.
expect 0 "$SENGEN" gtopx front cassini1-mo --set front.budget=200000 -o front
expect 0 python3 "$SOURCE/tools/check_report" front/report.html
expect 0 $MPIRUN -n 2 "$SENGEN" gtopx front cassini1-mo --set front.budget=200000 -o front2
same front/front.csv front2/front.csv

# The C library, as Python sees it.
expect 0 python3 "$SOURCE/examples/gtopx_pygmo.py" "$BUILD/sengen/libgtopx.so" 1 50
says "best "
