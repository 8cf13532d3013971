# SPDX-License-Identifier: GPL-2.0-only
# A map of CPUs over time: how late each ran its heartbeat. Set before: heartbeat (a file), cpus (rows), cpu[] (of
# a row), row[] (of a CPU + 1), $lockups (seconds, CPU), storm (its length, s), end (of what is known, s).

load plots.'/common.gp'
unset logscale y
# Room for a mark at the very end.
set xrange [0:end * 1.01]
# CPU 0 at the top.
set yrange [cpus - 0.4:-0.6]
set ytics () scale 0
every = (cpus + 15) / 16
set for [i = 1:cpus:every] ytics add (''.cpu[i] i - 1)
set xlabel 'seconds since the storm began'
if (!ascii) set ylabel 'CPU'
if (!ascii) set key maxrows 2; set bmargin 6
if (ascii) set terminal dumb nofeed noenhanced size columns_of_mail,(cpus < 30 ? cpus : 30) + 12 mono
late_end = end > storm * 1.02
if (late_end) {
	set arrow from storm, graph 0 to storm, graph 1 nohead linecolor rgb grey dashtype 2 front
}
unset grid
if (!ascii) {
	do for [i = 1:cpus] {
		set object i rectangle from 0, i - 1.4 to end, i - 0.6 behind fillcolor rgb '#eeeeee' linewidth 0
	}
}

# From light to dark, readable without colours too (ColorBrewer's sequential yellow to brown).
classes = 4
array shade[classes] = ['#fed98e', '#fe9929', '#d95f0e', '#803004']
array from_us[classes + 1] = [1e4, 1e5, 1e6, 1e7, 1e12]
array word[classes] = ['10 ms late', '100 ms', '1 s', '10 s and more']
array character[classes] = ['.', 'o', 'O', '#']
row_of(cpu, late, class) = late >= from_us[class] && late < from_us[class + 1] ? row[cpu + 1] : NaN
set style fill solid 1 noborder
if (ascii) {
	plot for [c = 1:classes] heartbeat skip 1 using ($1 - $2 / 2):(row_of($3, $4, c)) with points \
			pointtype character[c] title word[c], \
		$lockups using 1:(row[$2 + 1]) with points pointtype 'X' title 'lockup seen', \
		NaN with lines linecolor rgb grey dashtype 2 title (late_end ? 'storm ends' : '')
} else {
	plot NaN with boxes linecolor rgb '#eeeeee' title 'in time', \
		for [c = 1:classes] heartbeat skip 1 using ($1 - $2 / 2):(row_of($3, $4, c)):($2 * 0.6):(0.4) \
			with boxxyerror linecolor rgb shade[c] title word[c], \
		$lockups using 1:(row[$2 + 1]) with points pointtype 9 pointsize 1.5 \
			linecolor rgb colour_of(1) title 'lockup seen', \
		NaN with lines linecolor rgb grey dashtype 2 title (late_end ? 'storm ends' : '')
}
