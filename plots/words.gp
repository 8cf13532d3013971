# SPDX-License-Identifier: GPL-2.0-only
# An x axis of words, from 0 on: side by side; where they have no room slanted, in plain text on up to three lines;
# where not even so, each second, third, ... of them. Set before: words (how many), word[]. Sets label_lines, the
# lines that they take below the first, and below_words, by which the axis' own label moves.

# Of characters; a slanted label takes four, whatever its length.
room = ascii ? 56.0 : 80.0
longest = 0
tight = 0
do for [i = 1:words] {
	length = strlen(word[i])
	longest = length > longest ? length : longest
	pair = i < words ? (length + strlen(word[i + 1])) / 2.0 + 1 : 0
	tight = pair > tight ? pair : tight
}
crowded = tight * words > room
slanted = crowded && !ascii && longest > 4
steps = crowded ? int(ceil((slanted ? 4 : longest + 1) * words / room)) : 1
stairs = !ascii ? 1 : steps < 3 ? steps : 3
every = int(ceil(steps / (stairs * 1.0)))
stair(i) = ((i - 1) / every) % stairs
below(i) = (stair(i) > 0 ? "\n" : '').(stair(i) > 1 ? "\n" : '').word[i]
set xtics () rotate by (slanted ? -35 : 0)
set for [i = 1:words:every] xtics add (below(i) i - 1)
label_lines = slanted ? 0.3 * longest : stairs - 1
# gnuplot itself makes room for what is slanted.
below_words = slanted ? 0 : -label_lines
if (slanted) set rmargin 0.8 * strlen(word[words - (words - 1) % every])
