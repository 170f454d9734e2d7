/*
 * An HTTP server in an upstream's place, in threads of the test's process. It answers by rules, and
 * records what it was sent.
 */
#ifndef O2S_UPSTREAM_STANDIN_H
#define O2S_UPSTREAM_STANDIN_H

#include <stddef.h>

#include "base/arena.h"
#include "base/text.h"

struct standin;

enum standin_action {
    /* Sends the answer. */
    STANDIN_ANSWER,
    /* Reads the request and closes the connection without an answer. */
    STANDIN_CLOSE,
    /* Keeps the connection open and sends nothing. */
    STANDIN_SILENCE,
};

struct standin_rule {
    /* Method and target, such as "GET /a?b=c". With `*` at the end: all that begin like that. */
    const char *request;
    enum standin_action action;
    /* 0: 200 */
    int status;
    /* Lines with "\r\n" behind each; NULL: none. The content type and length are always sent. */
    const char *headers;
    /* NULL: "{}" */
    const char *body;
    /* All bytes of the answer, after which the connection is closed; NULL: as above. */
    const char *raw;
    /* How often the rule is used before the next ones are looked at; 0: any number of times. */
    size_t times;
    /* The answer is held back until as many requests wait for one of this rule; 0: it is not. */
    size_t together;
    long delay_ms;
    /* Closes the connection behind the answer without having said so. */
    bool closes;
    /* Sent behind the answer, apart from it; NULL: nothing. */
    const char *extra;
};

/*
 * Starts on a free port of 127.0.0.1; the test fails if it cannot. `rules` end with one without
 * `request`, and the first that fits is used; what none fits is answered 404. They are copied, but
 * not their strings.
 */
struct standin *standin_start(const struct standin_rule *rules);

/* The same for an address such as "127.0.0.2"; `port` 0: a free one. NULL if it is taken. */
struct standin *standin_start_at(const char *address, unsigned port,
                                 const struct standin_rule *rules);

/* Closes all connections and frees it. NULL is allowed. */
void standin_stop(struct standin *standin);

unsigned standin_port(const struct standin *standin);

/* As "http://127.0.0.1:1234"; lives as long as the stand-in. */
const char *standin_origin(const struct standin *standin);

/* Replaces the rules; what was recorded is kept. */
void standin_set_rules(struct standin *standin, const struct standin_rule *rules);

/* Forgets what was recorded. */
void standin_forget(struct standin *standin);

/* How many connections and requests there were. */
size_t standin_connections(struct standin *standin);
size_t standin_requests(struct standin *standin);

/*
 * Waits until `count` requests since the last standin_forget() have been dealt with: the answer,
 * and what is behind it, has been sent, and the connection closed if it is to be.
 */
void standin_await(struct standin *standin, size_t count);

/* The request recorded as number `index`, from 0; all of its bytes, in `arena`. */
struct text standin_request(struct standin *standin, struct arena *arena, size_t index);

/* Its first line without the version: "GET /a?b=c"; "" if there is none. */
struct text standin_target(struct standin *standin, struct arena *arena, size_t index);

/* The value of one of its headers, by the name in lower case; "" if there is none. */
struct text standin_header(struct standin *standin, struct arena *arena, size_t index,
                           const char *name);

struct text standin_body(struct standin *standin, struct arena *arena, size_t index);

#endif
