# SPDX-License-Identifier: GPL-2.0-only
# A sweep over two axes, a square for each pair of values. Set before: $squares (x, y, latency us, text),
# columns, column_name[], rows, row_name[], axis_x, axis_y, measure.

load plots.'/common.gp'
unset logscale y
unset key
set border 0
unset grid
if (!ascii) set lmargin 10
set xrange [-0.5:columns - 0.5]
set yrange [-0.5:rows - 0.5]
set xtics () scale 0
set ytics () scale 0
set for [i = 1:columns] xtics add (column_name[i] i - 1)
set for [i = 1:rows] ytics add (row_name[i] i - 1)
set xlabel axis_x
if (!ascii) set ylabel axis_y offset -1
# From light to dark, readable without colours too (ColorBrewer's sequential blues).
set palette defined (0 '#deebf7', 1 '#9ecae1', 2 '#3182bd')
set logscale cb
set cblabel measure
set cbtics ('1 us' 1, '10 us' 10, '100 us' 100, '1 ms' 1e3, '10 ms' 1e4, '100 ms' 1e5, '1 s' 1e6, '10 s' 1e7)
if (ascii) plot $squares using 1:2:4 with labels notitle; \
	else plot $squares using 1:2:3 with image pixels notitle, $squares using 1:2:4 with labels notitle
