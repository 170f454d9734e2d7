/* Which changes of a file, and of the folders and links on the way to it, are noticed. */
#include "support.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "serve/file_watch.h"

static const struct log quiet = {.level = LOG_LEVEL_ERROR, .descriptor = STDERR_FILENO};

/* Each test is in a new folder, its working directory. */
static int enter_folder(void **state) {
    char folder[] = "/tmp/o2s-medusa-watch-XXXXXX";
    if (!mkdtemp(folder) || chdir(folder))
        return -1;
    *state = arena_create();
    return 0;
}

static int leave_folder(void **state) {
    char folder[64], command[128];
    bool known = getcwd(folder, sizeof folder);
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    arena_destroy(*state);
    return known && chdir("/") == 0 && system(command) == 0 ? 0 : -1;
}

static void write_file(const char *path, const char *content) {
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(content, file);
    fclose(file);
}

static void check_changed(const char *what, struct file_watch *watch, bool expected) {
    check_truth(what, expected, file_watch_changed(watch));
    check_truth("and it is said once", false, file_watch_changed(watch));
}

static struct file_watch *watch_of(const char *path) {
    struct file_watch *watch = file_watch_create(path, &quiet);
    assert_non_null(watch);
    check_truth("at first", false, file_watch_changed(watch));
    return watch;
}

static void a_file_is_written_and_replaced(void **state) {
    (void)state;
    write_file("table", "1");
    struct file_watch *watch = watch_of("table");
    write_file("table", "2");
    check_changed("written", watch, true);
    write_file("new", "3");
    check_changed("another file", watch, false);
    assert_int_equal(rename("new", "table"), 0);
    check_changed("replaced by rename", watch, true);
    write_file("table", "4");
    check_changed("written again", watch, true);
    file_watch_destroy(watch);
}

static void a_file_is_deleted_and_created(void **state) {
    (void)state;
    write_file("table", "1");
    struct file_watch *watch = watch_of("table");
    assert_int_equal(unlink("table"), 0);
    check_changed("deleted", watch, false);
    FILE *file = fopen("table", "w");
    assert_non_null(file);
    check_changed("created, still empty", watch, false);
    fputs("2", file);
    fclose(file);
    check_changed("written", watch, true);
    assert_true(unlink("table") == 0);
    write_file("other", "3");
    assert_int_equal(link("other", "table"), 0);
    check_changed("a hard link in its place", watch, true);
    file_watch_destroy(watch);
}

static void its_folder_is_replaced(void **state) {
    (void)state;
    assert_int_equal(mkdir("conf", 0700), 0);
    write_file("conf/table", "1");
    struct file_watch *watch = watch_of("conf/table");
    assert_int_equal(mkdir("next", 0700), 0);
    write_file("next/table", "2");
    check_changed("another folder", watch, false);
    assert_int_equal(rename("conf", "old"), 0);
    check_changed("moved away", watch, false);
    assert_int_equal(rename("next", "conf"), 0);
    check_changed("another one in its place", watch, true);
    write_file("conf/table", "3");
    check_changed("written in the new one", watch, true);
    write_file("old/table", "4");
    check_changed("written in the old one", watch, false);
    assert_true(unlink("conf/table") == 0 && rmdir("conf") == 0);
    check_changed("removed", watch, false);
    assert_int_equal(mkdir("conf", 0700), 0);
    check_changed("made again", watch, false);
    write_file("conf/table", "5");
    check_changed("with a file", watch, true);
    file_watch_destroy(watch);
}

/* Puts `content` into a folder of its own and moves the link to it, as a kubelet does. */
static void publish(struct arena *arena, const char *folder, const char *content) {
    assert_int_equal(mkdir(folder, 0755), 0);
    write_file(text_format(arena, "%s/table", folder).data, content);
    assert_int_equal(symlink(folder, "..data_tmp"), 0);
    assert_int_equal(rename("..data_tmp", "..data"), 0);
}

static void links_are_swapped_as_in_a_config_map(void **state) {
    struct arena *arena = *state;
    publish(arena, "..2026_01", "1");
    assert_int_equal(symlink("..data/table", "table"), 0);
    char folder[64];
    assert_non_null(getcwd(folder, sizeof folder));
    struct text path = text_format(arena, "%s/table", folder);
    struct file_watch *relative = watch_of("table");
    struct file_watch *absolute = watch_of(path.data);
    for (int i = 2; i < 5; i++) {
        publish(arena, text_format(arena, "..2026_%02d", i).data, "another");
        check_changed("published", relative, true);
        check_changed("published", absolute, true);
        struct text old = text_format(arena, "..2026_%02d", i - 1);
        assert_int_equal(unlink(text_format(arena, "%s/table", old.data).data), 0);
        assert_int_equal(rmdir(old.data), 0);
        check_changed("the old folder removed", relative, false);
        check_changed("the old folder removed", absolute, false);
    }
    write_file("..2026_04/table", "written");
    check_changed("written", relative, true);
    check_changed("written", absolute, true);
    file_watch_destroy(relative);
    file_watch_destroy(absolute);
}

static void links_are_followed(void **state) {
    (void)state;
    assert_int_equal(mkdir("a", 0700) + mkdir("b", 0700), 0);
    write_file("a/table", "1");
    write_file("b/table", "2");
    assert_int_equal(symlink("../a", "b/current") + symlink("b/current/../a/table", "table"), 0);
    struct file_watch *watch = watch_of("./table");
    write_file("a/table", "3");
    check_changed("written", watch, true);
    assert_true(unlink("b/current") == 0 && symlink("../b", "b/current") == 0);
    check_changed("the way to it changed", watch, true);
    assert_true(unlink("table") == 0 && symlink("b/table", "table") == 0);
    check_changed("the link to it changed", watch, true);
    write_file("b/table", "4");
    check_changed("written where it leads now", watch, true);
    write_file("a/table", "5");
    check_changed("written where it led", watch, false);
    assert_int_equal(unlink("b/table"), 0);
    FILE *file = fopen("b/table", "w");
    assert_non_null(file);
    check_changed("created, still empty", watch, false);
    fclose(file);
    check_changed("closed", watch, true);
    file_watch_destroy(watch);
}

static void further_files_are_watched_as_long_as_they_are_named(void **state) {
    (void)state;
    assert_int_equal(mkdir("base", 0700), 0);
    write_file("table", "1");
    struct file_watch *watch = watch_of("table");
    file_watch_begin(watch);
    file_watch_add(watch, "base/table");
    file_watch_end(watch);
    write_file("base/table", "1");
    check_changed("a further file is created", watch, true);
    write_file("base/new", "2");
    check_changed("another file in its folder", watch, false);
    assert_int_equal(rename("base/new", "base/table"), 0);
    check_changed("replaced", watch, true);
    write_file("table", "2");
    check_changed("the first file", watch, true);

    file_watch_begin(watch);
    file_watch_add(watch, "base/table");
    file_watch_add(watch, "other");
    file_watch_end(watch);
    write_file("base/table", "3");
    check_changed("named again", watch, true);
    write_file("other", "1");
    check_changed("beside the first", watch, true);

    file_watch_begin(watch);
    file_watch_end(watch);
    write_file("base/table", "4");
    check_changed("named no longer", watch, false);
    write_file("other", "2");
    check_changed("named no longer, in a folder that is watched", watch, false);
    write_file("table", "3");
    check_changed("the first file, which always is", watch, true);
    file_watch_destroy(watch);
}

static void a_link_to_itself_ends(void **state) {
    (void)state;
    assert_int_equal(symlink("table", "table"), 0);
    struct file_watch *watch = watch_of("table");
    assert_int_equal(unlink("table"), 0);
    write_file("table", "1");
    check_changed("a file in its place", watch, true);
    file_watch_destroy(watch);
}

#define TEST_IN_FOLDER(function)                                                                   \
    cmocka_unit_test_setup_teardown(function, enter_folder, leave_folder)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST_IN_FOLDER(a_file_is_written_and_replaced),
        TEST_IN_FOLDER(a_file_is_deleted_and_created),
        TEST_IN_FOLDER(its_folder_is_replaced),
        TEST_IN_FOLDER(links_are_swapped_as_in_a_config_map),
        TEST_IN_FOLDER(links_are_followed),
        TEST_IN_FOLDER(further_files_are_watched_as_long_as_they_are_named),
        TEST_IN_FOLDER(a_link_to_itself_ends),
    };
    return cmocka_run_group_tests_name("file_watch", tests, NULL, NULL);
}
