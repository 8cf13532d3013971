/* SPDX-License-Identifier: GPL-2.0-only */
/* Which build of a kernel this is: the id that its linker gave it. */
#ifndef THPSTORM_SYSTEM_BUILD_ID_H
#define THPSTORM_SYSTEM_BUILD_ID_H

#include <stddef.h>

#define BUILD_ID_MAX 65 /* 32 bytes in hexadecimal, and the NUL */

/*
 * The id among ELF notes, as in /sys/kernel/notes: type NT_GNU_BUILD_ID of the owner "GNU", in
 * hexadecimal as `file` and `readelf -n` print it. elf(5): each note is three words (size of the
 * name, size of the descriptor, type), then name and descriptor, each filled up to four bytes. ""
 * when there is none, or the notes are damaged before it.
 */
void build_id_find(const void *notes, size_t size, char *hex, size_t hex_size);
/* The running kernel's; "" when it has none or hides it. */
void build_id_read(char *hex, size_t hex_size);

#endif
