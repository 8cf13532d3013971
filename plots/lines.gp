# SPDX-License-Identifier: GPL-2.0-only
# A sweep along one axis, a line for each value of another. Set before: $points (x, then a column for each
# line: latency us), lines, name[], ticks, tick[], axis, measure (what the numbers are of).

load plots.'/common.gp'
set logscale y
set xrange [-0.3:ticks - 0.7]
set xtics () rotate by (ticks > 6 ? -35 : 0)
set for [i = 1:ticks] xtics add (tick[i] i - 1)
set xlabel axis
if (!ascii) set ylabel measure offset 1
plot for [i = 1:lines] $points using 1:(column(i + 1)) with linespoints linewidth 2 pointtype 6 + i \
	linecolor rgb colour_of(i) title name[i]
