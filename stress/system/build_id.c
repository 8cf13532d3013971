/* SPDX-License-Identifier: GPL-2.0-only */
/* See build_id.h. */
#include "system/build_id.h"

#include <elf.h>
#include <stdio.h>
#include <string.h>

#include "base/base.h"

#define NOTES_MAX 65536

static size_t filled(size_t n)
{
	return (n + 3) & ~(size_t)3;
}

static void to_hex(const unsigned char *id, size_t n, char *hex, size_t size)
{
	for (size_t i = 0; i < n && 2 * i + 2 < size; i++)
		snprintf(hex + 2 * i, size - 2 * i, "%02x", id[i]);
}

void build_id_find(const void *notes, size_t size, char *hex, size_t hex_size)
{
	const unsigned char *at = notes;
	Elf64_Nhdr note; /* the same words in ELF32 */

	hex[0] = '\0';
	while (size >= sizeof(note)) {
		const unsigned char *name = at + sizeof(note);
		size_t length;

		memcpy(&note, at, sizeof(note));
		if (note.n_namesz > size || note.n_descsz > size)
			return;
		length = sizeof(note) + filled(note.n_namesz) + filled(note.n_descsz);
		if (length > size)
			return;
		if (note.n_type == NT_GNU_BUILD_ID && note.n_namesz == sizeof(ELF_NOTE_GNU) &&
		    !memcmp(name, ELF_NOTE_GNU, sizeof(ELF_NOTE_GNU))) {
			to_hex(name + filled(note.n_namesz), note.n_descsz, hex, hex_size);
			return;
		}
		at += length;
		size -= length;
	}
}

void build_id_read(char *hex, size_t hex_size)
{
	static unsigned char notes[NOTES_MAX];
	FILE *in = fopen("/sys/kernel/notes", "re");

	hex[0] = '\0';
	if (!in)
		return;
	build_id_find(notes, fread(notes, 1, sizeof(notes), in), hex, hex_size);
	fclose(in);
}
