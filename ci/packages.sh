# SPDX-License-Identifier: GPL-2.0-only
# Sourced by quickstart and test: what has to be installed, and installing it where that is apt's.
# have COMMAND-OR-HEADER...: whether all are there.

have() {
	for thing; do
		case $thing in
		*.h) echo "#include <$thing>" | ${CC:-cc} -E -xc - >/dev/null 2>&1 || return 1 ;;
		*) command -v "$thing" >/dev/null 2>&1 || return 1 ;;
		esac
	done
}

busybox_is_static() {
	have busybox && ! ldd "$(command -v busybox)" >/dev/null 2>&1
}

# Prints the Debian packages of what is missing for building, with "test" for the tests too, with "vm"
# for virtual machines, with "kernel" for building kernels, with "fleet" for a Slurm cluster, with
# "package" for packages and manual pages, with "plot" for pictures, with "valgrind" for that.
missing_packages() {
	case ${1-} in
	"" | test)
		have cc make || echo build-essential
		have cmake || echo cmake
		have numa.h || echo libnuma-dev
		have liburing.h || echo liburing-dev
		have ini.h || echo libinih-dev
		have jansson.h || echo libjansson-dev
		;;
	esac
	if [ "${1-}" = vm ]; then
		have qemu-system-x86_64 || echo qemu-system-x86
		# The dynamic busybox is no use in an initramfs; it gives way to the static one.
		busybox_is_static || echo busybox-static
	fi
	if [ "${1-}" = kernel ]; then
		have flex || echo flex
		have bison || echo bison
		have bc || echo bc
		have patch || echo patch
		have xz || echo xz-utils
		have libelf.h || echo libelf-dev
		have openssl/opensslv.h || echo libssl-dev
		# Machines that are killed have a disk.
		have mkfs.ext4 || have /usr/sbin/mkfs.ext4 || echo e2fsprogs
	fi
	[ "${1-}" != plot ] || have gnuplot || echo gnuplot-nox
	[ "${1-}" != valgrind ] || have valgrind || echo valgrind
	# Not where installing them would start their daemons: the test wants none of the system's.
	if [ "${1-}" = fleet ] && [ -x /usr/sbin/policy-rc.d ]; then
		have munged || echo munge
		have /usr/sbin/slurmctld || echo slurmctld
		have /usr/sbin/slurmd || echo slurmd
		have sbatch || echo slurm-client
	fi
	if [ "${1-}" = package ]; then
		have man || echo man-db
		have mandoc || echo mandoc
		have xz || echo xz-utils
		have lintian || ! have dpkg || echo lintian
	fi
	[ "${1-}" = test ] || return 0
	# cmocka.h wants these before it.
	printf '#include <stdarg.h>\n#include <stddef.h>\n#include <setjmp.h>\n#include <stdint.h>\n#include <cmocka.h>\n' |
		${CC:-cc} -E -xc - >/dev/null 2>&1 || echo libcmocka-dev
	have gnuplot || echo gnuplot-nox
	have clang-format || echo clang-format
	python3 -c 'import json, statistics, tempfile' 2>/dev/null || echo python3
	python3 -c 'import jsonschema' 2>/dev/null || echo python3-jsonschema
}

# What can be done without: tests are SKIPs, plots are not drawn, and each says so.
install_optional_packages() {
	(install_packages "$1") || echo "going on without the packages for: $1"
}

# The same in the words of others, all that a kind needs.
name_elsewhere() {
	build="gcc make cmake numactl-devel liburing-devel inih-devel jansson-devel"
	arch="base-devel cmake numactl liburing libinih jansson"
	case $1 in
	"") ;;
	test) build="$build libcmocka-devel gnuplot clang-tools-extra python3-jsonschema" arch="$arch cmocka gnuplot clang python-jsonschema" ;;
	vm) build="qemu-system-x86 busybox" arch="qemu-system-x86 busybox" ;;
	kernel) build="flex bison bc patch xz elfutils-libelf-devel openssl-devel e2fsprogs" arch="flex bison bc patch xz libelf openssl e2fsprogs" ;;
	plot) build=gnuplot arch=gnuplot ;;
	valgrind) build=valgrind arch=valgrind ;;
	*) return 0 ;;
	esac
	echo "Fedora, RHEL: dnf install $build" >&2
	echo "Arch: pacman -S $arch" >&2
}

# Installs what is missing by apt; elsewhere says what to install and stops.
install_packages() {
	packages=$(missing_packages "${1-}" | tr '\n' ' ')
	[ -n "$packages" ] || return 0
	if ! have apt-get; then
		echo "$0: these are missing (Debian's names): $packages" >&2
		name_elsewhere "${1-}"
		exit 2
	fi
	if [ "$(id -u)" != 0 ]; then
		echo "$0: missing: ${packages% }; only root may install packages: sudo apt-get install ${packages% }" >&2
		exit 2
	fi
	echo "installing $packages"
	apt_log=$(mktemp)
	if ! { apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends $packages; } >"$apt_log" 2>&1; then
		tail -n 20 "$apt_log" >&2
		rm -f "$apt_log"
		echo "$0: apt-get could not install $packages" >&2
		exit 2
	fi
	rm -f "$apt_log"
}
