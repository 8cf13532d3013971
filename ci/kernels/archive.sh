# SPDX-License-Identifier: GPL-2.0-only
# Sourced by get and build: Debian's archive, by apt, without touching the machine's own apt. The
# mirror is the one the machine is set up with; the suites below are asked of it besides the machine's
# own. apt verifies signatures and checksums. What is fetched stays in $cache, outside the tree.
#
#	archive_update		lists, at most once a day
#	archive_names REGEX	names of packages, one a line, oldest version first
#	archive_unpack PACKAGE DIR
#	archive_recall NAME	what archive_remember NAME TEXT kept since the lists were fetched
#
# Every function prints one sentence and returns 2 where it can't.

cache=${THPSTORM_CACHE:-${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/thpstorm}
suites="bullseye bookworm trixie forky sid"
secured="bullseye bookworm trixie" # of these there is a -security suite with newer kernels

archive_fail() {
	echo "$(basename "$0"): $*" >&2
	return 2
}

# The machine's Debian mirrors, main and security, as apt knows them.
archive_mirror() {
	apt-get indextargets --format '$(RELEASE) $(REPO_URI)' 'Created-By: Packages' 'Origin: Debian' 2>/dev/null |
		awk -v security="$1" '($1 ~ /-security$/) == security { print $2; exit }'
}

archive_apt() {
	tool=$1
	shift
	"$tool" -q -c "$cache/apt/apt.conf" "$@"
}

archive_setup() {
	command -v apt-get >/dev/null || archive_fail "needs Debian's apt-get to fetch kernels" || return
	mkdir -p "$cache/apt/lists/partial" "$cache/apt/archives/partial" "$cache/apt/parts" ||
		archive_fail "cannot write to $cache; THPSTORM_CACHE names another directory" || return
	main=$(archive_mirror 0)
	security=$(archive_mirror 1)
	[ -n "$main" ] || main=$security
	[ -n "$main" ] || archive_fail "apt knows no Debian mirror here; run apt-get update, or see /etc/apt/sources.list" || return
	keys=
	for ring in /usr/share/keyrings/debian-archive-keyring.gpg /usr/share/keyrings/debian-archive-keyring.pgp; do
		[ -r $ring ] && keys=[signed-by=$ring] && break
	done
	{
		for suite in $suites; do
			echo "deb $keys $main $suite main"
		done
		for suite in $secured; do
			[ -z "$security" ] || echo "deb $keys $security $suite-security main"
		done
	} >"$cache/apt/sources.list.new"
	cat >"$cache/apt/apt.conf" <<-EOF
		Dir::Etc::sourcelist "$cache/apt/sources.list";
		Dir::Etc::sourceparts "$cache/apt/parts";
		Dir::State::lists "$cache/apt/lists";
		Dir::State::status "/dev/null";
		Dir::Cache "$cache/apt";
		Dir::Cache::archives "$cache/apt/archives";
		APT::Architecture "amd64";
		APT::Architectures "amd64";
		APT::Sandbox::User "";
		Acquire::Languages "none";
		Acquire::Check-Valid-Until "false";
	EOF
}

archive_update() {
	archive_setup || return
	exec 8>"$cache/apt/lock"
	flock 8
	if cmp -s "$cache/apt/sources.list.new" "$cache/apt/sources.list" &&
		lists_are_fresh; then
		exec 8>&-
		return 0
	fi
	mv "$cache/apt/sources.list.new" "$cache/apt/sources.list"
	# A suite that the mirror does not carry is no failure: what it lacks is seen when it is asked for.
	if archive_apt apt-get update >"$cache/apt/update.log" 2>&1 || archive_names '^linux-image-' | grep -q .; then
		touch "$cache/apt/updated"
	else
		archive_fail "apt-get update of the suites $suites failed; the last lines of $cache/apt/update.log: $(tail -n 3 "$cache/apt/update.log" | tr '\n' ' ')"
	fi
	code=$?
	exec 8>&-
	return $code
}

lists_are_fresh() {
	[ -n "$(find "$cache/apt/updated" -mtime -1 2>/dev/null)" ]
}

# Asking apt takes seconds, and its answer is the same until the lists are fetched anew.
archive_recall() {
	lists_are_fresh && [ -n "$(find "$cache/apt/answers/$1" -newer "$cache/apt/updated" 2>/dev/null)" ] &&
		cat "$cache/apt/answers/$1"
}

archive_remember() {
	mkdir -p "$cache/apt/answers" && printf '%s\n' "$2" >"$cache/apt/answers/$1"
}

archive_names() {
	archive_apt apt-cache pkgnames | grep -E -- "$1" | sort -V
}

archive_unpack() {
	fetch=$cache/apt/fetch.$$
	mkdir -p "$fetch"
	if (cd "$fetch" && archive_apt apt-get download "$1") >"$fetch/log" 2>&1 &&
		dpkg-deb -x "$fetch"/*.deb "$2"; then
		rm -rf "$fetch"
		return 0
	fi
	why=$(tail -n 2 "$fetch/log" | tr '\n' ' ')
	rm -rf "$fetch"
	archive_fail "could not fetch $1: $why"
}
