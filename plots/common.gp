# SPDX-License-Identifier: GPL-2.0-only
# What all plots share. The command sets before: format (svg, png, ascii), out, what (it is), caption
# (kernel, model, config, seed).

ascii = format eq 'ascii'
if (format eq 'svg') set terminal svg size 800,500 enhanced background 'white' font 'sans-serif,13'
if (format eq 'png') set terminal pngcairo size 640,400 noenhanced background 'white' font 'sans-serif,9'
if (ascii) set terminal dumb nofeed noenhanced size 72,26 mono
if (format eq 'svg') set termoption noenhanced
if (out ne '') set output out

# Okabe and Ito's colours, which the colour-blind tell apart.
array colour[8] = ['#0072B2', '#D55E00', '#009E73', '#CC79A7', '#E69F00', '#56B4E9', '#000000', '#F0E442']
colour_of(i) = colour[1 + (i - 1) % 8]

set datafile missing 'NaN'
set grid xtics ytics linecolor '#cccccc'
set border 3
set tics nomirror
set key noenhanced below maxrows 4 samplen 2
if (!ascii) set bmargin 5
if (ascii) set key top left maxrows 12; set grid noxtics noytics
heading = ascii ? caption[1:70] : what."\n".caption
if (ascii) set title heading; else set title heading font (format eq 'png' ? ',8' : ',12') noenhanced

# Latencies are microseconds, on a log scale.
set format y '%g'
set ytics ('10 ns' 0.01, '100 ns' 0.1, '1 us' 1, '10 us' 10, '100 us' 100, '1 ms' 1e3, '10 ms' 1e4, \
	'100 ms' 1e5, '1 s' 1e6, '10 s' 1e7, '100 s' 1e8)
