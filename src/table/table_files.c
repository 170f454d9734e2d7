#include "table/table_files.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "table/extension.h"

/* A path is relative to the file that it is written in. */
static struct text resolve(struct arena *arena, const char *name, struct text path) {
    const char *slash = strrchr(name, '/');
    if (!slash || path.data[0] == '/')
        return text_copy(arena, path);
    return text_format(arena, "%.*s/%.*s", (int)(slash - name), name, TEXT_ARGUMENT(path));
}

/* Notes the file as one that is being read; false if it is already. */
static bool open_file(struct table_files *files, const struct stat *status) {
    struct file_identity identity = {status->st_dev, status->st_ino};
    for (size_t i = 0; i < files->open_count; i++)
        if (files->open[i].device == identity.device && files->open[i].inode == identity.inode)
            return false;
    files->open[files->open_count++] = identity;
    return true;
}

static struct yaml_node *read_table(struct table_files *files, const char *name, struct text source,
                                    const struct source_file *file);

/* Reads the file `path`; NULL after an error, which is reported at `extends`. */
static struct yaml_node *read_base(struct table_files *files, const struct yaml_node *extends,
                                   const char *path) {
    struct stat status;
    struct buffer content = {0};
    const char *problem = NULL;
    if (files->observer.opens)
        files->observer.opens(files->observer.context, path);
    if (stat(path, &status))
        problem = strerror(errno);
    else if (!S_ISREG(status.st_mode))
        problem = "not a regular file";
    else if (files->open_count == TABLE_MAX_FILES)
        problem = "too many tables extend one another";
    else if (!open_file(files, &status))
        problem = "a table cannot extend itself, also not by way of others";
    else if (!file_read(path, &content))
        problem = strerror(errno);
    struct yaml_node *root = NULL;
    if (problem) {
        diagnostics_add(files->diagnostics, extends->location, "%s: %s", path, problem);
    } else {
        struct source_file *file = arena_allocate(files->texts, sizeof *file);
        *file = (struct source_file){.name = path,
                                     .content = text_copy(files->texts, buffer_text(&content)),
                                     .number = files->open_count};
        root = read_table(files, path, file->content, file);
    }
    buffer_free(&content);
    return root;
}

/* The base of the table, merged with the table; NULL after an error. */
static struct yaml_node *extend(struct table_files *files, const char *name,
                                const struct yaml_node *root, const struct yaml_node *extends) {
    bool is_path = extends->kind == YAML_SCALAR && extends->text.size &&
                   !text_has_control(extends->text, (struct text){"", 0});
    if (!is_path) {
        diagnostics_add(files->diagnostics, extends->location,
                        "extends is the path of another route table");
        return NULL;
    }
    struct text path = resolve(files->texts, name, extends->text);
    struct base_table base = {.name = path.data};
    base.root = read_base(files, extends, base.name);
    if (base.root && base.root->kind != YAML_MAPPING)
        diagnostics_add(files->diagnostics, base.root->location, "a route table is a mapping");
    if (!base.root || base.root->kind != YAML_MAPPING)
        return NULL;
    const struct yaml_merge merge = {files->nodes, files->diagnostics};
    extension_apply(&merge, &base, root);
    return base.root;
}

static struct yaml_node *read_table(struct table_files *files, const char *name, struct text source,
                                    const struct source_file *file) {
    files->version = hash_bytes(source, files->version);
    struct yaml_node *root =
        yaml_parse_file(files->nodes, files->texts, source, file, files->diagnostics);
    const struct yaml_node *extends = yaml_get(root, "extends");
    const struct yaml_node *change = yaml_get(root, "change");
    if (extends)
        return extend(files, name, root, extends);
    if (change)
        diagnostics_add(files->diagnostics, change->location,
                        "there is nothing to change: name the table that this one extends, as "
                        "extends: PATH");
    return root;
}

struct yaml_node *table_files_read(struct table_files *files, const char *name,
                                   struct text source) {
    struct stat status;
    /* What is loaded need not be a file: a test's table, or standard input. */
    if (stat(name, &status) == 0)
        open_file(files, &status);
    else
        files->open_count = 1;
    return read_table(files, name, source, NULL);
}
