#include "http/fcgi_writer.h"

#include <errno.h>
#include <fastcgi.h>
#include <fcgiapp.h>
#include <fcgios.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/memory.h"

/*
 * libfcgi makes a request's streams only by reading the request (FCGX_Accept_r); those of
 * FCGX_CreateWriter() do not write FCGI_END_REQUEST, and leave a block of memory behind. So it
 * reads the shortest request that there is, from a pipe: a beginning, and no variables.
 */
struct opening {
    FCGI_BeginRequestRecord begin;
    FCGI_Header no_variables;
};

struct fcgi_writer {
    FCGX_Request request;
    /* The pipe's ends. */
    int from;
    int to;
};

struct fcgi_writer *fcgi_writer_create(void) {
    struct fcgi_writer *writer = memory_allocate(sizeof *writer);
    int ends[2];
    /* libfcgi gets no socket to accept connections on: those come from the reader. */
    if (FCGX_Init() || FCGX_InitRequest(&writer->request, -1, 0) || pipe2(ends, O_CLOEXEC)) {
        free(writer);
        return NULL;
    }
    writer->request.ipcFd = -1;
    writer->from = ends[0];
    writer->to = ends[1];
    return writer;
}

void fcgi_writer_destroy(struct fcgi_writer *writer) {
    if (!writer)
        return;
    close(writer->from);
    close(writer->to);
    free(writer);
    /* The memory that FCGX_Init() took. */
    OS_LibShutdown();
}

static bool open_streams(struct fcgi_writer *writer, unsigned id) {
    const unsigned char high = (unsigned char)(id >> 8);
    const unsigned char low = (unsigned char)id;
    const struct opening opening = {
        .begin = {.header = {.version = FCGI_VERSION_1,
                             .type = FCGI_BEGIN_REQUEST,
                             .requestIdB1 = high,
                             .requestIdB0 = low,
                             .contentLengthB0 = sizeof(FCGI_BeginRequestBody)},
                  .body = {.roleB0 = FCGI_RESPONDER, .flags = FCGI_KEEP_CONN}},
        .no_variables = {.version = FCGI_VERSION_1,
                         .type = FCGI_PARAMS,
                         .requestIdB1 = high,
                         .requestIdB0 = low},
    };
    if (write(writer->to, &opening, sizeof opening) != (ssize_t)sizeof opening)
        return false;
    writer->request.ipcFd = writer->from;
    /* There is nothing to close before. */
    writer->request.keepConnection = 1;
    return FCGX_Accept_r(&writer->request) == 0;
}

static bool put(FCGX_Stream *out, struct text text) {
    return !text.size || FCGX_PutStr(text.data, (int)text.size, out) == (int)text.size;
}

bool fcgi_writer_respond(struct fcgi_writer *writer, int connection, unsigned id, struct text head,
                         struct text body) {
    FCGX_Request *request = &writer->request;
    if (!open_streams(writer, id))
        return false;
    request->ipcFd = connection;
    bool written = put(request->out, head) && put(request->out, body);
    /* The last stream to be closed is the one that writes FCGI_END_REQUEST. */
    FCGX_FClose(request->err);
    written = FCGX_FClose(request->out) == 0 && written;
    FCGX_Free(request, 0);
    request->ipcFd = -1;
    return written;
}
