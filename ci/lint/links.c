/* SPDX-License-Identifier: GPL-2.0-only */
/* A program of one room and what stands below it; that it links is all that is asked of it. */
int main(void)
{
	return 0;
}
