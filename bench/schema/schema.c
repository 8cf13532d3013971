/* SPDX-License-Identifier: GPL-2.0-only */
/* See schema.h. */
#include "schema/schema.h"

#include <errno.h>
#include <string.h>

#include <jansson.h>

#include "contract/record.h"
#include "workers/worker.h"

#define TABLE_KEY    "$table"
#define TABLE_PREFIX TABLE_KEY ":"

static void put_ref(json_t *to, const char *name, const char *ref, const char *what)
{
	json_t *o = json_pack("{s:s}", "$ref", ref);

	if (*what)
		json_object_set_new(o, "description", json_string(what));
	json_object_set_new(to, name, o);
}

static void put_type(json_t *to, const char *name, json_t *type, const char *what)
{
	json_object_set_new(to, name, json_pack("{s:o, s:s}", "type", type, "description", what));
}

static void put_latency(json_t *to)
{
#define X(name, head, one_in) put_ref(to, #name "_ns", "#/$defs/count", "");
	LATENCY_POINTS(X)
#undef X
}

static void put_counts(json_t *to)
{
#define X(name, what) put_ref(to, #name, "#/$defs/count", what);
	WORKER_COUNTS(X)
#undef X
}

static void put_facts(json_t *to)
{
#define PUT_count(key, what)	 put_ref(to, key, "#/$defs/count", what);
#define PUT_real(key, what)	 put_type(to, key, json_pack("[ss]", "number", "null"), what);
#define PUT_flag(key, what)	 put_type(to, key, json_string("boolean"), what);
#define X(type, name, key, what) PUT_##type(key, what)
	RECORD_FACTS(X)
#undef X
#undef PUT_count
#undef PUT_real
#undef PUT_flag
}

static void put_effects(json_t *to)
{
	for (const struct worker_ops *const *ops = worker_registry; *ops; ops++) {
		if ((*ops)->effect)
			json_object_set_new(to, (*ops)->effect->name, json_null());
	}
}

static void put_roles(json_t *to)
{
	for (const struct worker_ops *const *ops = worker_registry; *ops; ops++)
		json_object_set_new(to, worker_role(*ops), json_null());
}

static const struct {
	const char *name;
	void (*put)(json_t *to); /* each row as a property, with its schema */
} tables[] = {
	{"latency", put_latency}, {"counts", put_counts}, {"facts", put_facts},
	{"effects", put_effects}, {"roles", put_roles},
};

/* A new object; NULL: there is no such table. */
static json_t *table(const char *name, struct error *err)
{
	for (size_t i = 0; i < ARRAY_SIZE(tables); i++) {
		if (!strcmp(tables[i].name, name)) {
			json_t *o = json_object();

			tables[i].put(o);
			return o;
		}
	}
	error_set(err, EINVAL, "the template names an unknown table '%s'", name);
	return NULL;
}

static json_t *expand(const json_t *from, struct error *err);

static json_t *expand_object(const json_t *from, struct error *err)
{
	json_t *to = json_object(), *value, *rows;
	const char *key;

	json_object_foreach((json_t *)from, key, value) {
		bool is_table = !strcmp(key, TABLE_KEY) && json_is_string(value);

		rows = is_table ? table(json_string_value(value), err) : expand(value, err);
		if (!rows) {
			json_decref(to);
			return NULL;
		}
		if (is_table)
			json_object_update(to, rows);
		else
			json_object_set(to, key, rows);
		json_decref(rows);
	}
	return to;
}

/* The names of a table's rows, where @value asks for them; else @value itself. */
static int append(json_t *to, const json_t *value, struct error *err)
{
	const char *text = json_string_value(value), *key;
	json_t *rows, *row;

	if (!text || strncmp(text, TABLE_PREFIX, strlen(TABLE_PREFIX))) {
		rows = expand(value, err);
		return rows ? json_array_append_new(to, rows) : -EINVAL;
	}
	rows = table(text + strlen(TABLE_PREFIX), err);
	if (!rows)
		return -EINVAL;
	json_object_foreach(rows, key, row)
		json_array_append_new(to, json_string(key));
	json_decref(rows);
	return 0;
}

static json_t *expand_array(const json_t *from, struct error *err)
{
	json_t *to = json_array(), *value;
	size_t i;

	json_array_foreach(from, i, value) {
		if (append(to, value, err)) {
			json_decref(to);
			return NULL;
		}
	}
	return to;
}

static json_t *expand(const json_t *from, struct error *err)
{
	if (json_is_object(from))
		return expand_object(from, err);
	return json_is_array(from) ? expand_array(from, err) : json_deep_copy(from);
}

int schema_write(FILE *template, FILE *out, struct error *err)
{
	json_error_t where;
	json_t *from = json_loadf(template, JSON_REJECT_DUPLICATES, &where), *schema;
	int ret;

	if (!from)
		return error_set(err, EINVAL, "the template is no JSON: line %d: %s", where.line,
				 where.text);
	schema = expand(from, err);
	json_decref(from);
	if (!schema)
		return -EINVAL;
	ret = json_dumpf(schema, out, JSON_INDENT(2)) || fputc('\n', out) == EOF ? -EIO : 0;
	json_decref(schema);
	return ret ? error_set(err, EIO, "the schema can't be written") : 0;
}
