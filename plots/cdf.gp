# SPDX-License-Identifier: GPL-2.0-only
# Percentile curves. Set before: curves (how many), file[], name[], hue[], dash[], count[] (samples), floor_us,
# samples (the most of one curve).

load plots.'/common.gp'
set logscale xy
# To the right as far as there are samples, to 99.9999 % at most. The percentile after the last sample's is
# a fifth of a halving away: 2 ** 0.2 is 1.15.
set xrange [1:(samples < 1e6 ? samples * 1.2 : 1.2e6)]
set xtics ('0' 1, '50' 2, '90' 10, '99' 100, '99.9' 1e3, '99.99' 1e4, '99.999' 1e5, '99.9999' 1e6)
few_word = 'fewer than 10 samples above'
set xlabel 'percentile of the operations, %'.(ascii ? '' : '; thin: '.few_word)
if (!ascii) set ylabel 'latency'
if (!ascii) set key vertical maxrows 3; set bmargin 4.5 + (curves < 3 ? curves : 3)
if (floor_us > 0) {
	set yrange [floor_us / 3:*]
	set arrow from graph 0, first floor_us to graph 1, first floor_us nohead linecolor rgb grey dashtype 3
	set label 'floor: a null step' at graph 0.02, first floor_us offset 0, 0.6 textcolor rgb grey
}

# The last row of a file is its largest value, at infinity: it is drawn where its percentile would be.
last = 0
onward(x, percentile) = (last = percentile > 0 && x < last ? last : x)
# With fewer than ten samples above it a percentile is no more than some of the largest values: a thin line, or dots.
enough(x, i) = x <= count[i] / 10.0 ? x : NaN
few(x, i) = x > count[i] / 10.0 ? x : NaN
if (ascii) {
	plot for [i = 1:curves] file[i] using (enough(onward($2 < 1 ? $4 : $3, $2), i)):1 with lines title name[i], \
		for [i = 1:curves] file[i] using (few(onward($2 < 1 ? $4 : $3, $2), i)):1 with points pointtype '.' \
			title (i == 1 ? few_word : '')
} else {
	plot for [i = 1:curves] file[i] using (onward($2 < 1 ? $4 : $3, $2)):1 with lines \
			linewidth 0.7 dashtype dash[i] linecolor rgb colour_of(hue[i]) title name[i], \
		for [i = 1:curves] file[i] using (enough(onward($2 < 1 ? $4 : $3, $2), i)):1 with lines \
			linewidth (dash[i] == 1 ? 2.5 : 2) dashtype dash[i] linecolor rgb colour_of(hue[i]) notitle
}
