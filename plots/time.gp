# SPDX-License-Identifier: GPL-2.0-only
# A run over time: latency, the work of the storm where there was any, and a lane for each kind of event. Set
# before: timeline (a file), $events (seconds, lane, weight), lanes, lane[], storm (its length, s), end (of what
# is known, s).

more_lines = lanes > 3 ? lanes - 3 : 0
load plots.'/common.gp'
during(phase, x) = phase eq 'storm' || phase eq 'stop' ? x : NaN
positive(x) = x > 0 ? x : NaN
lesser(a, b) = a > 0 && (a < b || !(b > 0)) ? a : positive(b)
stats timeline skip 1 using (during(strcol(2), $8 > $9 ? $8 : $9)) nooutput name 'slow'
stats timeline skip 1 using (during(strcol(2), lesser($8, $9))) nooutput name 'fast'
stats timeline skip 1 using (during(strcol(2), $6 > $7 ? $6 : $7)) nooutput name 'work'
works = exists('work_max') && work_max > 0
# Room for a mark at the very end.
set xrange [0:end * 1.01]

# The panels from the bottom up, in shares of the picture.
usual = 25.0 / (25 + more_lines)
lane_height = 0.04 * usual
bottom = 0.12 * usual; gap = 0.085 * usual
late_end = end > storm * 1.02
# The key then has a second row.
top = 1 - (0.085 + 0.035 * (heading_lines + late_end)) * usual
lanes_top = bottom + lanes * lane_height
above = lanes > 0 ? lanes_top + gap : bottom
middle = works ? above + (top - above - gap) * 0.42 : above
latency_bottom = works ? middle + gap : above

if (!ascii) {
	set multiplot title heading font title_font
	unset title
	set lmargin at screen lanes > 0 ? 0.2 : 0.13
	set rmargin at screen 0.97
	set tmargin at screen top
	set bmargin at screen latency_bottom
	set key at graph 1, graph 1 right bottom horizontal maxrows 1
	set ylabel 'latency'
	if (works || lanes > 0) { set format x '' }
}
if (late_end) set arrow 1 from storm, graph 0 to storm, graph 1 nohead linecolor rgb grey dashtype 2
on_axis = ascii || (!works && lanes == 0)
if (on_axis) set xlabel 'seconds since the storm began'
set logscale y
if (exists('fast_min') && fast_min > 0) {
	set yrange [decade_below(fast_min):(slow_max > 0 ? slow_max * 5 : 1)]
} else {
	set yrange [*:(slow_max > 0 ? slow_max * 5 : 1)]
}
plot timeline skip 1 using 1:(during(strcol(2), positive($9))) with points pointtype (ascii ? 'o' : 7) \
		pointsize 0.4 linecolor rgb colour_of(2) title 'oldest in flight', \
	timeline skip 1 using 1:(during(strcol(2), positive($8))) with linespoints pointtype (ascii ? '*' : 7) \
		pointsize 0.2 linecolor rgb colour_of(1) title 'slowest finished', \
	NaN with lines linecolor rgb grey dashtype 2 title (late_end ? "storm ends" : "")
unset logscale y
if (ascii) unset title

if (works) {
	if (ascii) {
		set terminal dumb nofeed noenhanced size columns_of_mail,14 mono
	} else {
		set tmargin at screen middle
		set bmargin at screen above
		set ylabel 'per second'
		if (lanes == 0) {
			set format x '%g'
			set xlabel 'seconds since the storm began'
		}
	}
	set yrange [0:*]
	decade = 10 ** floor(log10(work_max))
	set ytics work_max > 5 * decade ? 2 * decade : work_max > 2 * decade ? decade : decade / 2
	set format y '%g'
	plot timeline skip 1 using 1:(during(strcol(2), $6)) with lines linewidth 1.5 \
			linecolor rgb colour_of(3) title 'folio splits', \
		timeline skip 1 using 1:(during(strcol(2), $7)) with lines linewidth 1.5 \
			linecolor rgb colour_of(4) title 'THPs moved'
}

if (lanes > 0) {
	if (ascii) {
		set terminal dumb nofeed noenhanced size columns_of_mail,lanes + 7 mono
	} else {
		set tmargin at screen lanes_top
		set bmargin at screen bottom
		unset ylabel
	}
	set format x '%g'
	set xlabel 'seconds since the storm began'
	set yrange [lanes - 0.5:-0.5]
	set ytics ()
	set for [i = 1:lanes] ytics add (lane[i] i - 1)
	is(weight, word, y) = weight eq word ? y : NaN
	plot $events using 1:(is(strcol(3), 'finding', $2)) with points pointtype (ascii ? '#' : 9) \
			linecolor rgb colour_of(2) title 'finding', \
		$events using 1:(strcol(3) eq 'weak' || strcol(3) eq 'broken' ? $2 : NaN) with points \
			pointtype (ascii ? 'o' : 5) pointsize 0.8 linecolor rgb colour_of(5) title 'weakness', \
		$events using 1:(is(strcol(3), 'note', $2)) with points pointtype (ascii ? '.' : 7) \
			linecolor rgb colour_of(3) title 'note'
}
if (!ascii) unset multiplot
