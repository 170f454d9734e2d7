/* The files of a route table: the one that is loaded, and those that it extends. */
#ifndef O2S_TABLE_TABLE_FILES_H
#define O2S_TABLE_TABLE_FILES_H

#include "base/hash.h"
#include "language/yaml_tree.h"
#include "table/table.h"

/* The most tables that extend one another, the first and the last included. */
enum { TABLE_MAX_FILES = 8 };

/* Zero-initialise it, and set what is public. */
struct table_files {
    /* Where the nodes of the trees live, and what a table goes on using without them. */
    struct arena *nodes;
    struct arena *texts;
    struct diagnostics *diagnostics;
    struct file_observer observer;

    /* Of the content of all files. */
    struct hash version;

    /* Private: device and inode of the files that are being read. */
    struct file_identity {
        uint64_t device;
        uint64_t inode;
    } open[TABLE_MAX_FILES];
    size_t open_count;
};

/*
 * The tree of the table in `source`, the content of the file called `name`, merged with the tables
 * that it extends. All errors are added to the diagnostics; NULL if there is no tree because of
 * them.
 */
struct yaml_node *table_files_read(struct table_files *files, const char *name, struct text source);

#endif
