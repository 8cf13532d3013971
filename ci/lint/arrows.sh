#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The arrows of the design run one way. A folder may include only itself and what is listed for it,
# and no file includes another that includes it in turn, where x.c and x.h are one.
# Prints each include that points elsewhere, and the files of each circle.
set -euf
cd "$1"
bad=0

# allow FOLDER ALLOWED...
allow() {
	folder=$1
	shift
	known="$known $folder"
	for file in $(find "$folder" -name "*.[ch]"); do
		for to in $(sed -n 's/^#include "\([^"]*\)".*/\1/p' "$file"); do
			ok=no
			for prefix; do
				case $to in $prefix) ok=yes ;; esac
			done
			[ $ok = yes ] || {
				echo "$file includes $to: $folder may include only: $*"
				bad=1
			}
		done
	done
}

known=
base="base/*"
low="$base measure/* system/*"
allow stress/base $base
allow stress/measure $base measure/*
allow stress/system $base system/*
allow stress/contract $low contract/*
allow stress/memory $low contract/* memory/*
allow stress/workers $low contract/* memory/* workers/*
allow stress/witness $low contract/* memory/* witness/*
allow stress/detect $low contract/* detect/*
allow stress/run $low contract/* memory/* workers/* witness/* detect/* run/*

plans="$low contract/* memory/* workers/* witness/* detect/* words/*"
runs="$plans run/* result/*"
told="$runs terminal/* sweep/* statistics/*"
allow bench/terminal $base terminal/*
allow bench/statistics $base statistics/*
allow bench/words $plans
allow bench/result $runs
allow bench/sweep $runs terminal/* sweep/*
allow bench/report $told report/*
allow bench/compare $told compare/*
allow bench/plot $told plot/*
allow bench/bundle $told bundle/*
allow bench/manual $plans result/* compare/* plot/* manual/*
allow bench/schema $plans schema/*
allow bench/commands $told report/* compare/* plot/* bundle/* manual/* schema/* commands/*

for folder in $(find stress bench -name "*.[ch]" | sed 's,/[^/]*$,,' | sort -u); do
	case " $known " in
	*" $folder "*) ;;
	*)
		echo "$folder has sources and no line in ci/lint/arrows.sh"
		bad=1
		;;
	esac
done

# "a b": a includes b, both without stress/ or bench/ and without their ending.
if ! loops=$(grep -r '^#include "' stress bench --include='*.[ch]' |
	sed -n 's,^[^/]*/\(.*\)\.[ch]:#include "\(.*\)\.h".*,\1 \2,p' | awk '$1 != $2' |
	tsort 2>&1 >/dev/null); then
	echo "$loops" | sed 's/^tsort: -: input contains a loop:/these include one another in a circle:/; s/^tsort: //'
	bad=1
fi
exit $bad
