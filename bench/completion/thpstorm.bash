# SPDX-License-Identifier: GPL-2.0-only
# Completion of thpstorm's command line for bash. What there is to complete the program says itself.

_thpstorm() {
	local word=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]} command=${COMP_WORDS[1]}
	local program=${COMP_WORDS[0]}

	COMPREPLY=()
	if [ "$COMP_CWORD" = 1 ]; then
		COMPREPLY=($(compgen -W "$("$program" list commands) help --help --version" -- "$word"))
		return
	fi
	case $command:$previous in
	*:--format)
		case $command in
		report) COMPREPLY=($(compgen -W "table mail json tsv ktap junit" -- "$word")) ;;
		compare) COMPREPLY=($(compgen -W "table tsv" -- "$word")) ;;
		plot) COMPREPLY=($(compgen -W "svg png ascii" -- "$word")) ;;
		esac
		return
		;;
	help:*) COMPREPLY=($(compgen -W "$("$program" list commands)" -- "$word")) && return ;;
	list:*) COMPREPLY=($(compgen -W "$("$program" list | awk '{ print $3 }')" -- "$word")) && return ;;
	*:-o | *:--resume) COMPREPLY=($(compgen -d -- "$word")) && return ;;
	esac
	case $command:$word in
	run:-* | sweep:-* | check:-*)
		compopt -o nospace
		COMPREPLY=($(compgen -W "$("$program" list keys)" -S = -- "$word"))
		;;
	run:* | sweep:* | check:*) COMPREPLY=($(compgen -f -X '!*.conf' -- "$word") $(compgen -d -- "$word")) ;;
	plot:*) COMPREPLY=($(compgen -W "$("$program" list plots)" -- "$word") $(compgen -d -- "$word")) ;;
	*) COMPREPLY=($(compgen -d -- "$word")) ;;
	esac
}
complete -o filenames -F _thpstorm thpstorm
