#include "fcgi_support.h"

#include <fastcgi.h>
#include <sys/socket.h>

#include "support.h"

void add_record(struct buffer *bytes, int type, int id, struct text content, int padding) {
    const unsigned char header[FCGI_HEADER_LEN] = {FCGI_VERSION_1,
                                                   (unsigned char)type,
                                                   (unsigned char)(id >> 8),
                                                   (unsigned char)id,
                                                   (unsigned char)(content.size >> 8),
                                                   (unsigned char)content.size,
                                                   (unsigned char)padding};
    buffer_append(bytes, header, sizeof header);
    buffer_append_text(bytes, content);
    for (int i = 0; i < padding; i++)
        buffer_append_byte(bytes, '#');
}

void add_begin(struct buffer *bytes, int id, char role, char flags) {
    const char body[8] = {0, role, flags};
    add_record(bytes, FCGI_BEGIN_REQUEST, id, (struct text){body, sizeof body}, 0);
}

struct text receive_all(struct arena *arena, int connection) {
    struct buffer bytes = {0};
    char block[4096];
    ssize_t count;
    while ((count = recv(connection, block, sizeof block, 0)) > 0)
        buffer_append(&bytes, block, (size_t)count);
    assert_int_equal(count, 0);
    struct text all = text_copy(arena, buffer_text(&bytes));
    buffer_free(&bytes);
    return all;
}

/* Takes the next record off `*bytes`, which has to be of the type and the request. */
static struct text take_record(struct text *bytes, int type, int id) {
    assert_true(bytes->size >= FCGI_HEADER_LEN);
    const unsigned char *header = (const unsigned char *)bytes->data;
    assert_int_equal(header[0], FCGI_VERSION_1);
    assert_int_equal(header[1], type);
    assert_int_equal(header[2] << 8 | header[3], id);
    struct text content = {bytes->data + FCGI_HEADER_LEN, (size_t)(header[4] << 8 | header[5])};
    size_t size = FCGI_HEADER_LEN + content.size + header[6];
    assert_true(size <= bytes->size);
    *bytes = (struct text){bytes->data + size, bytes->size - size};
    return content;
}

struct text output_of(struct arena *arena, int id, struct text bytes) {
    struct buffer output = {0};
    struct text content;
    while ((content = take_record(&bytes, FCGI_STDOUT, id)).size)
        buffer_append_text(&output, content);
    const char complete[sizeof(FCGI_EndRequestBody)] = {0};
    content = take_record(&bytes, FCGI_END_REQUEST, id);
    assert_int_equal(content.size, sizeof complete);
    assert_memory_equal(content.data, complete, sizeof complete);
    assert_int_equal(bytes.size, 0);
    struct text all = text_copy(arena, buffer_text(&output));
    buffer_free(&output);
    return all;
}
