#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The manual pages have what the program has, nothing else, and are clean for those who render them.
#	manual.sh THPSTORM SOURCE BUILD
. "$2/ci/smoke/lib.sh"
build=$3

# entries SECTION MACRO: what the entries of a section of thpstorm.8 are called, sorted.
entries() {
	awk -v section="$1" -v macro="$2" '
		/^\.SH / { inside = $0 == ".SH " section; next }
		inside && $1 == ".SS" && macro == ".SS" { print $2 }
		inside && named { print $1 }
		{ named = $0 == ".TP" && macro == ".TP" }' "$build/thpstorm.8" |
		sed 's/\\fB//; s/\\fR.*//; s/\\-/-/g' | sort
}

# same SECTION MACRO FILE: the section has just what stands in the file.
same() {
	entries "$1" "$2" >page.txt
	sort "$3" >program.txt
	check "$1 of the page (<) and of the program (>): $(diff page.txt program.txt | grep '^[<>]')" \
		cmp -s page.txt program.txt
	check "$1 is empty" test -s page.txt
}

names() {
	awk '/^[a-z]/ { print $1 }'
}

# What `list` offers it has, and the page offers nothing else.
"$thpstorm" help list | sed -n 's/^  \([a-z]*\)  .*/\1/p' >topics
check "list offers nothing" test -s topics
while read -r topic; do
	run 0 "$thpstorm" list "$topic"
done <topics
for topic in $(tr '\n' ' ' <"$build/thpstorm.8" | sed 's/\\f[BR]//g' | grep -oE 'thpstorm list [a-z]+' | awk '{ print $3 }' | sort -u); do
	check "the page speaks of thpstorm list $topic" grep -qx -- "$topic" topics
done
for topic in manpage schema; do
	check "the page has what only the build asks for: $topic" sh -c "! grep -qE '(^| )$topic( |\$)' '$build/thpstorm.8'"
done

"$thpstorm" list commands >commands
"$thpstorm" list keys | cut -f1 >keys
"$thpstorm" list workers | names >workers
"$thpstorm" list detectors | names >detectors
"$thpstorm" list witnesses | names >witnesses
"$thpstorm" list plots >plots
"$thpstorm" --help | sed -n 's/^Exit codes: //p' | tr ',' '\n' | awk '{ print $1 }' >codes
same COMMANDS .SS commands
same KEYS .TP keys
same WORKERS .TP workers
same WITNESSES .TP witnesses
same DETECTORS .TP detectors
same PLOTS .TP plots
same "EXIT STATUS" .TP codes

if command -v mandoc >/dev/null; then
	for page in thpstorm.8 thpstorm-numbers.7; do
		run 0 mandoc -T lint -W warning "$build/$page"
		mandoc -T ascii -O width=200 "$build/$page" | sed 's/.\x08//g' | tr -s ' \t' ' ' | sed 's/^ //' >"$page.txt"
	done
	# What `help` says of each command stands in it, line by line.
	while read -r command; do
		"$thpstorm" help "$command" | sed '/^Exit codes: 0 PASS/,$d' | tr -s ' ' | sed 's/^ //; /^$/d' >help.txt
		missing=$(grep -vxFf thpstorm.8.txt help.txt)
		check "not in the page of $command: $missing" test -z "$missing"
	done <commands
	# And what the text between the tables speaks of, the program has.
	for command in $(tr '\n' ' ' <thpstorm.8.txt | grep -oE '(^|[^/])\bthpstorm [a-z]+' |
		awk '{ print $NF }' | sort -u); do
		case $command in
		says) ;;
		*) check "the page speaks of a command $command" grep -qx -- "$command" commands ;;
		esac
	done
	for c in $(cat commands); do "$thpstorm" help "$c" | sed '/^$/q'; done >synopses
	for option in $(grep -oE -- '--[a-z][a-zA-Z_.-]*' thpstorm.8.txt | grep -vE '^--tails\.|\.KEY$' | sort -u); do
		grep -qx -- "$option" keys || grep -qF -- "$option" synopses
		check "the page speaks of an option $option" test $? = 0
	done
else
	echo "not tried: mandoc"
fi
if command -v man >/dev/null && command -v groff >/dev/null; then
	for page in thpstorm.8 thpstorm-numbers.7; do
		LC_ALL=C man --warnings -l "$build/$page" >/dev/null 2>warnings
		check "$page: $(cat warnings)" test ! -s warnings
	done
else
	echo "not tried: man with groff"
fi

# Each number that a report or a file names has its entry in thpstorm-numbers.7.
sed -n 's/\\fB//g; s/\\fR//g; s/^\.[BI]R* //; s/\\-/-/g; p' "$build/thpstorm-numbers.7" | tr '",' ' \n' |
	sed 's/^ *//; s/ *$//' >entries.txt
# explained FILE: each line of it is called so in the page.
explained() {
	check "$1 is empty" test -s "$1"
	while read -r name; do
		check "thpstorm-numbers.7 says nothing of '$name' ($1)" grep -qF -- "$name" entries.txt
	done <"$1"
}
if [ "$(id -u)" = 0 ]; then
	storm_config storm.conf
	run 0 "$thpstorm" run storm.conf $short --duration=1s -o run -q
	"$thpstorm" report run >report.txt
	sed -nE 's/^  (quiet|storm)( fault)?  .*/\1\2/p' report.txt | sort -u >rows
	sed -n 's/^ *samples *//p; s/^work *//p' report.txt | sed 's/made /made_/g' | tr -s ' ' '\n' |
		sed 's/_/ /' | sort -u >columns
	sed -n '/^the kernel counted/,/^$/s/^  \([^(]*\) ([^)]*)  *[0-9n].*/\1/p' report.txt >counted
	sed -n '/^exposure /,/^$/s/^  \([a-z_]*\) .*/\1/p' report.txt >exposures
	sed -n '/^watch/,/^$/s/^  \([a-z ]*[a-z]\)  .*/\1/p' report.txt | grep -v events >watch
	head -qn 1 run/timeline.tsv run/heartbeat.tsv | tr '\t' '\n' >files
	"$thpstorm" compare run run --format tsv | cut -f 3 | sed 1d | sort -u >metrics
	for names in rows columns counted exposures watch files metrics; do explained $names; done
else
	echo "not tried: a storm needs root"
fi

printf '.SH A\n@no such table@\n' >bad.in
"$thpstorm" list manpage <bad.in >out.txt 2>err.txt
check "a template with a table that is none ended with $?" test $? = 2
says "the template names an unknown table 'no such table'"
finish
