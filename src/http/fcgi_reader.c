#include "http/fcgi_reader.h"

#include <errno.h>
#include <fastcgi.h>
#include <fcgios.h>
#include <poll.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/clock.h"
#include "base/count.h"
#include "base/memory.h"

enum {
    /* The size of a single read, and the maximum gap that dropped records leave. */
    BLOCK_SIZE = 16 * 1024,
    /* The maximum size of all variables; web servers limit headers to a few dozen KiB. */
    MAX_VARIABLES = 256 * 1024,
    KEPT_SIZE = 64 * 1024,
    /* Header, content and padding. */
    MAX_RECORD = FCGI_HEADER_LEN + 0xffff + 0xff,
    /* How long a web server may continue to send data after the response, which is discarded. */
    LINGER_MS = 2000
};

/* The joined content of all records of one type: a part of the reader's bytes. */
struct stream {
    size_t start;
    size_t size;
};

struct fcgi_reader {
    /* Of the listening socket; 0: none was accepted from yet. */
    int domain;
    int connection;
    enum { NO_REQUEST, IN_VARIABLES, IN_BODY, WHOLE, CUT_SHORT, ENDED } state;
    unsigned id;
    /* Whether the web server may send another request on the connection (FCGI_KEEP_CONN). */
    bool reusable;
    /* The received bytes: the streams, in this order, and unread records from `next` on. */
    struct buffer bytes;
    struct stream variables;
    struct stream body;
    size_t next;
};

struct record {
    unsigned type;
    unsigned id;
    struct text content;
    /* Including header and padding. */
    size_t size;
};

struct fcgi_reader *fcgi_reader_create(void) {
    struct fcgi_reader *reader = memory_allocate(sizeof *reader);
    reader->connection = -1;
    return reader;
}

void fcgi_reader_destroy(struct fcgi_reader *reader) {
    if (!reader)
        return;
    if (reader->connection >= 0)
        close(reader->connection);
    buffer_free(&reader->bytes);
    free(reader);
}

int fcgi_reader_connection(const struct fcgi_reader *reader) {
    return reader->connection;
}

void fcgi_reader_trim(struct fcgi_reader *reader) {
    buffer_free(&reader->bytes);
}

/* The connection. */

/* AF_UNIX, AF_INET or AF_INET6; 0: unknown. */
static int domain_of(int socket) {
    int domain = 0;
    socklen_t size = sizeof domain;
    return getsockopt(socket, SOL_SOCKET, SO_DOMAIN, &domain, &size) == 0 ? domain : 0;
}

/* NULL: all; an empty list would allow none. */
static const char *allowed_addresses(void) {
    const char *addresses = getenv("FCGI_WEB_SERVER_ADDRS");
    return text_trim(text_of(addresses)).size ? addresses : NULL;
}

bool fcgi_reader_checks_addresses(int listening) {
    int domain = domain_of(listening);
    return domain == AF_UNIX || domain == AF_INET || !allowed_addresses();
}

int fcgi_reader_accept(struct fcgi_reader *reader, int listening) {
    errno = 0;
    if (!reader->domain)
        reader->domain = domain_of(listening);
    /* libfcgi would wait for the first byte, which the reader does itself. */
    if (reader->domain == AF_UNIX)
        reader->connection = accept4(listening, NULL, NULL, SOCK_CLOEXEC);
    else
        reader->connection = OS_Accept(listening, 1, allowed_addresses());
    if (reader->connection < 0)
        return errno ? errno : EAGAIN;
    return 0;
}

void fcgi_reader_close(struct fcgi_reader *reader) {
    close(reader->connection);
    reader->connection = -1;
}

/* Waits for input. Returns false if absent until the deadline. */
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

/* Reads input that arrives before the deadline into `block`; returns 0 or less at the end. */
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
 * Closing a socket with unread input resets the connection, and the response may be lost. So the
 * rest of the body is read first.
 */
static void linger(const struct fcgi_reader *reader) {
    int64_t deadline = clock_now_ms() + LINGER_MS;
    char block[BLOCK_SIZE];
    if (shutdown(reader->connection, SHUT_WR) == 0)
        while (receive(reader->connection, block, sizeof block, deadline) > 0)
            ;
}

/* Responses of the protocol itself (FastCGI 1.0, 4 and 5.5). */

/* If the web server does not read the response, the connection is closed instead of waiting. */
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

/* Ends the request of the connection without a response. */
static bool end_request(struct fcgi_reader *reader, unsigned id, unsigned char protocol_status) {
    if (send_end(reader, id, protocol_status))
        reader->state = ENDED;
    return false;
}

/* Reads the length of a name or a value (3.4). */
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

bool fcgi_read_pair(struct text *bytes, struct text *name, struct text *value) {
    size_t name_size;
    size_t value_size;
    if (!read_length(bytes, &name_size) || !read_length(bytes, &value_size) ||
        name_size > bytes->size || value_size > bytes->size - name_size)
        return false;
    *name = read_bytes(bytes, name_size);
    *value = read_bytes(bytes, value_size);
    return true;
}

/*
 * One request at a time, on one connection; each value is reported once, however often it is
 * queried.
 */
static bool send_values(const struct fcgi_reader *reader, struct text asked) {
    static const struct {
        const char *name;
        char value;
    } known[] = {{FCGI_MAX_CONNS, '1'}, {FCGI_MAX_REQS, '1'}, {FCGI_MPXS_CONNS, '0'}};
    enum { KNOWN = COUNT(known) };
    bool wanted[KNOWN] = {false};
    while (asked.size) {
        struct text name;
        struct text value;
        if (!fcgi_read_pair(&asked, &name, &value))
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

/*
 * Appends the content of a record to its stream, whose end is never behind the record. The content
 * of the first record is not moved, which is sufficient for most requests.
 */
static void append_content(struct fcgi_reader *reader, struct stream *stream, struct text content) {
    if (!content.size)
        return;
    char *bytes = reader->bytes.data;
    if (stream->size)
        memmove(bytes + stream->start + stream->size, content.data, content.size);
    else
        stream->start = (size_t)(content.data - bytes);
    stream->size += content.size;
}

static bool handle_begin(struct fcgi_reader *reader, const struct record *record) {
    const unsigned char *body = (const unsigned char *)record->content.data;
    if (record->content.size != sizeof(FCGI_BeginRequestBody))
        return false;
    if (reader->state != NO_REQUEST)
        return record->id != reader->id && send_end(reader, record->id, FCGI_CANT_MPX_CONN);
    if (body[0] != 0 || body[1] != FCGI_RESPONDER)
        return end_request(reader, record->id, FCGI_UNKNOWN_ROLE);
    reader->id = record->id;
    reader->reusable = body[2] & FCGI_KEEP_CONN;
    reader->state = IN_VARIABLES;
    return true;
}

static bool handle_variables(struct fcgi_reader *reader, const struct record *record) {
    if (reader->state != IN_VARIABLES ||
        record->content.size > MAX_VARIABLES - reader->variables.size)
        return false;
    append_content(reader, &reader->variables, record->content);
    if (!record->content.size)
        reader->state = IN_BODY;
    return true;
}

static bool handle_body(struct fcgi_reader *reader, const struct record *record, size_t max_body) {
    if (reader->state != IN_BODY)
        return false;
    append_content(reader, &reader->body, record->content);
    if (!record->content.size)
        reader->state = WHOLE;
    else if (reader->body.size > max_body)
        reader->state = CUT_SHORT;
    return true;
}

/* Returns false if no other request arrives on the connection. */
static bool handle_record(struct fcgi_reader *reader, const struct record *record,
                          size_t max_body) {
    if (record->id == FCGI_NULL_REQUEST_ID)
        return answer_management(reader, record);
    if (record->type == FCGI_BEGIN_REQUEST)
        return handle_begin(reader, record);
    /* Records of a request that was rejected or has ended. */
    if (reader->state == NO_REQUEST || record->id != reader->id)
        return true;
    switch (record->type) {
    case FCGI_PARAMS:
        return handle_variables(reader, record);
    case FCGI_STDIN:
        return handle_body(reader, record, max_body);
    case FCGI_ABORT_REQUEST:
        return end_request(reader, reader->id, FCGI_REQUEST_COMPLETE);
    default:
        return false;
    }
}

/* Reads a header. Returns false if it is incomplete; then `*record` is unchanged. */
static bool read_header(struct text bytes, struct record *record) {
    if (bytes.size < FCGI_HEADER_LEN)
        return false;
    const unsigned char *header = (const unsigned char *)bytes.data;
    size_t content = (size_t)header[4] << 8 | header[5];
    *record = (struct record){
        .type = header[1],
        .id = (unsigned)header[2] << 8 | header[3],
        .content = {bytes.data + FCGI_HEADER_LEN, content},
        .size = FCGI_HEADER_LEN + content + header[6],
    };
    return true;
}

/* The next record, if it has been received completely. */
static bool next_record(const struct fcgi_reader *reader, struct record *record) {
    size_t rest = reader->bytes.size - reader->next;
    return rest && read_header((struct text){reader->bytes.data + reader->next, rest}, record) &&
           record->size <= rest;
}

/*
 * Another version may have another layout, so the version is checked before the rest has arrived.
 */
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

/* Dropped records use no more memory than a block, whatever their number. */
static void close_hole(struct fcgi_reader *reader) {
    const struct stream *last = reader->body.size ? &reader->body : &reader->variables;
    size_t end = last->start + last->size;
    if (reader->next - end < BLOCK_SIZE)
        return;
    struct buffer *bytes = &reader->bytes;
    size_t rest = bytes->size - reader->next;
    memmove(bytes->data + end, bytes->data + reader->next, rest);
    reader->next = end;
    bytes->size = end + rest;
}

static struct text stream_text(const struct fcgi_reader *reader, const struct stream *stream) {
    return (struct text){stream->size ? reader->bytes.data + stream->start : "", stream->size};
}

static void begin_request(struct fcgi_reader *reader) {
    buffer_reset(&reader->bytes, KEPT_SIZE);
    reader->state = NO_REQUEST;
    reader->variables = (struct stream){0};
    reader->body = (struct stream){0};
    reader->next = 0;
}

static bool receive_more(struct fcgi_reader *reader, int64_t deadline) {
    struct buffer *bytes = &reader->bytes;
    close_hole(reader);
    buffer_reserve(bytes, BLOCK_SIZE);
    ssize_t count = receive(reader->connection, bytes->data + bytes->size,
                            bytes->capacity - bytes->size, deadline);
    if (count > 0)
        bytes->size += (size_t)count;
    return count > 0;
}

bool fcgi_reader_read(struct fcgi_reader *reader, size_t max_body, struct fcgi_request *request) {
    int64_t now = clock_now_ms();
    int64_t deadline = now + FCGI_READER_TIMEOUT_S * INT64_C(1000);
    int64_t first =
        reader->domain == AF_UNIX ? now + FCGI_READER_FIRST_BYTE_S * INT64_C(1000) : deadline;
    begin_request(reader);
    while (reader->state != WHOLE && reader->state != CUT_SHORT)
        if (!receive_more(reader, reader->bytes.size ? deadline : first) ||
            !handle_records(reader, max_body)) {
            if (reader->state == ENDED)
                linger(reader);
            fcgi_reader_close(reader);
            return false;
        }
    *request = (struct fcgi_request){reader->id, stream_text(reader, &reader->variables),
                                     stream_text(reader, &reader->body)};
    return true;
}

/* The end of a request. */

/* Whether the record, which came after a request, belongs to none. */
static bool is_stray(const struct record *record) {
    return record->id == FCGI_NULL_REQUEST_ID || record->type != FCGI_BEGIN_REQUEST;
}

static bool handle_stray(const struct fcgi_reader *reader, const struct record *record) {
    return record->id != FCGI_NULL_REQUEST_ID || answer_management(reader, record);
}

/* Whether all received bytes belonged to the request, but for stray records. */
static bool is_in_step(struct fcgi_reader *reader) {
    struct record record;
    bool good = reader->state == WHOLE && version_is_known(reader);
    while (good && next_record(reader, &record) && is_stray(&record)) {
        reader->next += record.size;
        good = handle_stray(reader, &record) && version_is_known(reader);
    }
    return good && reader->next == reader->bytes.size;
}

/* Whether the bytes are the header of FCGI_BEGIN_REQUEST, or a part of it. */
static bool may_begin(struct text header) {
    struct record record;
    if (read_header(header, &record) && is_stray(&record))
        return false;
    return header.data[0] == FCGI_VERSION_1 &&
           (header.size == 1 || header.data[1] == FCGI_BEGIN_REQUEST);
}

/*
 * Whether the web server has sent the next request, or its first bytes, which are left unread.
 * Stray records before it are consumed, so that nobody waits for a request that does not come. The
 * reader's bytes are not used: they are still the strings of the last request.
 */
static bool has_next_request(const struct fcgi_reader *reader) {
    int64_t deadline = clock_now_ms() + LINGER_MS;
    char bytes[MAX_RECORD];
    while (clock_now_ms() < deadline) {
        ssize_t count = recv(reader->connection, bytes, FCGI_HEADER_LEN, MSG_PEEK | MSG_DONTWAIT);
        if (count <= 0)
            return false;
        struct text header = {bytes, (size_t)count};
        if (may_begin(header))
            return true;
        struct record record = {.size = header.size};
        bool good = read_header(header, &record) && bytes[0] == FCGI_VERSION_1;
        count = recv(reader->connection, bytes, record.size, MSG_DONTWAIT);
        if (!good || count != (ssize_t)record.size || !handle_stray(reader, &record))
            return false;
    }
    return false;
}

bool fcgi_reader_finish(struct fcgi_reader *reader) {
    if (!is_in_step(reader))
        linger(reader);
    else if (has_next_request(reader) && reader->reusable)
        return true;
    fcgi_reader_close(reader);
    return false;
}
