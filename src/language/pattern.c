#include "language/pattern.h"

#include "base/count.h"
#include "base/memory.h"

/* The limits of nested groups, and of characters after repetitions are expanded. */
enum { MAX_GROUPS = 32, MAX_SIZE = 2000 };

/* The size of what has been read so far: of the whole pattern, or of a group. */
struct extent {
    size_t size;
    /* The size of the last character or group, to which a repetition applies. */
    size_t last;
};

struct measure {
    const char *next;
    const char *end;
    /* The first problem other than the size. */
    const char *problem;
    struct extent open[MAX_GROUPS + 1];
    size_t depth;
};

static void add(struct measure *measure, size_t size) {
    measure->open[measure->depth].size += size;
    measure->open[measure->depth].last = size;
}

static void repeat(struct measure *measure, size_t times) {
    struct extent *extent = &measure->open[measure->depth];
    size_t size = extent->last * times + 1;
    extent->size += size - extent->last;
    extent->last = size;
}

/* `{2}`, `{2,}` or `{2,5}`: the larger number, plus one if there is no upper limit. */
static size_t bound(struct measure *measure) {
    size_t numbers[2] = {0, 0};
    size_t index = 0;
    for (; measure->next < measure->end && *measure->next != '}'; measure->next++) {
        char c = *measure->next;
        if (c == ',' && !index)
            index = 1;
        else if (c >= '0' && c <= '9' && numbers[index] <= MAX_SIZE)
            numbers[index] = numbers[index] * 10 + (size_t)(c - '0');
    }
    measure->next += measure->next < measure->end;
    size_t larger = numbers[0] > numbers[1] ? numbers[0] : numbers[1];
    return larger + 1;
}

/* Reports a single backslash; two backslashes denote the character. */
static bool is_lone_backslash(const char *next, const char *end) {
    return *next == '\\' && next + 1 < end && next[1] != '\\';
}

/* `[…]`, in which a leading `]` is an ordinary character, and `[:name:]` and similar are names. */
static void skip_bracket(struct measure *measure) {
    const char *next = measure->next;
    const char *end = measure->end;
    next += next < end && *next == '^';
    next += next < end && *next == ']';
    while (next < end && *next != ']') {
        char kind = next + 1 < end ? next[1] : '\0';
        if (is_lone_backslash(next, end))
            measure->problem = "in brackets a backslash is an ordinary character: remove it (put "
                               "\"]\" first and \"-\" last), or write two for a backslash";
        bool named = *next == '[' && (kind == ':' || kind == '.' || kind == '=');
        next += named || (*next == '\\' && kind == '\\') ? 2 : 1;
        while (named && next + 1 < end && (next[0] != kind || next[1] != ']'))
            next++;
        next += named && next + 1 < end ? 2 : 0;
    }
    measure->next = next < end ? next + 1 : end;
}

static bool open_group(struct measure *measure) {
    if (measure->depth == MAX_GROUPS)
        return false;
    measure->open[++measure->depth] = (struct extent){0, 0};
    return true;
}

static void close_group(struct measure *measure) {
    size_t size = measure->open[measure->depth].size;
    if (measure->depth)
        measure->depth--;
    add(measure, size + 1);
}

static const char *undefined_escape(char c) {
    static const char *const problems[] = {
        ['d'] = "a POSIX extended regular expression has no \\d: write [0-9]",
        ['w'] = "a POSIX extended regular expression has no \\w: write [[:alnum:]_]",
        ['s'] = "a POSIX extended regular expression has no \\s: write [[:space:]]",
        ['D'] = "a POSIX extended regular expression has no \\D: write [^0-9]",
        ['W'] = "a POSIX extended regular expression has no \\W: write [^[:alnum:]_]",
        ['S'] = "a POSIX extended regular expression has no \\S: write [^[:space:]]",
    };
    if (c >= '1' && c <= '9')
        return "a POSIX extended regular expression has no back-references such as \\1";
    if (c > 0 && (size_t)c < COUNT(problems) && problems[(size_t)c])
        return problems[(size_t)c];
    bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '0';
    return letter ? "a POSIX extended regular expression has no \\ before a letter: write the "
                    "character itself, or [[:blank:]] for a tab"
                  : NULL;
}

/* `+?` and similar, which other dialects support. */
static const char *repeated_twice(const struct measure *measure) {
    bool twice = measure->next < measure->end && (*measure->next == '?' || *measure->next == '+');
    return twice ? "a POSIX extended regular expression has no lazy or possessive repetition such "
                   "as +?: remove the second sign"
                 : NULL;
}

/* Reads one character, group or repetition. Returns the problem, or NULL. */
static const char *measure_next(struct measure *measure) {
    switch (*measure->next++) {
    case '\\':
        add(measure, 1);
        return measure->next < measure->end ? undefined_escape(*measure->next++) : NULL;
    case '[':
        skip_bracket(measure);
        add(measure, 1);
        return measure->problem;
    case '(':
        return open_group(measure)
                   ? NULL
                   : "groups are nested too deeply: at most 32 levels are supported";
    case ')':
        if (!measure->depth)
            return "unmatched \")\": write \\) for the character";
        close_group(measure);
        return NULL;
    case '{':
        repeat(measure, bound(measure));
        return repeated_twice(measure);
    case '*':
    case '?':
        repeat(measure, 1);
        return repeated_twice(measure);
    case '+':
        /* A repetition of one or more is compiled twice. */
        repeat(measure, 2);
        return repeated_twice(measure);
    default:
        add(measure, 1);
        return NULL;
    }
}

static const char *problem_of(struct text pattern) {
    if (pattern.size > 2 && pattern.data[0] == '/' && pattern.data[1] == '^' &&
        pattern.data[pattern.size - 1] == '/')
        return "a pattern is written without slashes around it: remove them";
    struct measure measure = {.next = pattern.data, .end = pattern.data + pattern.size};
    while (measure.next < measure.end) {
        const char *problem = measure_next(&measure);
        if (problem)
            return problem;
        if (measure.open[measure.depth].size > MAX_SIZE)
            return "the pattern is too long: at most 2000 characters, with repetitions expanded, "
                   "are supported; use "
                   "maxLength to limit a length";
    }
    return NULL;
}

static void free_pattern(void *expression) {
    regfree(expression);
}

regex_t *pattern_compile(struct arena *arena, struct text pattern, const char **problem) {
    *problem = problem_of(pattern);
    if (*problem)
        return NULL;
    regex_t *expression = arena_allocate(arena, sizeof *expression);
    int error = regcomp(expression, text_c_string(pattern), REG_EXTENDED | REG_NOSUB);
    if (!error) {
        arena_defer(arena, free_pattern, expression);
        return expression;
    }
    if (error == REG_ESPACE)
        memory_exhausted();
    char message[128];
    regerror(error, expression, message, sizeof message);
    *problem = text_format(arena, "not a POSIX extended regular expression: %s", message).data;
    return NULL;
}
