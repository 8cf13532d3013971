# SPDX-License-Identifier: GPL-2.0-only
# A run over time. Set before: timeline (a file), $marks (seconds, word; one word at least: "none" beyond
# the range), length (s), highest_us.

load plots.'/common.gp'
set xrange [0:length]
from_storm(phase, x) = phase eq 'storm' ? x : NaN
positive(x) = x > 0 ? x : NaN

if (!ascii) set multiplot layout 2,1 title heading noenhanced font (format eq 'png' ? ',8' : ',12') \
	margins 0.12, 0.97, 0.12, 0.87 spacing 0.1
if (!ascii) unset title
set logscale y
if (!ascii) set ylabel 'latency' offset 1
if (ascii) set xlabel 'seconds of the storm'
set key inside top left horizontal maxrows 1
# Room above the curves for the marks and the key.
top = 100 * (highest_us > 0 ? highest_us : 1)
set yrange [*:top]
plot timeline using 1:(from_storm(strcol(2), positive($8))) with lines linewidth 1.5 linecolor rgb colour_of(1) \
		title 'slowest of each interval', \
	timeline using 1:(from_storm(strcol(2), positive($9))) with points pointtype 7 pointsize 0.4 \
		linecolor rgb colour_of(2) title 'oldest in flight', \
	$marks using (strcol(2) eq 'finding' ? $1 : NaN):(top / 40) with points pointtype 9 pointsize 1.2 \
		linecolor rgb colour_of(7) title 'finding', \
	$marks using (strcol(2) eq 'stall' ? $1 : NaN):(top / 15) with points pointtype 5 pointsize 0.8 \
		linecolor rgb colour_of(5) title 'CPU stall'

unset logscale y
set yrange [0:10 < *]
set ytics autofreq
set format y '%.0s %c'
set xlabel 'seconds of the storm'
if (!ascii) set ylabel 'per second' offset 1
if (ascii) unset title
plot timeline using 1:(from_storm(strcol(2), $6)) with lines linewidth 1.5 linecolor rgb colour_of(3) \
		title 'folio splits', \
	timeline using 1:(from_storm(strcol(2), $7)) with lines linewidth 1.5 linecolor rgb colour_of(4) \
		title 'THPs moved', \
	timeline using 1:(from_storm(strcol(2), $5)) with lines linewidth 1 dashtype 2 linecolor rgb colour_of(6) \
		title 'faults'
if (!ascii) unset multiplot
