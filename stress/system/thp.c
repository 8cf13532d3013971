/* SPDX-License-Identifier: GPL-2.0-only */
/* See thp.h. */
#include "system/thp.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "base/missing.h"
#include "base/textfile.h"
#include "system/choice.h"

/* /proc/PID/pagemap, Documentation/admin-guide/mm/pagemap.rst */
#define PAGEMAP_PRESENT	 (1ull << 63)
#define PAGEMAP_PFN_MASK ((1ull << 55) - 1)

const struct thp_knob thp_knob_anon = {
	.file = "enabled",
	.advised = "madvise",
	.at = offsetof(struct thp_facts, anon),
};

const struct thp_knob thp_knob_shmem = {
	.file = "shmem_enabled",
	.advised = "advise",
	.at = offsetof(struct thp_facts, shmem),
};

static void read_choice(const char *path, char *buf, size_t size)
{
	char text[128];

	buf[0] = '\0';
	if (textfile_read(path, text, sizeof(text)) >= 0)
		choice_current(text, buf, size);
}

char *thp_size_path(uint64_t bytes, const char *file, char *buf, size_t size)
{
	snprintf(buf, size, THP_SYSFS "/hugepages-%llukB/%s", (unsigned long long)(bytes / KIB),
		 file);
	return buf;
}

char *thp_size_format(uint64_t bytes, char *buf, size_t size)
{
	bool mib = bytes >= MIB && bytes % MIB == 0;

	snprintf(buf, size, "%llu%s", (unsigned long long)(bytes / (mib ? MIB : KIB)),
		 mib ? "M" : "K");
	return buf;
}

char *thp_sizes_format(uint64_t sizes, char *buf, size_t size)
{
	size_t n = 0;

	snprintf(buf, size, "none");
	for (unsigned bit = 0; bit < 64 && n < size; bit++) {
		char text[24];

		if (sizes >> bit & 1)
			n += (size_t)snprintf(buf + n, size - n, "%s%s", n ? " " : "",
					      thp_size_format(1ull << bit, text, sizeof(text)));
	}
	return buf;
}

/* The sizes whose directory has @file. */
static uint64_t sizes_with(const char *file)
{
	uint64_t sizes = 0;
	char path[128];

	for (unsigned bit = 12; bit < 40; bit++) {
		if (!access(thp_size_path(1ull << bit, file, path, sizeof(path)), F_OK))
			sizes |= 1ull << bit;
	}
	return sizes;
}

/* @counted: the sizes whose splits are counted, of any kind of memory. */
static void read_choices(const struct thp_knob *knob, uint64_t pmd_bytes, uint64_t counted,
			 struct thp_choices *out)
{
	char path[128];

	snprintf(path, sizeof(path), THP_SYSFS "/%s", knob->file);
	read_choice(path, out->all, sizeof(out->all));
	read_choice(thp_size_path(pmd_bytes, knob->file, path, sizeof(path)), out->pmd,
		    sizeof(out->pmd));
	out->sizes = sizes_with(knob->file);
	out->counted = out->sizes & counted;
}

/* Documentation/admin-guide/mm/transhuge.rst, "process THP controls": 1, from 6.18 on also 3. */
enum thp_process thp_process_read(void)
{
	int flags = prctl(PR_GET_THP_DISABLE, 0, 0, 0, 0);

	if (flags <= 0)
		return THP_PROCESS_ANY;
	return flags & PR_THP_DISABLE_EXCEPT_ADVISED ? THP_PROCESS_ADVISED : THP_PROCESS_NONE;
}

int thp_process_allow(void)
{
	return prctl(PR_SET_THP_DISABLE, 0, 0, 0, 0) ? -errno : 0;
}

void thp_read(struct thp_facts *out)
{
	uint64_t underused = 0, counted;

	memset(out, 0, sizeof(*out));
	out->page_bytes = (uint64_t)sysconf(_SC_PAGESIZE);
	out->process = thp_process_read();
	if (textfile_read_u64(THP_SYSFS "/hpage_pmd_size", &out->pmd_bytes))
		return;
	read_choice(THP_SYSFS "/defrag", out->defrag, sizeof(out->defrag));
	counted = sizes_with("stats/split");
	read_choices(&thp_knob_anon, out->pmd_bytes, counted, &out->anon);
	read_choices(&thp_knob_shmem, out->pmd_bytes, counted, &out->shmem);
	out->present = out->anon.all[0];
	/* madvise(2) looks at the advice before it finds that there is nothing to do. */
	out->collapse = out->present && !madvise(NULL, 0, MADV_COLLAPSE);
	textfile_read_u64(THP_SYSFS "/shrink_underused", &underused);
	out->underused_split = underused;
}

static int read_word(const char *path, uint64_t index, uint64_t *word)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), err = 0;
	ssize_t n;

	if (fd < 0)
		return -errno;
	n = pread(fd, word, sizeof(*word), (off_t)(index * sizeof(*word)));
	if (n != sizeof(*word))
		err = n < 0 ? -errno : -EIO;
	close(fd);
	return err;
}

int thp_page_is_huge(const void *addr)
{
	uint64_t entry, flags, page = (uint64_t)sysconf(_SC_PAGESIZE);
	int err = read_word("/proc/self/pagemap", (uintptr_t)addr / page, &entry);

	if (err)
		return err;
	if (!(entry & PAGEMAP_PRESENT))
		return 0;
	/* Without CAP_SYS_ADMIN the frame number reads as 0. */
	if (!(entry & PAGEMAP_PFN_MASK))
		return -EPERM;
	err = read_word("/proc/kpageflags", entry & PAGEMAP_PFN_MASK, &flags);
	if (err)
		return err;
	return flags >> KPF_THP & (flags >> KPF_COMPOUND_HEAD | flags >> KPF_COMPOUND_TAIL) & 1;
}
