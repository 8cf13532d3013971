#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Every C file is as .clang-format has it, and begins with its licence.
set -eu
cd "$1"
bad=0
files=$(find stress bench ci -name '*.[ch]' | sort)
for file in $files; do
	head -n 1 "$file" | grep -q '^/\* SPDX-License-Identifier: GPL-2.0-only \*/$' || {
		echo "$file: the first line is not the SPDX line"
		bad=1
	}
done
[ $bad = 0 ] || exit 1
command -v clang-format >/dev/null || {
	echo "SKIP: clang-format is not installed"
	exit 77
}
version=$(clang-format --version | sed -n 's/.*version \([0-9]*\).*/\1/p')
[ "$version" = 14 ] || {
	echo "SKIP: the format is that of clang-format 14; this is $version"
	exit 77
}
clang-format --dry-run -Werror $files
