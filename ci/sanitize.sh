#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# sanitize.sh address|thread|valgrind SOURCE BUILD: builds with the checker, then runs the unit tests and
# a 2 s storm under it. Any report of the checker is a failure.
set -eu
usage='usage: ci/sanitize.sh address|thread|valgrind SOURCE BUILD'
case ${1-} in
-h | --help)
	echo "$usage"
	sed -n '3,4s/^# /  /p' "$0"
	exit 0
	;;
esac
[ $# = 3 ] || {
	echo "$usage" >&2
	exit 2
}
checker=$1 source=$2 build=$3
set --
options="-DCMAKE_BUILD_TYPE=Debug -DCMAKE_C_FLAGS=-O1"
case $checker in
address) options="$options -DTHPSTORM_SANITIZE=address,undefined" ;;
thread) options="$options -DTHPSTORM_SANITIZE=thread" ;;
valgrind)
	command -v valgrind >/dev/null || {
		echo "SKIP: valgrind is not installed"
		exit 77
	}
	set -- valgrind -q --error-exitcode=99 --leak-check=full --show-leak-kinds=definite \
		--errors-for-leak-kinds=definite
	;;
esac
cmake -S "$source" -B "$build" $options >"$build.log" 2>&1 ||
	{ cat "$build.log"; exit 1; }
cmake --build "$build" -j "$(nproc)" >>"$build.log" 2>&1 || { tail -n 30 "$build.log"; exit 1; }

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export ASAN_OPTIONS=abort_on_error=0:exitcode=99 TSAN_OPTIONS=exitcode=99:halt_on_error=0
export THPSTORM_CHECKER="$checker" UBSAN_OPTIONS=print_stacktrace=1 THPSTORM_STATE=$work/state
bad=0
# under NAME COMMAND...: its exit code is 99, or a report is in its output: the checker found something.
under() {
	name=$1
	shift
	"$@" >"$work/out" 2>&1 </dev/null && code=0 || code=$?
	if [ $code = 99 ] || grep -qE 'ERROR: (Address|Leak)Sanitizer|WARNING: ThreadSanitizer|runtime error:|definitely lost' "$work/out"; then
		echo "$name: $checker found:"
		cat "$work/out"
		bad=1
	elif [ $code -ne 0 ] && [ $code -ne 77 ]; then
		echo "$name: exit code $code under $checker"
		tail -n 40 "$work/out"
		bad=1
	else
		echo "$name: clean"
	fi
}

# The children that the journal's test kills in the middle of their work leave their memory behind.
quiet=
[ "$checker" = valgrind ] && quiet=--child-silent-after-fork=yes
for test in "$build"/ci/test_*; do
	[ -x "$test" ] && under "$(basename "$test")" "$@" $quiet "$test"
done
short="--duration=2s --quiet=200ms --warmup=200ms --arena=32M --stuck_after=60s --lockup_after=60s"
under null "$@" "$build/thpstorm" run "$source/configs/null.conf" $short -o "$work/null"
under storm "$@" "$build/thpstorm" run "$source/configs/mix_fault.conf" $short -o "$work/storm" \
	--expose.folio_splits=1 --expose.kernel_hot_tail_faults=0 --expose.user_hot_tail_faults=0
exit $bad
