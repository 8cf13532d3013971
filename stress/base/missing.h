/* SPDX-License-Identifier: GPL-2.0-only */
/* Constants that an older libc or kernel header lacks. Values are the kernel's UAPI. */
#ifndef THPSTORM_BASE_MISSING_H
#define THPSTORM_BASE_MISSING_H

#ifndef MADV_FREE
#define MADV_FREE 8
#endif
#ifndef MADV_HUGEPAGE
#define MADV_HUGEPAGE 14
#endif
#ifndef MADV_COLD /* Linux 5.4 */
#define MADV_COLD 20
#endif
#ifndef MADV_PAGEOUT /* Linux 5.4 */
#define MADV_PAGEOUT 21
#endif
#ifndef MADV_POPULATE_WRITE /* Linux 5.14 */
#define MADV_POPULATE_WRITE 23
#endif
#ifndef MADV_COLLAPSE /* Linux 6.1 */
#define MADV_COLLAPSE 25
#endif

#ifndef MCL_ONFAULT /* Linux 4.4 */
#define MCL_ONFAULT 4
#endif

#ifndef PR_THP_DISABLE_EXCEPT_ADVISED /* Linux 6.18 */
#define PR_THP_DISABLE_EXCEPT_ADVISED (1 << 1)
#endif

/* /proc/kpageflags, include/uapi/linux/kernel-page-flags.h */
#ifndef KPF_COMPOUND_HEAD
#define KPF_COMPOUND_HEAD 15
#endif
#ifndef KPF_COMPOUND_TAIL
#define KPF_COMPOUND_TAIL 16
#endif
#ifndef KPF_THP
#define KPF_THP 22
#endif

#endif
