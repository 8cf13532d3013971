# SPDX-License-Identifier: GPL-2.0-only
# A sweep along one axis, a line for each value of another. Set before: $points (x, then a column for each
# line: latency us), low and high (the least and the greatest of them), lines, name[], words, word[] (of the axis),
# axis, measure (what the numbers are of).

load plots.'/common.gp'
set logscale y
set xrange [-0.3:words - 0.7]
set yrange [decade_below(low):decade_above(high)]
load plots.'/words.gp'
set xlabel axis offset 0, below_words
if (!ascii) set ylabel measure
if (ascii) set key title measure
if (!ascii) set key vertical maxrows 3; set bmargin 4 + (lines < 3 ? lines : 3) + label_lines
plot for [i = 1:lines] $points using 1:(column(i + 1)) with linespoints linewidth 2 pointtype 6 + i \
	linecolor rgb colour_of(i) title name[i]
