# SPDX-License-Identifier: GPL-2.0-only
# A sweep over two axes, a square for each pair of values. Set before: $squares (x, y, latency us, text),
# low and high (the least and the greatest latency), words (columns), word[], rows, row_name[], axis_x, axis_y, measure.

load plots.'/common.gp'
unset logscale y
unset key
set border 0
unset grid
set xrange [-0.5:words - 0.5]
set yrange [-0.5:rows - 0.5]
load plots.'/words.gp'
set xtics scale 0
set ytics () scale 0
set for [i = 1:rows] ytics add (row_name[i] i - 1)
set xlabel axis_x offset 0, below_words
if (!ascii) set ylabel axis_y
if (!ascii) set bmargin 4 + label_lines
# From light to dark, readable without colours too (ColorBrewer's sequential blues).
set palette defined (0 '#deebf7', 1 '#9ecae1', 2 '#3182bd')
set logscale cb
set cbrange [decade_below(low):decade_above(high)]
set cblabel measure offset 1
if (!ascii) set rmargin 11
eval 'set cbtics '.us_tics
# The numbers, where a square is as large as one.
told = ascii || (words <= 9 && rows <= 16)
if (ascii) set label measure.':' at screen 0, screen 1 offset 1, -5
if (ascii) {
	plot $squares using 1:2:4 with labels notitle
} else {
	plot $squares using 1:2:3 with image pixels notitle, \
		$squares using 1:2:(told ? strcol(4) : '') with labels notitle
}
