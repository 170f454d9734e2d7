#include "http/fcgi_writer.h"

#include <errno.h>
#include <fastcgi.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/uio.h>

/* A multiple of 8, so that the records after a full one are aligned (3.3) without padding. */
enum { MAX_CONTENT = FCGI_MAX_LENGTH / 8 * 8 };

/* The header of a record, a part of the head, a part of the body, and the closing records. */
enum { MAX_PARTS = 4 };

struct closing {
    FCGI_Header end_of_output;
    FCGI_EndRequestRecord end_of_request;
};

static FCGI_Header header_of(unsigned char type, unsigned id, size_t size) {
    return (FCGI_Header){.version = FCGI_VERSION_1,
                         .type = type,
                         .requestIdB1 = (unsigned char)(id >> 8),
                         .requestIdB0 = (unsigned char)id,
                         .contentLengthB1 = (unsigned char)(size >> 8),
                         .contentLengthB0 = (unsigned char)size};
}

static struct closing closing_of(unsigned id) {
    return (struct closing){
        .end_of_output = header_of(FCGI_STDOUT, id, 0),
        .end_of_request = {.header = header_of(FCGI_END_REQUEST, id, sizeof(FCGI_EndRequestBody)),
                           .body = {.protocolStatus = FCGI_REQUEST_COMPLETE}},
    };
}

static void add(struct iovec *parts, size_t *count, const void *data, size_t size) {
    parts[(*count)++] = (struct iovec){.iov_base = (void *)data, .iov_len = size};
}

/* Adds the first bytes of the text, and cuts them off it. Returns how many these are. */
static size_t take(struct iovec *parts, size_t *count, struct text *text, size_t limit) {
    size_t size = text->size < limit ? text->size : limit;
    if (!size)
        return 0;
    add(parts, count, text->data, size);
    *text = (struct text){text->data + size, text->size - size};
    return size;
}

static void cut_off(struct msghdr *message, size_t size) {
    struct iovec *part = message->msg_iov;
    while (message->msg_iovlen && size >= part->iov_len) {
        size -= part->iov_len;
        message->msg_iov = ++part;
        message->msg_iovlen--;
    }
    if (!message->msg_iovlen)
        return;
    part->iov_base = (char *)part->iov_base + size;
    part->iov_len -= size;
}

static bool wait_for_room(int connection) {
    struct pollfd wanted = {.fd = connection, .events = POLLOUT};
    int count;
    do
        count = poll(&wanted, 1, FCGI_WRITER_TIMEOUT_S * 1000);
    while (count < 0 && errno == EINTR);
    if (!count)
        errno = EAGAIN;
    return count > 0;
}

static bool send_parts(int connection, struct iovec *parts, size_t count) {
    struct msghdr message = {.msg_iov = parts, .msg_iovlen = count};
    while (message.msg_iovlen) {
        ssize_t sent = sendmsg(connection, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
        if (sent >= 0)
            cut_off(&message, (size_t)sent);
        else if (errno != EINTR && (errno != EAGAIN || !wait_for_room(connection)))
            return false;
    }
    return true;
}

bool fcgi_respond(int connection, unsigned id, struct text head, struct text body) {
    const struct closing closing = closing_of(id);
    bool sent = true;
    do {
        struct iovec parts[MAX_PARTS];
        size_t all = head.size + body.size;
        size_t size = all < MAX_CONTENT ? all : MAX_CONTENT;
        const FCGI_Header header = header_of(FCGI_STDOUT, id, size);
        size_t count = 0;
        /* An empty record would end the output. */
        if (size)
            add(parts, &count, &header, sizeof header);
        size_t head_size = take(parts, &count, &head, size);
        take(parts, &count, &body, size - head_size);
        if (all == size)
            add(parts, &count, &closing, sizeof closing);
        sent = send_parts(connection, parts, count);
    } while (sent && head.size + body.size);
    return sent;
}
