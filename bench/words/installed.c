/* SPDX-License-Identifier: GPL-2.0-only */
/* See installed.h. */
#include "words/installed.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/environment.h"
#include "words/nearest.h"

#define ENDING ".conf"

static bool is_directory(const char *path)
{
	struct stat st;

	return !stat(path, &st) && S_ISDIR(st.st_mode);
}

/* @parent/@name without "..": it goes into results and messages. */
static bool take(const char *parent, const char *name, char *path)
{
	char joined[PATH_MAX];

	return (size_t)snprintf(joined, sizeof(joined), "%s/%s", parent, name) < sizeof(joined) &&
	       is_directory(joined) && realpath(joined, path);
}

int installed_find(const char *name, char *path, struct error *err)
{
	const char *share = environment_get("THPSTORM_SHARE");
	char exe[PATH_MAX - 32] = "", installed[PATH_MAX], above[PATH_MAX], *slash;

	if (readlink("/proc/self/exe", exe, sizeof(exe) - 1) < 0)
		return error_errno(err, errno, "cannot find this program's place");
	slash = strrchr(exe, '/');
	if (slash)
		*slash = '\0';
	snprintf(installed, sizeof(installed), "%s/../share/thpstorm", exe);
	snprintf(above, sizeof(above), "%s/..", exe);
	if (share)
		return take(share, name, path)
			       ? 0
			       : error_set(
					 err, ENOENT,
					 "THPSTORM_SHARE=%s holds no directory %s; set it to the one that does, or unset it",
					 share, name);
	if (take(installed, name, path) || take(above, name, path) ||
	    take(THPSTORM_SOURCES, name, path))
		return 0;
	return error_set(
		err, ENOENT,
		"cannot find thpstorm's %s/ beside %s; set THPSTORM_SHARE to the directory that holds it",
		name, exe);
}

size_t installed_word(const char *name)
{
	size_t n = strlen(name);

	if (n <= strlen(ENDING) || strcmp(name + n - strlen(ENDING), ENDING))
		return 0;
	return n - strlen(ENDING);
}

static int is_config(const struct dirent *e)
{
	return installed_word(e->d_name) != 0;
}

char **installed_configs(char *directory, struct error *err)
{
	struct dirent **entry;
	char **names;
	int n;

	if (installed_find("configs", directory, err))
		return NULL;
	n = scandir(directory, &entry, is_config, alphasort);
	names = n < 0 ? NULL : calloc((size_t)n + 1, sizeof(*names));
	for (int i = 0; i < n; i++) {
		if (names)
			names[i] = strndup(entry[i]->d_name, installed_word(entry[i]->d_name));
		free(entry[i]);
	}
	if (n >= 0)
		free(entry);
	if (!names)
		error_errno(err, errno, "cannot read %s", directory);
	return names;
}

void installed_free(char **names)
{
	for (char **name = names; name && *name; name++)
		free(*name);
	free(names);
}

static int no_config(const char *word, struct error *err)
{
	char directory[PATH_MAX], hint[64];
	struct error why = {""};
	char **names = installed_configs(directory, &why);

	if (!names)
		return error_set(err, ENOENT, "there is no file '%.80s', and %.300s", word,
				 why.text);
	error_set(err, ENOENT,
		  "there is no file '%.80s' and no config of that name (thpstorm list configs)%s",
		  word, nearest_hint(word, (const char *const *)names, hint, sizeof(hint)));
	installed_free(names);
	return -ENOENT;
}

int installed_config(const char *word, char *path, struct error *err)
{
	char configs[PATH_MAX];

	if (strchr(word, '/') || (!access(word, F_OK) && !is_directory(word))) {
		if ((size_t)snprintf(path, PATH_MAX, "%s", word) < PATH_MAX)
			return 0;
		return error_set(err, ENAMETOOLONG, "the config file's path is too long");
	}
	for (int bare = 0; bare < 2 && !installed_find("configs", configs, err); bare++) {
		if ((size_t)snprintf(path, PATH_MAX, "%s/%s%s", configs, word, bare ? "" : ENDING) <
			    PATH_MAX &&
		    !access(path, R_OK) && !is_directory(path))
			return 0;
	}
	/* Whoever reads it says what it is. */
	if (is_directory(word) && (size_t)snprintf(path, PATH_MAX, "%s", word) < PATH_MAX)
		return 0;
	return no_config(word, err);
}
