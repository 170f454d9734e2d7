#include "serve/table_test_redact.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/count.h"
#include "http/uri.h"

enum kind {
    KIND_NONE,
    KIND_NAME,
    KIND_EMAIL,
    KIND_PHONE,
    KIND_STREET,
    KIND_PLACE,
    KIND_SECRET,
    KIND_ORIGIN,
    KINDS
};

/* A shorter value is replaced only where the name of its member is one of those below. */
enum { MIN_FOUND_SIZE = 3 };

struct replacement {
    struct text old;
    struct text new;
    struct replacement *next;
};

struct redactor {
    struct arena *arena;
    struct replacement *replacements;
    size_t counts[KINDS];
};

struct redactor *redactor_create(struct arena *arena) {
    struct redactor *redactor = arena_allocate(arena, sizeof *redactor);
    redactor->arena = arena;
    return redactor;
}

/* Names of members. */

/* Letters and digits alone, in lower case: firstName and first_name are one. */
static struct text plain_name(struct arena *arena, struct text name) {
    char *plain = arena_allocate(arena, name.size + 1);
    size_t size = 0;
    for (size_t i = 0; i < name.size; i++)
        if (isalnum((unsigned char)name.data[i]))
            plain[size++] = (char)tolower((unsigned char)name.data[i]);
    return (struct text){plain, size};
}

static bool ends_with(struct text text, const char *end) {
    size_t size = strlen(end);
    return text.size >= size && memcmp(text.data + text.size - size, end, size) == 0;
}

static enum kind kind_of_name(struct arena *arena, struct text name) {
    static const struct {
        const char *name;
        enum kind kind;
    } names[] = {
        {"firstname", KIND_NAME},       {"lastname", KIND_NAME},       {"fullname", KIND_NAME},
        {"company", KIND_NAME},         {"companyname", KIND_NAME},    {"addressname", KIND_NAME},
        {"username", KIND_NAME},        {"taxid", KIND_NAME},          {"phone", KIND_PHONE},
        {"phonenumber", KIND_PHONE},    {"telephone", KIND_PHONE},     {"mobile", KIND_PHONE},
        {"address1", KIND_STREET},      {"address2", KIND_STREET},     {"street", KIND_STREET},
        {"streetname", KIND_STREET},    {"streetnumber", KIND_STREET}, {"apartment", KIND_STREET},
        {"line1", KIND_STREET},         {"line2", KIND_STREET},        {"city", KIND_PLACE},
        {"postalcode", KIND_PLACE},     {"zip", KIND_PLACE},           {"zipcode", KIND_PLACE},
        {"authorization", KIND_SECRET}, {"cookie", KIND_SECRET},
    };
    static const char *const secrets[] = {"secret", "token", "password", "apikey"};
    struct text plain = plain_name(arena, name);
    for (size_t i = 0; i < COUNT(names); i++)
        if (text_is(plain, names[i].name))
            return names[i].kind;
    for (size_t i = 0; i < COUNT(secrets); i++)
        if (ends_with(plain, secrets[i]))
            return KIND_SECRET;
    return KIND_NONE;
}

/* Replacements. */

static const struct replacement *find(const struct redactor *redactor, struct text old) {
    const struct replacement *replacement = redactor->replacements;
    while (replacement && !text_equal(replacement->old, old))
        replacement = replacement->next;
    return replacement;
}

/* The longest first, so that a part of a value does not replace the whole. */
static void insert(struct redactor *redactor, struct text old, struct text new) {
    struct replacement **place = &redactor->replacements;
    while (*place && (*place)->old.size >= old.size)
        place = &(*place)->next;
    struct replacement *added = arena_allocate(redactor->arena, sizeof *added);
    *added = (struct replacement){text_copy(redactor->arena, old), new, *place};
    *place = added;
}

static struct text encoded(struct redactor *redactor, struct text text) {
    struct buffer buffer = {0};
    uri_encode(&buffer, text);
    struct text copy = text_copy(redactor->arena, buffer_text(&buffer));
    buffer_free(&buffer);
    return copy;
}

/* `Person1@…` for an address with upper-case letters: in lower case it is the other one. */
static struct text new_email(struct redactor *redactor, struct text old) {
    struct text lower = text_lower_case(redactor->arena, old);
    const struct replacement *known = find(redactor, lower);
    struct text new = known ? known->new
                            : text_format(redactor->arena, "person%zu@example.com",
                                          ++redactor->counts[KIND_EMAIL]);
    if (!known && !text_equal(lower, old))
        insert(redactor, lower, new);
    if (text_equal(lower, old))
        return new;
    return text_format(redactor->arena, "P%.*s", (int)new.size - 1, new.data + 1);
}

static struct text new_value(struct redactor *redactor, enum kind kind, struct text old) {
    static const char *const formats[KINDS] = {
        [KIND_NAME] = "Name %zu",     [KIND_PHONE] = "+1555010%04zu",
        [KIND_STREET] = "Street %zu", [KIND_PLACE] = "%05zu",
        [KIND_SECRET] = "secret%zu",  [KIND_ORIGIN] = "http://upstream%zu.test"};
    if (kind == KIND_EMAIL)
        return new_email(redactor, old);
    return text_format(redactor->arena, formats[kind], ++redactor->counts[kind]);
}

static void learn(struct redactor *redactor, enum kind kind, struct text old) {
    if (!old.size || find(redactor, old))
        return;
    struct text new = new_value(redactor, kind, old);
    insert(redactor, old, new);
    struct text in_url = encoded(redactor, old);
    if (!text_equal(in_url, old) && !find(redactor, in_url))
        insert(redactor, in_url, encoded(redactor, new));
}

/* E-mail addresses. */

static bool is_of_email(char c) {
    return isalnum((unsigned char)c) || strchr("!#$%&'*+-/=?^_`{|}~.", c);
}

static bool is_of_host(char c) {
    return isalnum((unsigned char)c) || c == '-' || c == '.';
}

/* The address around the `@` at `at`; empty if it is not part of an address. */
static struct text email_at(struct text text, size_t at) {
    size_t begin = at, end = at + 1;
    while (begin && text.data[begin - 1] && is_of_email(text.data[begin - 1]))
        begin--;
    while (end < text.size && is_of_host(text.data[end]))
        end++;
    while (end > at && !isalnum((unsigned char)text.data[end - 1]) && text.data[end - 1] != '@')
        end--;
    struct text host = {text.data + at + 1, end - at - 1};
    if (begin == at || !text_contains(host, text_of(".")))
        return (struct text){"", 0};
    return (struct text){text.data + begin, end - begin};
}

static void learn_emails(struct redactor *redactor, struct text text) {
    for (size_t i = 0; i < text.size; i++)
        if (text.data[i] == '@')
            learn(redactor, KIND_EMAIL, email_at(text, i));
}

/* Learning. */

static void learn_member(struct redactor *redactor, struct text name, struct value value) {
    enum kind kind = kind_of_name(redactor->arena, name);
    if (kind != KIND_NONE && value.type == VALUE_STRING &&
        !text_contains(value_text(value), text_of("@")))
        learn(redactor, kind, value_text(value));
    redactor_learn(redactor, value);
}

void redactor_learn(struct redactor *redactor, struct value value) {
    if (value.type == VALUE_STRING)
        learn_emails(redactor, value_text(value));
    for (uint32_t i = 0; value.type == VALUE_ARRAY && i < value.size; i++)
        redactor_learn(redactor, value_item(redactor->arena, value, i));
    if (value.type != VALUE_OBJECT)
        return;
    const struct member *members = value_members(redactor->arena, value);
    for (uint32_t i = 0; i < value.size; i++)
        learn_member(redactor, members[i].name, members[i].value);
}

void redactor_learn_named(struct redactor *redactor, struct text name, struct text value) {
    enum kind kind = kind_of_name(redactor->arena, name);
    /* `key` in the name of a member may be anything; in that of a variable it is a secret. */
    if (kind == KIND_NONE && ends_with(plain_name(redactor->arena, name), "key"))
        kind = KIND_SECRET;
    struct text rest = value;
    struct text scheme = text_cut(&rest, ' ');
    bool credentials = text_equal_ignoring_case(scheme, text_of("bearer")) ||
                       text_equal_ignoring_case(scheme, text_of("basic"));
    if (kind != KIND_NONE)
        learn(redactor, kind, credentials && rest.size ? text_trim(rest) : value);
    learn_emails(redactor, value);
}

void redactor_learn_origin(struct redactor *redactor, struct text url) {
    const char *host = url.size ? memmem(url.data, url.size, "://", 3) : NULL;
    if (!host)
        return;
    const char *begin = host + 3;
    const char *slash = memchr(begin, '/', url.size - (size_t)(begin - url.data));
    learn(redactor, KIND_ORIGIN,
          (struct text){url.data, slash ? (size_t)(slash - url.data) : url.size});
}

/* Replacing. */

static bool is_word(struct text text, size_t begin, size_t size) {
    bool before = begin && isalnum((unsigned char)text.data[begin - 1]);
    bool after = begin + size < text.size && isalnum((unsigned char)text.data[begin + size]);
    return !before && !after;
}

static const struct replacement *replacement_at(const struct redactor *redactor, struct text text,
                                                size_t begin) {
    struct text rest = {text.data + begin, text.size - begin};
    const struct replacement *replacement = redactor->replacements;
    for (; replacement; replacement = replacement->next)
        if (replacement->old.size >= MIN_FOUND_SIZE && text_starts_with(rest, replacement->old) &&
            is_word(text, begin, replacement->old.size))
            return replacement;
    return NULL;
}

struct text redactor_text(struct redactor *redactor, struct text text) {
    struct buffer buffer = {0};
    for (size_t i = 0; i < text.size;) {
        const struct replacement *replacement = replacement_at(redactor, text, i);
        if (replacement)
            buffer_append_text(&buffer, replacement->new);
        else
            buffer_append_byte(&buffer, text.data[i]);
        i += replacement ? replacement->old.size : 1;
    }
    struct text copy = text_copy(redactor->arena, buffer_text(&buffer));
    buffer_free(&buffer);
    return copy;
}

static struct value member_value(struct redactor *redactor, struct member member) {
    const struct replacement *known = NULL;
    if (member.value.type == VALUE_STRING &&
        kind_of_name(redactor->arena, member.name) != KIND_NONE)
        known = find(redactor, value_text(member.value));
    return known ? value_string(known->new) : redactor_value(redactor, member.value);
}

struct value redactor_value(struct redactor *redactor, struct value value) {
    struct arena *arena = redactor->arena;
    if (value.type == VALUE_STRING)
        return value_string(redactor_text(redactor, value_text(value)));
    if (value.type == VALUE_ARRAY) {
        struct value *items = arena_allocate_array(arena, value.size, sizeof *items);
        for (uint32_t i = 0; i < value.size; i++)
            items[i] = redactor_value(redactor, value_item(arena, value, i));
        return value_array(items, value.size);
    }
    if (value.type != VALUE_OBJECT)
        return value;
    const struct member *members = value_members(arena, value);
    struct member *copies = arena_allocate_array(arena, value.size, sizeof *copies);
    for (uint32_t i = 0; i < value.size; i++)
        copies[i] = (struct member){members[i].name, member_value(redactor, members[i])};
    return value_object(copies, value.size);
}
