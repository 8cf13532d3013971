# SPDX-License-Identifier: GPL-2.0-only
# Completion of thpstorm's command line for bash. What there is to complete the program says itself.

# The forms of a command's line, as its help begins.
_thpstorm_synopsis() {
	"$program" help "$1" 2>/dev/null | sed '/^$/q'
}

# _thpstorm_alternatives COMMAND OPTION: what may follow it, from "[--format table|tsv]".
_thpstorm_alternatives() {
	_thpstorm_synopsis "$1" | sed -n "s/.*$2 \\([a-z|,]*\\).*/\\1/p" | tr '|,' '\n\n' | sort -u
}

# The names of the installed configs, and where they are.
_thpstorm_configs() {
	"$program" list configs 2>/dev/null | sed '/^$/q' | awk '/^[^ ]/ { print $1 }'
}

_thpstorm_config_directory() {
	"$program" list configs 2>/dev/null | sed -n 's/^They are in \(.*\)\.$/\1/p'
}

# The groups of the config on the command line, one a line; GROUP where none is known.
_thpstorm_groups() {
	local word file groups directory
	directory=$(_thpstorm_config_directory)
	for word in "${COMP_WORDS[@]:2}"; do
		for file in "$word" "$directory/$word" "$directory/$word.conf"; do
			[ -f "$file" ] || continue
			groups=$(sed -n 's/^\[\(.*\)\]$/\1/p' "$file" | grep -vxE 'run|expose|sweep')
			[ -n "$groups" ] && printf '%s\n' "$groups" && return
		done
	done
	echo GROUP
}

# Every key as an argument, the groups' keys for each group.
_thpstorm_keys() {
	local groups
	groups=$(_thpstorm_groups)
	"$program" list keys 2>/dev/null | cut -f1 | while read -r key; do
		case $key in
		--GROUP.*) printf -- "--%s.${key#--GROUP.}\n" $groups ;;
		--sweep.*) [ "$1" = sweep ] && echo "$key" ;;
		*) echo "$key" ;;
		esac
	done
}

# _thpstorm_words KEY: what the key may be. --tails.nice is told as --GROUP.nice.
_thpstorm_words() {
	"$program" list keys 2>/dev/null | awk -F '\t' -v key="$1" -v group="--GROUP.${1##*.}" '
		$1 == key { words = $2; found = 1 }
		$1 == group && !found && key ~ /\./ { words = $2 }
		END { gsub(",", "", words); print words }'
}

# Paths: with a slash behind directories, and quoted where they must be.
_thpstorm_paths() {
	compopt -o filenames
	COMPREPLY+=($(compgen "$@"))
}

_thpstorm_config() {
	COMPREPLY=($(compgen -W "$(_thpstorm_configs)" -- "$1"))
	_thpstorm_paths -f -X '!*.conf' -- "$1"
	_thpstorm_paths -d -- "$1"
}

_thpstorm_option() {
	compopt -o nospace
	COMPREPLY=($(compgen -W "$(_thpstorm_synopsis "$1" | grep -oE '(^|[[ ])--?[a-z][a-z-]*' | tr -d '[ ' |
		sort -u)" -- "$2"))
	# A letter or a word of its own is followed by a blank, a key by its value.
	COMPREPLY=("${COMPREPLY[@]/%/ }")
	case $1 in
	run | sweep | check) COMPREPLY+=($(compgen -W "$(_thpstorm_keys "$1")" -S = -- "$2")) ;;
	esac
}

# Sets key and word when the line ends with KEY=WORD; bash has cut it at the '=', or not.
_thpstorm_split() {
	local last=$COMP_CWORD
	word=${COMP_WORDS[last]} previous=${COMP_WORDS[last-1]} key= prefix=
	if [ "$word" = = ]; then
		key=$previous word=
	elif [ "$previous" = = ] && [ "$last" -gt 2 ]; then
		key=${COMP_WORDS[last-2]}
	elif [[ $word == --*=* ]]; then
		key=${word%%=*} prefix=$key= word=${word#*=}
	fi
}

_thpstorm() {
	local program=${COMP_WORDS[0]} command=${COMP_WORDS[1]} word previous key prefix

	COMPREPLY=()
	_thpstorm_split
	if [ "$COMP_CWORD" = 1 ]; then
		COMPREPLY=($(compgen -W "$("$program" list commands) help --help --version" -- "$word"))
		return
	fi
	[ "$key" ] && previous=$key
	case $command:$previous in
	*:--format | *:--accept)
		COMPREPLY=($(compgen -P "$prefix" -W "$(_thpstorm_alternatives "$command" "$previous")" -- "$word"))
		return
		;;
	compare:--fail-above)
		compopt -o nospace
		COMPREPLY=($(compgen -S = -W "$("$program" help compare | sed -n '/METRIC is one of/ { n; p; }')" -- "$word"))
		return
		;;
	sweep:-v)
		compopt -o nospace
		COMPREPLY=($(compgen -S = -W "$(_thpstorm_keys run | sed 's/^--//')" -- "$word"))
		return
		;;
	help:*) COMPREPLY=($(compgen -W "$("$program" list commands)" -- "$word")) && return ;;
	list:*) COMPREPLY=($(compgen -W "$("$program" list | awk '/^  / { print $1 }')" -- "$word")) && return ;;
	*:-o | *:--resume) _thpstorm_paths -d -- "$word" && return ;;
	*:-t | *:-x | *:--shard) return ;;
	esac
	if [ "$key" ]; then
		COMPREPLY=($(compgen -P "$prefix" -W "$(_thpstorm_words "$key")" -- "$word"))
		return
	fi
	case $command:$word in
	restore:*) ;;
	*:-*) _thpstorm_option "$command" "$word" ;;
	run:* | sweep:* | check:*) _thpstorm_config "$word" ;;
	plot:*)
		COMPREPLY=($(compgen -W "$("$program" list plots)" -- "$word"))
		_thpstorm_paths -d -- "$word"
		;;
	*) _thpstorm_paths -d -- "$word" ;;
	esac
}
complete -F _thpstorm thpstorm
