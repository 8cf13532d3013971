#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Sources and texts are ASCII, stress/ never prints, words after a number have one helper, no file is longer than 400 lines.
set -eu
cd "$1"
bad=0

if LC_ALL=C grep -rnP '[^\x00-\x7F]' --exclude-dir=corpus stress bench ci configs README.md CMakeLists.txt; then
	echo "the lines above are not ASCII"
	bad=1
fi
if grep -rnE '\b(printf|fprintf|puts|perror|fputs)\(' stress --include='*.c'; then
	echo "stress/ never prints: the lines above do"
	bad=1
fi
if grep -rnE '^ \*[^ /	]' stress bench ci --include='*.[ch]'; then
	echo "the comment lines above lack the space behind their star"
	bad=1
fi
if grep -rnE '== 1 \? "" : "s"' stress bench --include='*.c'; then
	echo "base/plural.h has plural(): the lines above do it by hand"
	bad=1
fi
for file in $(find stress bench -name '*.[ch]'); do
	[ "$(wc -l <"$file")" -le 400 ] || {
		echo "$file is longer than 400 lines: it is asking to be two"
		bad=1
	}
done
exit $bad
