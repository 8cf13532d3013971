/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * In the guest: runs a command and sends what it prints and what it writes below a directory over a
 * serial port while it runs, so that a machine that dies leaves behind what came until then.
 *
 *	courier TTY DIRECTORY COMMAND-FILE
 *
 * COMMAND-FILE holds the command, one word a line. What goes over the port is frames; numbers are
 * little-endian:
 *
 *	"TSF1"  4 bytes
 *	kind    1 byte	'h' the guest is up: name is uname's release
 *			'd' bytes of a file: name is its path below DIRECTORY, offset where they go
 *			'1', '2' bytes of the command's standard output and error
 *			'x' the command has ended: offset is its exit code, or 256 + signal
 *	name    2 bytes length
 *	data    4 bytes length
 *	offset  8 bytes
 *	check   4 bytes: CRC-32 (ISO 3309) of the 19 bytes before, then of name and data
 *	name, data
 *
 * It runs on the last CPU, which a storm keeps free, in memory that is locked.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <search.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#define FRAME_DATA_MAX	16384
#define HEADER_BYTES	23
#define IDLE_LOOKS	50 /* then a directory is looked at only each IDLE_LOOKS times */
#define PATH_BYTES	256
#define WORDS_MAX	128
#define LOOK_EVERY_MSEC 200

/* Of a file: how much of it was sent. Of a directory: looks in which nothing below it was new. */
struct sent {
	ino_t inode;
	off_t bytes;
	unsigned idle;
	char path[];
};

static void *seen; /* tsearch(3) */
static unsigned looks;
static int port;

static uint32_t crc32(uint32_t crc, const void *data, size_t n)
{
	const unsigned char *at = data;

	crc = ~crc;
	while (n--) {
		crc ^= *at++;
		for (int bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? 0xedb88320u : 0);
	}
	return ~crc;
}

static void put(unsigned char *at, uint64_t value, unsigned bytes)
{
	for (unsigned i = 0; i < bytes; i++)
		at[i] = (unsigned char)(value >> 8 * i);
}

static void write_all(const void *data, size_t n)
{
	const char *at = data;

	while (n) {
		ssize_t done = write(port, at, n);

		if (done < 0 && errno != EINTR && errno != EAGAIN)
			return; /* the other side sees that frames are missing */
		if (done > 0) {
			at += done;
			n -= (size_t)done;
		}
	}
}

static void send_frame(char kind, const char *name, uint64_t offset, const void *data, size_t n)
{
	unsigned char header[HEADER_BYTES] = {'T', 'S', 'F', '1', (unsigned char)kind};
	size_t name_bytes = strlen(name);
	uint32_t crc;

	put(header + 5, name_bytes, 2);
	put(header + 7, n, 4);
	put(header + 11, offset, 8);
	crc = crc32(0, header, HEADER_BYTES - 4);
	crc = crc32(crc, name, name_bytes);
	crc = crc32(crc, data, n);
	put(header + HEADER_BYTES - 4, crc, 4);
	write_all(header, HEADER_BYTES);
	write_all(name, name_bytes);
	write_all(data, n);
}

static int by_path(const void *a, const void *b)
{
	return strcmp(((const struct sent *)a)->path, ((const struct sent *)b)->path);
}

/* What is known of this path, new or not; NULL: no memory, said once. */
static struct sent *find(const char *path)
{
	static bool told;
	struct sent *new = calloc(1, sizeof(*new) + strlen(path) + 1), **known;

	if (new)
		strcpy(new->path, path);
	known = new ? tsearch(new, &seen, by_path) : NULL;
	if (!known && !told)
		told = fprintf(stderr, "courier: no memory: some of the files are not sent\n") > 0;
	if (!known || *known != new)
		free(new);
	return known ? *known : NULL;
}

/*
 * What was added since the last look; all of it when the file is another one or was cut. One that
 * holds nothing is told of as well: a run that was refused has no events, and a file for them.
 * Whether there was anything.
 */
static bool send_file(const char *root, const char *path)
{
	char full[2 * PATH_BYTES], data[FRAME_DATA_MAX];
	struct sent *sent = find(path);
	bool any = false;
	struct stat st;
	ssize_t n;
	int fd;

	snprintf(full, sizeof(full), "%s/%s", root, path);
	fd = sent ? open(full, O_RDONLY | O_CLOEXEC | O_NOFOLLOW) : -1;
	if (fd < 0)
		return false;
	if (!fstat(fd, &st)) {
		if (st.st_ino != sent->inode || st.st_size < sent->bytes) {
			sent->bytes = 0;
			send_frame('d', path, 0, "", 0);
			any = true;
		}
		sent->inode = st.st_ino;
		while ((n = pread(fd, data, sizeof(data), sent->bytes)) > 0) {
			send_frame('d', path, (uint64_t)sent->bytes, data, (size_t)n);
			sent->bytes += n;
			any = true;
		}
	}
	close(fd);
	return any;
}

/* Whether anything below it was new. A sweep's finished cells are not looked at all the time. */
static bool send_directory(const char *root, const char *below, bool all)
{
	char full[2 * PATH_BYTES], path[PATH_BYTES];
	struct sent *known = find(below);
	struct dirent *entry;
	bool any = false;
	DIR *dir;

	if (!all && known && known->idle >= IDLE_LOOKS && looks % IDLE_LOOKS)
		return false;
	snprintf(full, sizeof(full), "%s/%s", root, below);
	dir = opendir(full);
	if (!dir)
		return false;
	while ((entry = readdir(dir))) {
		if (entry->d_name[0] == '.')
			continue;
		if (snprintf(path, sizeof(path), "%s%s%s", below, *below ? "/" : "",
			     entry->d_name) >= (int)sizeof(path))
			continue;
		if (entry->d_type == DT_DIR)
			any |= send_directory(root, path, all);
		else if (entry->d_type == DT_REG)
			any |= send_file(root, path);
	}
	closedir(dir);
	if (known)
		known->idle = any ? 0 : known->idle + 1;
	return any;
}

/* False when the pipe has ended. */
static bool pass_on(int fd, char kind)
{
	char data[FRAME_DATA_MAX];
	ssize_t n = read(fd, data, sizeof(data));

	if (n > 0)
		send_frame(kind, "", 0, data, (size_t)n);
	return n > 0 || (n < 0 && errno == EINTR);
}

static pid_t start(char **command, int output[2])
{
	int out[2], err[2];
	pid_t pid;

	if (pipe(out) || pipe(err))
		return -1;
	pid = fork();
	if (!pid) {
		int null = open("/dev/null", O_RDONLY);

		dup2(null, 0);
		dup2(out[1], 1);
		dup2(err[1], 2);
		for (int fd = 3; fd < 32; fd++)
			close(fd);
		execv(command[0], command);
		dprintf(2, "courier: cannot run %s: %s\n", command[0], strerror(errno));
		_exit(127);
	}
	close(out[1]);
	close(err[1]);
	output[0] = out[0];
	output[1] = err[0];
	return pid;
}

static int follow(pid_t pid, const int output[2], const char *directory)
{
	struct pollfd fds[2] = {{.fd = output[0], .events = POLLIN},
				{.fd = output[1], .events = POLLIN}};
	int status = 0;
	bool ended = false;

	while (fds[0].fd >= 0 || fds[1].fd >= 0) {
		poll(fds, 2, LOOK_EVERY_MSEC);
		for (int i = 0; i < 2; i++) {
			if (fds[i].revents && !pass_on(fds[i].fd, (char)('1' + i)))
				fds[i].fd = -1;
			fds[i].revents = 0;
		}
		send_directory(directory, "", false);
		looks++;
		if (!ended && waitpid(pid, &status, WNOHANG) == pid)
			ended = true;
		/* A child that it left behind may hold the pipes open for ever. */
		if (ended && poll(fds, 2, 0) <= 0)
			break;
	}
	if (!ended)
		waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 256 + WTERMSIG(status);
}

static void settle_on_last_cpu(void)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET((int)sysconf(_SC_NPROCESSORS_ONLN) - 1, &set);
	sched_setaffinity(0, sizeof(set), &set);
	setpriority(PRIO_PROCESS, 0, -20);
	mlockall(MCL_CURRENT | MCL_FUTURE);
}

static int read_command(const char *path, char **words)
{
	static char text[8192];
	FILE *f = fopen(path, "r");
	int count = 0;
	size_t n;

	if (!f)
		return 0;
	n = fread(text, 1, sizeof(text) - 1, f);
	fclose(f);
	text[n] = '\0';
	for (char *word = strtok(text, "\n"); word && count < WORDS_MAX - 1;
	     word = strtok(NULL, "\n"))
		words[count++] = word;
	return count;
}

static bool open_port(const char *path)
{
	struct termios t;

	port = open(path, O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (port < 0 || tcgetattr(port, &t))
		return false;
	cfmakeraw(&t);
	cfsetspeed(&t, B115200);
	return !tcsetattr(port, TCSANOW, &t);
}

int main(int argc, char **argv)
{
	char *words[WORDS_MAX] = {NULL};
	struct utsname uts;
	int output[2], code;
	pid_t pid;

	if (argc != 4 || !read_command(argv[3], words)) {
		fprintf(stderr, "usage: courier TTY DIRECTORY COMMAND-FILE\n");
		return 2;
	}
	if (!open_port(argv[1])) {
		fprintf(stderr, "courier: cannot use %s: %s\n", argv[1], strerror(errno));
		return 2;
	}
	uname(&uts);
	send_frame('h', uts.release, 0, "", 0);
	pid = start(words, output);
	if (pid < 0) {
		perror("courier: cannot start the command");
		return 2;
	}
	settle_on_last_cpu();
	code = follow(pid, output, argv[2]);
	send_directory(argv[2], "", true);
	send_frame('x', "", (uint64_t)code, "", 0);
	tcdrain(port);
	return 0;
}
