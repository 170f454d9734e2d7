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

struct fcgi_reader {
    int connection;
    /* Of the request at hand, or the last one: whether the web server keeps the connection. */
    bool kept;
    enum { NO_REQUEST, IN_VARIABLES, IN_BODY, WHOLE, CUT_SHORT } state;
    unsigned id;
    /* First the request's records, then, from `next` on, what has not been looked at yet. */
    struct buffer bytes;
    size_t accepted;
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

struct fcgi_reader *fcgi_reader_create(void) {
    int copy = memfd_create("request", MFD_CLOEXEC);
    if (copy < 0)
        return NULL;
    struct fcgi_reader *reader = memory_allocate(sizeof *reader);
    reader->connection = -1;
    reader->copy = copy;
    return reader;
}

void fcgi_reader_destroy(struct fcgi_reader *reader) {
    if (!reader)
        return;
    if (reader->connection >= 0)
        close(reader->connection);
    close(reader->copy);
    buffer_free(&reader->bytes);
    buffer_free(&reader->variables);
    free(reader);
}

int fcgi_reader_connection(const struct fcgi_reader *reader) {
    return reader->connection;
}

int fcgi_reader_request(const struct fcgi_reader *reader) {
    return reader->copy;
}

void fcgi_reader_trim(struct fcgi_reader *reader) {
    reader->accepted = 0;
    reader->next = 0;
    buffer_free(&reader->bytes);
    buffer_free(&reader->variables);
    /* A file that is not emptied is harmless: its next content takes the place of this one. */
    int ignored = ftruncate(reader->copy, 0);
    (void)ignored;
}

/* The connection. */

int fcgi_reader_accept(struct fcgi_reader *reader, int listening) {
    errno = 0;
    reader->connection = OS_Accept(listening, 1, getenv("FCGI_WEB_SERVER_ADDRS"));
    reader->kept = false;
    if (reader->connection < 0)
        return errno ? errno : EAGAIN;
    /* A web server that does not take its answer keeps no worker for ever either. */
    struct timeval patience = {.tv_sec = FCGI_READER_TIMEOUT_S};
    setsockopt(reader->connection, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    return 0;
}

void fcgi_reader_forget(struct fcgi_reader *reader) {
    reader->connection = -1;
}

static enum fcgi_reader_result close_connection(struct fcgi_reader *reader) {
    close(reader->connection);
    reader->connection = -1;
    return FCGI_READER_CLOSED;
}

static enum fcgi_reader_result fail(struct fcgi_reader *reader) {
    int error = errno;
    close_connection(reader);
    errno = error;
    return FCGI_READER_FAILED;
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
static void linger(const struct fcgi_reader *reader) {
    int64_t deadline = clock_now_ms() + LINGER_MS;
    char block[BLOCK_SIZE];
    if (shutdown(reader->connection, SHUT_WR) == 0)
        while (receive(reader->connection, block, sizeof block, deadline) > 0)
            ;
}

/* One that has said more than the request must not be believed to have begun the next one. */
static bool is_in_step(const struct fcgi_reader *reader) {
    return reader->state == WHOLE && reader->next == reader->bytes.size;
}

void fcgi_reader_finish(struct fcgi_reader *reader) {
    bool in_step = is_in_step(reader);
    if (reader->kept && in_step)
        return;
    if (!in_step)
        linger(reader);
    close_connection(reader);
}

/* Answers of the protocol's own (FastCGI 1.0, 4 and 5.5). */

/* A connection whose other end takes no answers is given up rather than waited for. */
static bool send_record(const struct fcgi_reader *reader, unsigned type, unsigned id,
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
    return send(reader->connection, record, size, MSG_DONTWAIT | MSG_NOSIGNAL) == (ssize_t)size;
}

static bool send_end(const struct fcgi_reader *reader, unsigned id, unsigned char protocol_status) {
    const FCGI_EndRequestBody body = {.protocolStatus = protocol_status};
    return send_record(reader, FCGI_END_REQUEST, id, &body, sizeof body);
}

/* The next length of a name or a value (3.4). */
static bool read_length(struct text *bytes, size_t *length) {
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

static struct text read_bytes(struct text *bytes, size_t size) {
    struct text accepted = {bytes->data, size};
    *bytes = (struct text){bytes->data + size, bytes->size - size};
    return accepted;
}

static bool read_pair(struct text *bytes, struct text *name, struct text *value) {
    size_t name_size;
    size_t value_size;
    if (!read_length(bytes, &name_size) || !read_length(bytes, &value_size) ||
        name_size > bytes->size || value_size > bytes->size - name_size)
        return false;
    *name = read_bytes(bytes, name_size);
    *value = read_bytes(bytes, value_size);
    return true;
}

/* One request at a time, on one connection; each value is told once, however often it is asked. */
static bool send_values(const struct fcgi_reader *reader, struct text asked) {
    static const struct {
        const char *name;
        char value;
    } known[] = {{FCGI_MAX_CONNS, '1'}, {FCGI_MAX_REQS, '1'}, {FCGI_MPXS_CONNS, '0'}};
    enum { KNOWN = sizeof known / sizeof known[0] };
    bool wanted[KNOWN] = {false};
    while (asked.size) {
        struct text name;
        struct text value;
        if (!read_pair(&asked, &name, &value))
            return false;
        for (size_t i = 0; i < KNOWN; i++)
            wanted[i] = wanted[i] || text_is(name, known[i].name);
    }
    struct buffer result = {0};
    for (size_t i = 0; i < KNOWN; i++)
        if (wanted[i])
            buffer_append_format(&result, "%c%c%s%c", (int)strlen(known[i].name), 1, known[i].name,
                                 known[i].value);
    bool sent = send_record(reader, FCGI_GET_VALUES_RESULT, FCGI_NULL_REQUEST_ID,
                            result.data ? result.data : "", result.size);
    buffer_free(&result);
    return sent;
}

static bool answer_management(const struct fcgi_reader *reader, const struct record *record) {
    if (record->type == FCGI_GET_VALUES)
        return send_values(reader, record->content);
    const FCGI_UnknownTypeBody body = {.type = (unsigned char)record->type};
    return send_record(reader, FCGI_UNKNOWN_TYPE, FCGI_NULL_REQUEST_ID, &body, sizeof body);
}

/* The records of a request. */

static void begin_request(struct fcgi_reader *reader) {
    reader->state = NO_REQUEST;
    reader->accepted = 0;
    reader->body_size = 0;
    buffer_reset(&reader->variables, KEPT_SIZE);
}

static void append_record(struct fcgi_reader *reader, unsigned type, struct text content) {
    unsigned char *at = (unsigned char *)reader->bytes.data + reader->accepted;
    /* The content first: it may stand where the header is to be, never before it. */
    memmove(at + FCGI_HEADER_LEN, content.data, content.size);
    const unsigned char header[FCGI_HEADER_LEN] = {FCGI_VERSION_1,
                                                   (unsigned char)type,
                                                   (unsigned char)(reader->id >> 8),
                                                   (unsigned char)reader->id,
                                                   (unsigned char)(content.size >> 8),
                                                   (unsigned char)content.size};
    memcpy(at, header, sizeof header);
    reader->accepted += sizeof header + content.size;
}

static bool handle_begin(struct fcgi_reader *reader, const struct record *record) {
    const unsigned char *body = (const unsigned char *)record->content.data;
    if (record->content.size != sizeof(FCGI_BeginRequestBody))
        return false;
    if (reader->state != NO_REQUEST)
        return record->id != reader->id && send_end(reader, record->id, FCGI_CANT_MPX_CONN);
    reader->kept = body[2] & FCGI_KEEP_CONN;
    if (body[0] != 0 || body[1] != FCGI_RESPONDER)
        return send_end(reader, record->id, FCGI_UNKNOWN_ROLE) && reader->kept;
    reader->id = record->id;
    reader->state = IN_VARIABLES;
    const char clean[sizeof(FCGI_BeginRequestBody)] = {0, FCGI_RESPONDER, FCGI_KEEP_CONN};
    append_record(reader, record->type, (struct text){clean, sizeof clean});
    return true;
}

/* Names and values end where their lengths say, and hold no byte that would end them earlier. */
static bool variables_are_sound(struct text bytes) {
    struct text name;
    struct text value;
    while (bytes.size)
        if (!read_pair(&bytes, &name, &value) || memchr(name.data, '\0', name.size) ||
            memchr(value.data, '\0', value.size))
            return false;
    return true;
}

static bool handle_variables(struct fcgi_reader *reader, const struct record *record) {
    if (reader->state != IN_VARIABLES ||
        record->content.size > MAX_VARIABLES - reader->variables.size)
        return false;
    buffer_append_text(&reader->variables, record->content);
    append_record(reader, record->type, record->content);
    if (record->content.size)
        return true;
    reader->state = IN_BODY;
    return variables_are_sound(buffer_text(&reader->variables));
}

static bool handle_body(struct fcgi_reader *reader, const struct record *record, size_t max_body) {
    if (reader->state != IN_BODY)
        return false;
    append_record(reader, record->type, record->content);
    reader->body_size += record->content.size;
    if (!record->content.size)
        reader->state = WHOLE;
    else if (reader->body_size > max_body)
        reader->state = CUT_SHORT;
    return true;
}

static bool handle_abort(struct fcgi_reader *reader) {
    bool sent = send_end(reader, reader->id, FCGI_REQUEST_COMPLETE);
    begin_request(reader);
    return sent && reader->kept;
}

/* False if the connection cannot be trusted any further. */
static bool handle_record(struct fcgi_reader *reader, const struct record *record,
                          size_t max_body) {
    if (record->id == FCGI_NULL_REQUEST_ID)
        return answer_management(reader, record);
    if (record->type == FCGI_BEGIN_REQUEST)
        return handle_begin(reader, record);
    /* Of a request that was never taken up, or is over. */
    if (reader->state == NO_REQUEST || record->id != reader->id)
        return true;
    switch (record->type) {
    case FCGI_PARAMS:
        return handle_variables(reader, record);
    case FCGI_STDIN:
        return handle_body(reader, record, max_body);
    case FCGI_ABORT_REQUEST:
        return handle_abort(reader);
    default:
        return false;
    }
}

/* The next record, if it is there as a whole. */
static bool next_record(const struct fcgi_reader *reader, struct record *record) {
    size_t rest = reader->bytes.size - reader->next;
    if (rest < FCGI_HEADER_LEN)
        return false;
    const unsigned char *header = (const unsigned char *)reader->bytes.data + reader->next;
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
static bool version_is_known(const struct fcgi_reader *reader) {
    return reader->next == reader->bytes.size ||
           (unsigned char)reader->bytes.data[reader->next] == FCGI_VERSION_1;
}

static bool handle_records(struct fcgi_reader *reader, size_t max_body) {
    struct record record;
    bool good = version_is_known(reader);
    while (good && reader->state != WHOLE && reader->state != CUT_SHORT &&
           next_record(reader, &record)) {
        reader->next += record.size;
        good = handle_record(reader, &record, max_body) && version_is_known(reader);
    }
    return good;
}

/* What was dropped leaves no hole behind, so that the buffer is as large as the request. */
static void close_gap(struct fcgi_reader *reader) {
    struct buffer *bytes = &reader->bytes;
    size_t rest = bytes->size - reader->next;
    if (reader->next == reader->accepted)
        return;
    memmove(bytes->data + reader->accepted, bytes->data + reader->next, rest);
    reader->next = reader->accepted;
    bytes->size = reader->next + rest;
}

static bool write_copy(const struct fcgi_reader *reader) {
    const char *data = reader->bytes.data;
    size_t size = reader->accepted;
    off_t at = 0;
    while (size) {
        ssize_t written = pwrite(reader->copy, data + at, size, at);
        if (written <= 0)
            return false;
        at += written;
        size -= (size_t)written;
    }
    return lseek(reader->copy, 0, SEEK_SET) == 0;
}

static bool copy_request(struct fcgi_reader *reader) {
    if (reader->state == CUT_SHORT) {
        /* The body's end. What has not been looked at may be overwritten: nobody will. */
        buffer_append(&reader->bytes, (char[FCGI_HEADER_LEN]){0}, FCGI_HEADER_LEN);
        append_record(reader, FCGI_STDIN, (struct text){"", 0});
    }
    return write_copy(reader);
}

enum fcgi_reader_result fcgi_reader_read(struct fcgi_reader *reader, size_t max_body) {
    int64_t deadline = clock_now_ms() + FCGI_READER_TIMEOUT_S * INT64_C(1000);
    char block[BLOCK_SIZE];
    /* Memory that a large request took is not kept, here and in the file. */
    if (reader->accepted > KEPT_SIZE && ftruncate(reader->copy, 0))
        return fail(reader);
    begin_request(reader);
    buffer_reset(&reader->bytes, KEPT_SIZE);
    reader->next = 0;
    for (;;) {
        ssize_t count = receive(reader->connection, block, sizeof block, deadline);
        if (count <= 0)
            return close_connection(reader);
        close_gap(reader);
        buffer_append(&reader->bytes, block, (size_t)count);
        if (!handle_records(reader, max_body))
            return close_connection(reader);
        if (reader->state == WHOLE || reader->state == CUT_SHORT)
            return copy_request(reader) ? FCGI_READER_REQUEST : fail(reader);
        if (reader->state == NO_REQUEST && reader->kept && reader->next == reader->bytes.size)
            return FCGI_READER_NOTHING;
    }
}
