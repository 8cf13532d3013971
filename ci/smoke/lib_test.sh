#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# lib.sh itself: however a test ends, its background jobs end with it and what it changed comes back; of
# one that was killed with the next test, of one that goes on not.
. "$2/ci/smoke/lib.sh"
cat >inner.sh <<-'INNER'
	. "$2/ci/smoke/lib.sh"
	flock -n 9
	top=$4
	keep "$top/knob" before
	echo during >"$top/knob"
	at_end 'echo undone >"$top/undone"'
	sleep 1000 &
	echo $! >"$top/job"
	# Until then the shell's own handler may take the signal that is to end it.
	until_holds 60 grep -qx sleep /proc/$!/comm
	echo "$work" >"$top/inner"
	[ "$5" = goes ] || finish
	: >"$top/goes_on"
	until_holds 600 false
INNER
mkdir tmp
export TMPDIR="$work/tmp"
# inner ends|goes: another test in the background; $pid.
inner() {
	rm -f goes_on undone
	sh inner.sh "$thpstorm" "$source" "$faults" "$work" "$1" >out.txt 2>err.txt 9>held &
	pid=$!
	[ "$1" = ends ] || until_holds 60 test -e goes_on
}
# ended CODE HOW
ended() {
	wait $pid
	code=$?
	check "exit code $code of a test that $2" test $code = "$1"
	check "a job of a test that $2 goes on" test ! -d /proc/"$(cat job)"
	check "a test that $2 has left its setting" grep -q before knob
	check "a test that $2 has not undone" test -e undone
	check "a test that $2 has left its directory" test ! -e "$(cat inner)"
}
inner ends
ended 0 ended
check "something of a test that ended goes on, with its files open" flock -n held true
inner goes
kill -TERM $pid
ended 1 'got TERM'
inner goes
first=$pid
mv job job1
mv inner inner1
inner ends
wait $pid
check "the setting of a test that goes on was put back" grep -q before "$(cat inner1)/kept"
kill -KILL $first
wait $first 2>/dev/null
kill "$(cat job1)"
inner ends
wait $pid
check "the setting of a killed test was not put back" test ! -e "$(cat inner1)/kept"
finish
