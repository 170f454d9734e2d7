#include "serve/table_test_environment.h"

#include <stdlib.h>
#include <unistd.h>

#include "language/environment.h"

/* The loader reads the environment of the process: while it does, that is the file's. */
struct table *test_load_table(const char *path, char **environment) {
    char **kept = environ;
    if (environment)
        environ = environment;
    struct table *table = table_load_file(path, stderr);
    environ = kept;
    return table;
}

bool test_variables_are_good(const char *file, const struct table *table) {
    const struct variable_problem *problem = table_variable_problems(table);
    for (; problem; problem = problem->next) {
        const char *text = variable_problem_text(table->arena, problem).data;
        if (file)
            fprintf(stderr, "%s: %s: give it a value in `environment`\n", file, text);
        else
            fprintf(stderr, "%s\n", text);
    }
    return !table_variable_problems(table);
}

char **test_environment_of(struct arena *arena, const struct table *table) {
    const struct used_variable *used = table->definitions.used_variables;
    size_t count = 0;
    for (; used; used = used->next)
        count++;
    char **environment = arena_allocate_array(arena, count + 1, sizeof(char *));
    count = 0;
    for (used = table->definitions.used_variables; used; used = used->next) {
        const char *value = getenv(text_c_string(used->name));
        if (value && *value)
            environment[count++] =
                (char *)text_format(arena, "%.*s=%s", TEXT_ARGUMENT(used->name), value).data;
    }
    return environment;
}
