#include "language/slug.h"

#include <stdlib.h>

#include "language/slug_data.h"

struct mark {
    uint32_t character : 24;
    uint32_t rank : 8;
};

struct output {
    char *data;
    size_t size;
    /* A space was read since the last byte was written. */
    bool gap;
};

struct slug {
    struct output output;
    /* The last character that is not a mark; 0 at the start. */
    uint32_t base;
    /*
     * The marks that follow it, in the order of the string, and the set of their ranks. There is
     * room for `max_marks` from the first one on.
     */
    struct arena *arena;
    struct mark *marks;
    size_t max_marks;
    size_t mark_count;
    uint32_t ranks;
};

static int compare_replacement(const void *key, const void *row) {
    uint32_t character = *(const uint32_t *)key;
    uint32_t other = ((const struct slug_replacement *)row)->character;
    return (character > other) - (character < other);
}

static const char *replacement_of(uint32_t character) {
    const struct slug_replacement *row =
        bsearch(&character, slug_replacements, slug_replacements_count, sizeof slug_replacements[0],
                compare_replacement);
    return row ? row->text : "";
}

static int compare_range(const void *key, const void *row) {
    uint32_t character = *(const uint32_t *)key;
    const struct slug_mark_range *range = row;
    return (character > range->last) - (character < range->first);
}

/* The rank of a mark; 0 for a character that is not a mark. */
static uint32_t rank_of(uint32_t character) {
    const struct slug_mark_range *range =
        bsearch(&character, slug_mark_ranges, slug_mark_ranges_count, sizeof slug_mark_ranges[0],
                compare_range);
    return range ? range->rank : 0;
}

static int compare_composite(const void *key, const void *row) {
    uint32_t character = *(const uint32_t *)key;
    uint32_t other = slug_compositions[*(const uint16_t *)row].composite;
    return (character > other) - (character < other);
}

static const struct slug_composition *decomposition_of(uint32_t character) {
    const uint16_t *index = bsearch(&character, slug_by_composite, slug_by_composite_count,
                                    sizeof slug_by_composite[0], compare_composite);
    return index ? &slug_compositions[*index] : NULL;
}

struct pair {
    uint32_t first;
    uint32_t mark;
};

static int compare_pair(const void *key, const void *row) {
    const struct pair *pair = key;
    const struct slug_composition *composition = row;
    if (pair->first != composition->first)
        return pair->first > composition->first ? 1 : -1;
    return (pair->mark > composition->mark) - (pair->mark < composition->mark);
}

/* The composition of `first` and `mark`; 0 if no composition exists. */
static uint32_t composite_of(uint32_t first, uint32_t mark) {
    const struct pair pair = {first, mark};
    const struct slug_composition *composition =
        bsearch(&pair, slug_compositions, slug_compositions_count, sizeof slug_compositions[0],
                compare_pair);
    return composition ? composition->composite : 0;
}

static inline void write_byte(struct output *output, char byte) {
    if (byte == ' ') {
        output->gap = true;
        return;
    }
    if (output->gap && output->size)
        output->data[output->size++] = '-';
    output->gap = false;
    output->data[output->size++] = byte;
}

static void write_character(struct slug *slug, uint32_t character) {
    bool upper = character >= 'A' && character <= 'Z';
    if (upper || (character >= 'a' && character <= 'z') || (character >= '0' && character <= '9')) {
        write_byte(&slug->output, (char)(upper ? character - 'A' + 'a' : character));
        return;
    }
    /* NUL, which is also what precedes the first base, is dropped. */
    if (!character)
        return;
    for (const char *byte = replacement_of(character); *byte; byte++)
        write_byte(&slug->output, *byte);
}

/*
 * Composes the base with the marks of one rank. Composed marks are cleared; the first one that
 * cannot be composed blocks the others of its rank.
 */
static void compose_rank(struct slug *slug, uint32_t rank) {
    for (size_t i = 0; i < slug->mark_count; i++) {
        struct mark *mark = &slug->marks[i];
        if (mark->rank != rank)
            continue;
        uint32_t composite = composite_of(slug->base, mark->character);
        if (!composite)
            return;
        slug->base = composite;
        mark->character = 0;
    }
}

static void write_rank(struct slug *slug, uint32_t rank) {
    for (size_t i = 0; i < slug->mark_count; i++)
        if (slug->marks[i].rank == rank)
            write_character(slug, slug->marks[i].character);
}

/*
 * Writes the base and its marks, composed. The canonical order is by rank, and within a rank the
 * order of the string; one pass for each rank keeps the time linear in the number of marks.
 */
static void finish_base(struct slug *slug) {
    if (!slug->ranks) {
        if (slug->base)
            write_character(slug, slug->base);
        return;
    }
    for (uint32_t rank = 1; rank <= slug_rank_count; rank++)
        if (slug->ranks >> rank & 1)
            compose_rank(slug, rank);
    write_character(slug, slug->base);
    for (uint32_t rank = 1; rank <= slug_rank_count; rank++)
        if (slug->ranks >> rank & 1)
            write_rank(slug, rank);
    slug->mark_count = 0;
    slug->ranks = 0;
}

/*
 * Recursive, at most three levels deep, because a composed character can consist of composed ones.
 */
static void read_character(struct slug *slug, uint32_t character) {
    const struct slug_composition *parts = character < 0x80 ? NULL : decomposition_of(character);
    if (parts) {
        read_character(slug, parts->first);
        if (parts->mark)
            read_character(slug, parts->mark);
        return;
    }
    uint32_t rank = character < 0x80 ? 0 : rank_of(character);
    if (!rank) {
        finish_base(slug);
        slug->base = character;
    } else if (rank != SLUG_IGNORED) {
        if (!slug->marks)
            slug->marks = arena_allocate_unset(slug->arena, slug->max_marks, sizeof *slug->marks);
        slug->marks[slug->mark_count++] =
            (struct mark){.character = character & 0xFFFFFF, .rank = rank & 0xFF};
        slug->ranks |= UINT32_C(1) << rank;
    }
}

/* What becomes of the ASCII characters that most names consist of; 0: look at the tables. */
static inline char common_byte(char c) {
    char lower = text_lower_letter(c);
    if ((lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9'))
        return lower;
    return c == '-' || c == ' ' ? ' ' : '\0';
}

/* Writes those at the start that no mark follows: an ASCII character does, or nothing. */
static void write_common(struct slug *slug, struct text *rest) {
    const char *next = rest->data, *end = rest->data + rest->size;
    char byte;
    finish_base(slug);
    slug->base = 0;
    /* A copy, which stays in registers. */
    struct output output = slug->output;
    while (next < end && (next + 1 == end || (unsigned char)next[1] < 0x80) &&
           (byte = common_byte(*next)) != '\0') {
        write_byte(&output, byte);
        next++;
    }
    slug->output = output;
    *rest = (struct text){next, (size_t)(end - next)};
}

struct text slug_of(struct arena *arena, struct text text) {
    struct slug slug = {
        /* A hyphen replaces at least one byte. */
        .output.data = arena_allocate_unset(arena, text.size + 1, slug_growth),
        .arena = arena,
        /* No character is composed of more marks than it has bytes. */
        .max_marks = text.size + 1,
    };
    while (text.size) {
        if ((unsigned char)text.data[0] < 0x80)
            write_common(&slug, &text);
        if (text.size)
            read_character(&slug, text_cut_character(&text));
    }
    finish_base(&slug);
    slug.output.data[slug.output.size] = '\0';
    return (struct text){slug.output.data, slug.output.size};
}
