#include "http/fcgi_reader.h"

#include <errno.h>
#include <fastcgi.h>
#include <fcgios.h>
#include <poll.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/clock.h"
#include "base/memory.h"

enum {
    BLOCK_SIZE = 16 * 1024,
    /* All variables together; web servers take a few dozen KiB of headers at most. */
    MAX_VARIABLES = 256 * 1024,
    KEPT_SIZE = 64 * 1024,
    /* How long a web server may go on sending what nobody reads, after its answer. */
    LINGER_MS = 2000
};

struct intake {
    int connection;
    /* Of the request at hand, or the last one: whether the web server keeps the connection. */
    bool kept;
    enum { NO_REQUEST, IN_VARIABLES, IN_BODY, WHOLE, CUT_SHORT } state;
    unsigned id;
    /* First the request's records, then, from `next` on, what has not been looked at yet. */
    struct buffer bytes;
    size_t taken;
    size_t next;
    struct buffer variables;
    size_t body_size;
    /* What libfcgi reads. */
    int copy;
};

struct record {
    unsigned type;
    unsigned id;
    struct text content;
    /* With header and padding. */
    size_t size;
};

struct intake *intake_create(void) {
    int copy = memfd_create("request", MFD_CLOEXEC);
    if (copy < 0)
        return NULL;
    struct intake *intake = memory_allocate(sizeof *intake);
    intake->connection = -1;
    intake->copy = copy;
    return intake;
}

void intake_destroy(struct intake *intake) {
    if (!intake)
        return;
    if (intake->connection >= 0)
        close(intake->connection);
    close(intake->copy);
    buffer_free(&intake->bytes);
    buffer_free(&intake->variables);
    free(intake);
}

int intake_connection(const struct intake *intake) {
    return intake->connection;
}

int intake_request(const struct intake *intake) {
    return intake->copy;
}

void intake_rest(struct intake *intake) {
    intake->taken = 0;
    intake->next = 0;
    buffer_free(&intake->bytes);
    buffer_free(&intake->variables);
    /* A file that is not emptied is harmless: its next content takes the place of this one. */
    int ignored = ftruncate(intake->copy, 0);
    (void)ignored;
}

/* The connection. */

int intake_accept(struct intake *intake, int listening) {
    errno = 0;
    intake->connection = OS_Accept(listening, 1, getenv("FCGI_WEB_SERVER_ADDRS"));
    intake->kept = false;
    if (intake->connection < 0)
        return errno ? errno : EAGAIN;
    /* A web server that does not take its answer keeps no worker for ever either. */
    struct timeval patience = {.tv_sec = INTAKE_PATIENCE_S};
    setsockopt(intake->connection, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    return 0;
}

void intake_forget(struct intake *intake) {
    intake->connection = -1;
}

static enum intake_result close_connection(struct intake *intake) {
    close(intake->connection);
    intake->connection = -1;
    return INTAKE_CLOSED;
}

static enum intake_result fail(struct intake *intake) {
    int error = errno;
    close_connection(intake);
    errno = error;
    return INTAKE_FAILED;
}

/* Waits for something to read; false if there was nothing until the deadline. */
static bool wait_until(int connection, int64_t deadline) {
    struct pollfd wanted = {.fd = connection, .events = POLLIN};
    int count;
    do {
        int64_t left = deadline - clock_now_ms();
        if (left <= 0)
            return false;
        count = poll(&wanted, 1, (int)left);
    } while (count < 0 && errno == EINTR);
    return count > 0;
}

/* What comes until the deadline, into `block`; 0 or less if nothing comes any more. */
static ssize_t receive(int connection, char *block, size_t size, int64_t deadline) {
    ssize_t count;
    do {
        if (clock_now_ms() >= deadline)
            return 0;
        count = recv(connection, block, size, MSG_DONTWAIT);
        if (count < 0 && errno == EAGAIN && !wait_until(connection, deadline))
            return 0;
    } while (count < 0 && (errno == EAGAIN || errno == EINTR));
    return count;
}

/*
 * To close a socket that has something unread in it resets the connection, and the answer is lost
 * on its way. So the rest of the body is taken off first.
 */
static void linger(const struct intake *intake) {
    int64_t deadline = clock_now_ms() + LINGER_MS;
    char block[BLOCK_SIZE];
    if (shutdown(intake->connection, SHUT_WR) == 0)
        while (receive(intake->connection, block, sizeof block, deadline) > 0)
            ;
}

/* One that has said more than the request must not be believed to have begun the next one. */
static bool is_in_step(const struct intake *intake) {
    return intake->state == WHOLE && intake->next == intake->bytes.size;
}

void intake_finish(struct intake *intake) {
    bool in_step = is_in_step(intake);
    if (intake->kept && in_step)
        return;
    if (!in_step)
        linger(intake);
    close_connection(intake);
}

/* Answers of the protocol's own (FastCGI 1.0, 4 and 5.5). */

/* A connection whose other end takes no answers is given up rather than waited for. */
static bool send_record(const struct intake *intake, unsigned type, unsigned id,
                        const void *content, size_t size) {
    unsigned char record[FCGI_HEADER_LEN + 128] = {FCGI_VERSION_1,
                                                   (unsigned char)type,
                                                   (unsigned char)(id >> 8),
                                                   (unsigned char)id,
                                                   0,
                                                   (unsigned char)size,
                                                   0,
                                                   0};
    memcpy(record + FCGI_HEADER_LEN, content, size);
    size += FCGI_HEADER_LEN;
    return send(intake->connection, record, size, MSG_DONTWAIT | MSG_NOSIGNAL) == (ssize_t)size;
}

static bool send_end(const struct intake *intake, unsigned id, unsigned char protocol_status) {
    const FCGI_EndRequestBody body = {.protocolStatus = protocol_status};
    return send_record(intake, FCGI_END_REQUEST, id, &body, sizeof body);
}

/* The next length of a name or a value (3.4). */
static bool take_length(struct text *bytes, size_t *length) {
    const unsigned char *data = (const unsigned char *)bytes->data;
    size_t size = bytes->size && data[0] >> 7 ? 4 : 1;
    if (bytes->size < size)
        return false;
    *length = size == 1 ? data[0]
                        : (size_t)(data[0] & 0x7f) << 24 | (size_t)data[1] << 16 |
                              (size_t)data[2] << 8 | data[3];
    *bytes = (struct text){bytes->data + size, bytes->size - size};
    return true;
}

static struct text take_bytes(struct text *bytes, size_t size) {
    struct text taken = {bytes->data, size};
    *bytes = (struct text){bytes->data + size, bytes->size - size};
    return taken;
}

static bool take_pair(struct text *bytes, struct text *name, struct text *value) {
    size_t name_size;
    size_t value_size;
    if (!take_length(bytes, &name_size) || !take_length(bytes, &value_size) ||
        name_size > bytes->size || value_size > bytes->size - name_size)
        return false;
    *name = take_bytes(bytes, name_size);
    *value = take_bytes(bytes, value_size);
    return true;
}

/* One request at a time, on one connection; each value is told once, however often it is asked. */
static bool send_values(const struct intake *intake, struct text asked) {
    static const struct {
        const char *name;
        char value;
    } known[] = {{FCGI_MAX_CONNS, '1'}, {FCGI_MAX_REQS, '1'}, {FCGI_MPXS_CONNS, '0'}};
    enum { KNOWN = sizeof known / sizeof known[0] };
    bool wanted[KNOWN] = {false};
    while (asked.size) {
        struct text name;
        struct text value;
        if (!take_pair(&asked, &name, &value))
            return false;
        for (size_t i = 0; i < KNOWN; i++)
            wanted[i] = wanted[i] || text_is(name, known[i].name);
    }
    struct buffer result = {0};
    for (size_t i = 0; i < KNOWN; i++)
        if (wanted[i])
            buffer_append_format(&result, "%c%c%s%c", (int)strlen(known[i].name), 1, known[i].name,
                                 known[i].value);
    bool sent = send_record(intake, FCGI_GET_VALUES_RESULT, FCGI_NULL_REQUEST_ID,
                            result.data ? result.data : "", result.size);
    buffer_free(&result);
    return sent;
}

static bool answer_management(const struct intake *intake, const struct record *record) {
    if (record->type == FCGI_GET_VALUES)
        return send_values(intake, record->content);
    const FCGI_UnknownTypeBody body = {.type = (unsigned char)record->type};
    return send_record(intake, FCGI_UNKNOWN_TYPE, FCGI_NULL_REQUEST_ID, &body, sizeof body);
}

/* The records of a request. */

static void begin_request(struct intake *intake) {
    intake->state = NO_REQUEST;
    intake->taken = 0;
    intake->body_size = 0;
    buffer_reset(&intake->variables, KEPT_SIZE);
}

static void append_record(struct intake *intake, unsigned type, struct text content) {
    unsigned char *at = (unsigned char *)intake->bytes.data + intake->taken;
    /* The content first: it may stand where the header is to be, never before it. */
    memmove(at + FCGI_HEADER_LEN, content.data, content.size);
    const unsigned char header[FCGI_HEADER_LEN] = {FCGI_VERSION_1,
                                                   (unsigned char)type,
                                                   (unsigned char)(intake->id >> 8),
                                                   (unsigned char)intake->id,
                                                   (unsigned char)(content.size >> 8),
                                                   (unsigned char)content.size};
    memcpy(at, header, sizeof header);
    intake->taken += sizeof header + content.size;
}

static bool take_begin(struct intake *intake, const struct record *record) {
    const unsigned char *body = (const unsigned char *)record->content.data;
    if (record->content.size != sizeof(FCGI_BeginRequestBody))
        return false;
    if (intake->state != NO_REQUEST)
        return record->id != intake->id && send_end(intake, record->id, FCGI_CANT_MPX_CONN);
    intake->kept = body[2] & FCGI_KEEP_CONN;
    if (body[0] != 0 || body[1] != FCGI_RESPONDER)
        return send_end(intake, record->id, FCGI_UNKNOWN_ROLE) && intake->kept;
    intake->id = record->id;
    intake->state = IN_VARIABLES;
    const char clean[sizeof(FCGI_BeginRequestBody)] = {0, FCGI_RESPONDER, FCGI_KEEP_CONN};
    append_record(intake, record->type, (struct text){clean, sizeof clean});
    return true;
}

/* Names and values end where their lengths say, and hold no byte that would end them earlier. */
static bool variables_are_sound(struct text bytes) {
    struct text name;
    struct text value;
    while (bytes.size)
        if (!take_pair(&bytes, &name, &value) || memchr(name.data, '\0', name.size) ||
            memchr(value.data, '\0', value.size))
            return false;
    return true;
}

static bool take_variables(struct intake *intake, const struct record *record) {
    if (intake->state != IN_VARIABLES ||
        record->content.size > MAX_VARIABLES - intake->variables.size)
        return false;
    buffer_append_text(&intake->variables, record->content);
    append_record(intake, record->type, record->content);
    if (record->content.size)
        return true;
    intake->state = IN_BODY;
    return variables_are_sound(buffer_text(&intake->variables));
}

static bool take_body(struct intake *intake, const struct record *record, size_t max_body) {
    if (intake->state != IN_BODY)
        return false;
    append_record(intake, record->type, record->content);
    intake->body_size += record->content.size;
    if (!record->content.size)
        intake->state = WHOLE;
    else if (intake->body_size > max_body)
        intake->state = CUT_SHORT;
    return true;
}

static bool take_back(struct intake *intake) {
    bool sent = send_end(intake, intake->id, FCGI_REQUEST_COMPLETE);
    begin_request(intake);
    return sent && intake->kept;
}

/* False if the connection cannot be trusted any further. */
static bool take_record(struct intake *intake, const struct record *record, size_t max_body) {
    if (record->id == FCGI_NULL_REQUEST_ID)
        return answer_management(intake, record);
    if (record->type == FCGI_BEGIN_REQUEST)
        return take_begin(intake, record);
    /* Of a request that was never taken up, or is over. */
    if (intake->state == NO_REQUEST || record->id != intake->id)
        return true;
    switch (record->type) {
    case FCGI_PARAMS:
        return take_variables(intake, record);
    case FCGI_STDIN:
        return take_body(intake, record, max_body);
    case FCGI_ABORT_REQUEST:
        return take_back(intake);
    default:
        return false;
    }
}

/* The next record, if it is there as a whole. */
static bool next_record(const struct intake *intake, struct record *record) {
    size_t rest = intake->bytes.size - intake->next;
    if (rest < FCGI_HEADER_LEN)
        return false;
    const unsigned char *header = (const unsigned char *)intake->bytes.data + intake->next;
    size_t content = (size_t)header[4] << 8 | header[5];
    *record = (struct record){
        .type = header[1],
        .id = (unsigned)header[2] << 8 | header[3],
        .content = {(const char *)header + FCGI_HEADER_LEN, content},
        .size = FCGI_HEADER_LEN + content + header[6],
    };
    return record->size <= rest;
}

/* Another version may have another layout, so this is looked at before the rest has come. */
static bool version_is_known(const struct intake *intake) {
    return intake->next == intake->bytes.size ||
           (unsigned char)intake->bytes.data[intake->next] == FCGI_VERSION_1;
}

static bool take_records(struct intake *intake, size_t max_body) {
    struct record record;
    bool good = version_is_known(intake);
    while (good && intake->state != WHOLE && intake->state != CUT_SHORT &&
           next_record(intake, &record)) {
        intake->next += record.size;
        good = take_record(intake, &record, max_body) && version_is_known(intake);
    }
    return good;
}

/* What was dropped leaves no hole behind, so that the buffer is as large as the request. */
static void close_gap(struct intake *intake) {
    struct buffer *bytes = &intake->bytes;
    size_t rest = bytes->size - intake->next;
    if (intake->next == intake->taken)
        return;
    memmove(bytes->data + intake->taken, bytes->data + intake->next, rest);
    intake->next = intake->taken;
    bytes->size = intake->next + rest;
}

static bool write_copy(const struct intake *intake) {
    const char *data = intake->bytes.data;
    size_t size = intake->taken;
    off_t at = 0;
    while (size) {
        ssize_t written = pwrite(intake->copy, data + at, size, at);
        if (written <= 0)
            return false;
        at += written;
        size -= (size_t)written;
    }
    return lseek(intake->copy, 0, SEEK_SET) == 0;
}

static bool copy_request(struct intake *intake) {
    if (intake->state == CUT_SHORT) {
        /* The body's end. What has not been looked at may be overwritten: nobody will. */
        buffer_append(&intake->bytes, (char[FCGI_HEADER_LEN]){0}, FCGI_HEADER_LEN);
        append_record(intake, FCGI_STDIN, (struct text){"", 0});
    }
    return write_copy(intake);
}

enum intake_result intake_read(struct intake *intake, size_t max_body) {
    int64_t deadline = clock_now_ms() + INTAKE_PATIENCE_S * INT64_C(1000);
    char block[BLOCK_SIZE];
    /* Memory that a large request took is not kept, here and in the file. */
    if (intake->taken > KEPT_SIZE && ftruncate(intake->copy, 0))
        return fail(intake);
    begin_request(intake);
    buffer_reset(&intake->bytes, KEPT_SIZE);
    intake->next = 0;
    for (;;) {
        ssize_t count = receive(intake->connection, block, sizeof block, deadline);
        if (count <= 0)
            return close_connection(intake);
        close_gap(intake);
        buffer_append(&intake->bytes, block, (size_t)count);
        if (!take_records(intake, max_body))
            return close_connection(intake);
        if (intake->state == WHOLE || intake->state == CUT_SHORT)
            return copy_request(intake) ? INTAKE_REQUEST : fail(intake);
        if (intake->state == NO_REQUEST && intake->kept && intake->next == intake->bytes.size)
            return INTAKE_NOTHING;
    }
}
