# SPDX-License-Identifier: GPL-2.0-only
# A sweep along one axis, a line for each value of another. Set before: $points (x, then a column for each
# line: latency us), lines, name[], ticks, tick[], axis, measure (what the numbers are of).

load plots.'/common.gp'
set logscale y
set xrange [-0.3:ticks - 0.7]
characters = 0
do for [i = 1:ticks] { characters = characters + strlen(tick[i]) }
slanted = !ascii && !fits(characters, ticks)
set xtics () rotate by (slanted ? -35 : 0)
set for [i = 1:ticks] xtics add (tick[i] i - 1)
set xlabel axis
if (!ascii) set ylabel measure
if (ascii) set key title measure
if (!ascii) set key maxrows 3; set bmargin (lines > 3 ? 7 : 5) + (slanted ? 2 : 0)
plot for [i = 1:lines] $points using 1:(column(i + 1)) with linespoints linewidth 2 pointtype 6 + i \
	linecolor rgb colour_of(i) title name[i]
