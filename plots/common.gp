# SPDX-License-Identifier: GPL-2.0-only
# What all plots share; the picture goes to standard output. Set before: format (svg, png, pdf, ascii), what (is
# drawn), captions, caption[] (pairs for each result: kernel and preemption model; config and seed).

ascii = format eq 'ascii'
columns_of_mail = 72
# Of lines more than a picture of the usual height has room for.
if (!exists('more_lines')) more_lines = 0
if (format eq 'svg') set terminal svg size 800,500 + 20 * more_lines noenhanced background 'white' font 'sans-serif,13'
# Not every gnuplot is built with cairo.
if (format eq 'pdf' || format eq 'png') {
	if (strstrt(GPVAL_TERMINALS, format.'cairo') == 0) {
		exit error 'it has no terminal '.format.'cairo: use --format svg'
	}
}
if (format eq 'pdf') set terminal pdfcairo size 8,5 + 0.2 * more_lines noenhanced background 'white' font 'sans-serif,10'
if (format eq 'png') set terminal pngcairo size 640,400 + 16 * more_lines noenhanced background 'white' font 'sans-serif,9'
if (ascii) set terminal dumb nofeed noenhanced size columns_of_mail,26 mono

# Okabe and Ito's colours, which the colour-blind tell apart.
array colour[8] = ['#0072B2', '#D55E00', '#009E73', '#CC79A7', '#E69F00', '#56B4E9', '#000000', '#F0E442']
colour_of(i) = colour[1 + (i - 1) % 8]
grey = '#777777'

set grid xtics ytics linecolor '#cccccc'
set border 3
set tics nomirror
set key noenhanced below samplen 2
if (ascii) set key above samplen 1; set grid noxtics noytics
if (!ascii) set bmargin 5

heading = what
heading_lines = 1
do for [i = 1:captions:2] {
	halves = ascii || strlen(caption[i].caption[i + 1]) > 95 ? 2 : 1
	heading = heading."\n".caption[i].(halves == 2 ? "\n" : ', ').caption[i + 1]
	heading_lines = heading_lines + halves
}
title_font = format eq 'png' ? ',8' : format eq 'pdf' ? ',9' : ',12'
set title heading font title_font noenhanced

# Latencies are microseconds.
set format y '%g'
us_tics = "('10 ns' 0.01, '100 ns' 0.1, '1 us' 1, '10 us' 10, '100 us' 100, '1 ms' 1e3, '10 ms' 1e4, ".\
	"'100 ms' 1e5, '1 s' 1e6, '10 s' 1e7, '100 s' 1e8)"
eval 'set ytics '.us_tics
# A range that ends at labels, and holds them although powers of ten are not exact.
decade_below(us) = 0.99 * 10 ** floor(log10(us))
decade_above(us) = 1.01 * 10 ** (floor(log10(us)) + 1)
