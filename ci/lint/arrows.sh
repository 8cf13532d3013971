#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The arrows of the design run one way. A folder may include only itself and what is listed for it.
# Prints each include that points elsewhere.
set -euf
cd "$1"
bad=0

# allow FOLDER ALLOWED...
allow() {
	folder=$1
	shift
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

base="base/*"
low="$base measure/* system/*"
allow stress/base $base
allow stress/measure $base measure/*
allow stress/system $base system/*
allow stress/contract $low contract/*
allow stress/memory $low contract/* memory/*
allow stress/workers $low contract/* memory/* workers/*
allow stress/detect $low contract/* detect/*
allow stress/run $low contract/* memory/* workers/* detect/* run/*
exit $bad
