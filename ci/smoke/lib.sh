# SPDX-License-Identifier: GPL-2.0-only
# Sourced by the smoke tests. $1 is the program, $2 the source directory, $3 the preload library.
set -u
thpstorm=$1
source=$2
faults=${3-}

# put_back DIR: what keep() wrote down there.
put_back() {
	[ -e "$1/kept" ] || return 0
	while read -r file value; do
		echo "$value" >"$file"
	done <"$1/kept"
	rm "$1/kept"
}

# What a test that was killed left set, so that this one meets the machine as its owner has it. Of one
# that is still running the journal is locked, and restore leaves it alone.
for left in "${TMPDIR:-/tmp}"/thpstorm-smoke.*; do
	[ -d "$left/state" ] && THPSTORM_STATE=$left/state "$thpstorm" restore >/dev/null 2>&1
	[ ! -e "$left/kept" ] || kill -0 "$(cat "$left/pid")" 2>/dev/null || put_back "$left"
done
work=$(mktemp -d "${TMPDIR:-/tmp}/thpstorm-smoke.XXXXXX")
export THPSTORM_STATE=$work/state
echo $$ >"$work/pid"
cd "$work" || exit 1

# keep FILE VALUE: the test changes FILE by itself; VALUE comes back when it ends, or at the beginning of
# the next one where it was killed.
keep() {
	echo "$1 $2" >>"$work/kept"
}

# at_end COMMAND...: runs it when the test ends, the last one first.
undo=:
at_end() {
	undo="$*; $undo"
}

# end_jobs PID...: waits until they have ended, which they were asked to. A group of its own, so that nothing
# of it outlives the test, with the test's files open.
end_jobs() {
	setsid sh -c 'sleep 60; kill -KILL "$@"' late "$@" >/dev/null 2>&1 &
	late=$!
	for job; do
		wait "$job" 2>/dev/null
	done
	kill -KILL -$late 2>/dev/null || kill -KILL $late 2>/dev/null
}

# Whatever ends the test: no storm goes on behind it, and the machine is as it was. What could not be
# put back is left for the next test.
clean_up() {
	trap '' INT TERM HUP
	jobs -p >"$work/jobs"
	running=$(cat "$work/jobs")
	for job in $running; do
		kill -TERM "$job" 2>/dev/null
		kill -CONT "$job" 2>/dev/null
	done
	[ -z "$running" ] || end_jobs $running
	cd /
	eval "$undo"
	put_back "$work"
	[ ! -d "$work/state" ] || "$thpstorm" restore >/dev/null 2>&1 || return
	rm -rf "$work"
}
trap clean_up EXIT
trap 'exit 1' INT TERM HUP
failures=0

# Short, and small enough for any machine.
short="--duration=2s --quiet=200ms --warmup=200ms --arena=32M"

skip() {
	echo "SKIP: $*"
	exit 77
}

need_root() {
	[ "$(id -u)" = 0 ] || skip "needs root"
}

need_thp() {
	enabled=/sys/kernel/mm/transparent_hugepage/enabled
	[ -r $enabled ] || skip "this kernel has no transparent huge pages"
	grep -q '\[never\]' $enabled && [ "$(id -u)" != 0 ] &&
		skip "transparent huge pages are switched off and only root can switch them on"
	return 0
}

# storm_config FILE [THREADS]: a splitter, and three threads, or so many, that fault tails of what it splits.
storm_config() {
	cat >"$1" <<-E
		[splitter]
		worker = split_cold
		[tails]
		worker = fault_fstat
		threads = ${2:-3}
		target = hot_tail
		nap = 50us
	E
}

# run CODE COMMAND...: runs it, output in out.txt and err.txt, and demands the exit code.
run() {
	want=$1
	shift
	"$@" >out.txt 2>err.txt </dev/null
	got=$?
	[ "$got" = "$want" ] && return 0
	failures=$((failures + 1))
	echo "FAILED: exit code $got, wanted $want: $*"
	sed 's/^/    /' out.txt err.txt
	return 1
}

# reaches DIR COMMAND...: a run into DIR that passes. What it declares it meets sooner or later: a storm that
# was too short for this machine (NOT EXERCISED) is run again, longer.
reaches() {
	into=$1
	shift
	for seconds in 2 10 60; do
		rm -rf "$into"
		"$@" -o "$into" --duration=${seconds}s >out.txt 2>err.txt </dev/null
		got=$?
		[ $got = 3 ] || break
	done
	[ $got = 0 ] && return 0
	failures=$((failures + 1))
	echo "FAILED: exit code $got after $seconds s, wanted 0: $*"
	sed 's/^/    /' out.txt err.txt
	return 1
}

# says PATTERN: standard output or error of the last run has it, in a line or wrapped over several.
says() {
	cat out.txt err.txt | grep -Eq -- "$1" && return 0
	cat out.txt err.txt | tr -s ' \n' ' ' | grep -Eq -- "$1" && return 0
	failures=$((failures + 1))
	echo "FAILED: nothing matches '$1' in:"
	sed 's/^/    /' out.txt err.txt
	return 1
}

# one_line: the error is a single clear sentence.
one_line() {
	[ "$(wc -l <err.txt)" = 1 ] && return 0
	failures=$((failures + 1))
	echo "FAILED: $(wc -l <err.txt) lines instead of one:"
	sed 's/^/    /' err.txt
}

# check WHAT CONDITION...: a test(1) that must hold.
check() {
	what=$1
	shift
	"$@" && return 0
	failures=$((failures + 1))
	echo "FAILED: $what"
	return 1
}

# until_holds SECONDS COMMAND...: runs it until it succeeds; a failure where it does not in time.
until_holds() {
	tries=$(($1 * 20))
	shift
	while ! "$@" >/dev/null 2>&1; do
		tries=$((tries - 1))
		[ $tries -gt 0 ] || {
			check "in vain waited for: $*" false
			return 1
		}
		sleep 0.05
	done
}

# in_manual DIR NAME...: FILES of thpstorm(8) has each file of the result or sweep there, and of those it
# calls DIR/NAME the result has these.
in_manual() {
	of=$1
	shift
	"$thpstorm" list manpage <"$source/bench/manual/thpstorm.8.in" |
		sed -n '/^\.SH FILES/,/^\.SH EXAMPLES/p' | grep -o 'DIR/[^ ",\\]*' | sed 's/^DIR.//' | sort -u >files.txt
	check "FILES of the manual is empty" test -s files.txt
	(cd "$of" && find . -mindepth 1 ! -type d | sed 's/^..//; s,^hist/.*\.hgrm$,hist/*.hgrm,; s,^cells/.*,cells/NUMBER,' | sort -u) >written.txt
	check "not in FILES of the manual: $(comm -13 files.txt written.txt)" test -z "$(comm -13 files.txt written.txt)"
	for name; do
		check "the manual does not have $name, or $of has not" \
			grep -qxF -- "$name" files.txt && check "no $name in $of" grep -qxF -- "$name" written.txt
	done
}

# await FILE PATTERN SECONDS: until a line of the file (which may come later) matches.
await() {
	until_holds "$3" grep -Eq -- "$2" "$1"
}

# await_storm DIR: until the run that writes to DIR has begun its storm.
await_storm() {
	await "$1/events.jsonl" '"kind":"phase".*"text":"storm"' 60
}

# storm_of PID: the storm among the children of a run, which is the one with threads; the others help.
storm_of() {
	for child in $(cat /proc/$1/task/$1/children); do
		[ "$(ls /proc/$child/task | wc -l)" -le 1 ] || echo $child
	done
}

# json EXPRESSION DIR: a value out of DIR/result.json; `r` is the object.
json() {
	python3 -c 'import json,sys; r=json.load(open(sys.argv[2]+"/result.json")); print(eval(sys.argv[1]))' "$1" "$2"
}

finish() {
	[ "$failures" = 0 ] || exit 1
	echo "ok"
	exit 0
}
