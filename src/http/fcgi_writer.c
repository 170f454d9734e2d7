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
 * libfcgi only creates the streams of a request by reading one (FCGX_Accept_r); those of
 * FCGX_CreateWriter() do not write FCGI_END_REQUEST, and leak a block of memory. So it reads a
 * minimal request from a pipe: a begin record and no variables.
 */
struct opening {
    FCGI_BeginRequestRecord begin;
    FCGI_Header no_variables;
};

struct fcgi_writer {
    FCGX_Request request;
    /* The ends of the pipe. */
    int from;
    int to;
};

struct fcgi_writer *fcgi_writer_create(void) {
    struct fcgi_writer *writer = memory_allocate(sizeof *writer);
    int ends[2];
    /* libfcgi gets no listening socket: the reader accepts the connections. */
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
    /* The memory that FCGX_Init() allocated. */
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
    /* There is no open stream yet. */
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
    /* FCGI_END_REQUEST is written when the last stream is closed. */
    FCGX_FClose(request->err);
    written = FCGX_FClose(request->out) == 0 && written;
    FCGX_Free(request, 0);
    request->ipcFd = -1;
    return written;
}
