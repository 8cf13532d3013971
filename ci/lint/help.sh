#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Each program of ci/ says how it is called, and does nothing else, when it is asked by
# --help or -h.
# Those that only other scripts call (smoke/, lint/, report/) are left out.
#	help.sh SOURCE
set -eu
bad=0
scripts=$(find "$1/ci" -type f -perm -u+x ! -path '*/smoke/*' ! -path '*/lint/*' ! -path '*/report/*' ! -name '*_test.*')
[ -n "$scripts" ] || { echo "no script below $1/ci is executable" && exit 1; }
for script in $scripts; do
	for ask in --help -h; do
		said=$(timeout 20 "$script" $ask </dev/null) && code=0 || code=$?
		case $code,$said in
		0,[uU]sage:\ *"${script##*/}"*) ;;
		*) echo "$script $ask: exit code $code, and no usage: $said" && bad=1 ;;
		esac
	done
done
exit $bad
