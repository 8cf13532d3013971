# SPDX-License-Identifier: GPL-2.0-only
# When which CPU did not run. Set before: $gaps (CPU, from s, to s, word), cpus (how many rows), length (s),
# $names (row, CPU).

load plots.'/common.gp'
unset logscale y
set xrange [0:length]
set yrange [-0.6:cpus - 0.4]
set ytics ()
set for [i = 1:cpus] ytics add (cpu_name[i] i - 1)
set xlabel 'seconds of the storm'
if (!ascii) set ylabel 'CPU' offset 1
hue_of(word) = word eq 'lockup' ? 2 : 5
set style fill solid 1 noborder
plot $gaps using (($2 + $3) / 2):1:2:3:($1 - 0.3):($1 + 0.3):(0) with boxxyerror \
		linecolor rgb colour_of(5) title 'no heartbeat', \
	$gaps using (strcol(4) eq 'lockup' ? $3 : NaN):1 with points pointtype 9 pointsize 1.5 \
		linecolor rgb colour_of(2) title 'lockup seen'
