#include "fastcgi_client.h"

#include <fastcgi.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

int fastcgi_listen(void) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int listening = socket(AF_UNIX, SOCK_STREAM, 0);
    /* The kernel gives it a free name. */
    if (listening < 0 || bind(listening, (struct sockaddr *)&address, sizeof(sa_family_t)) ||
        listen(listening, 8)) {
        perror("a socket for FastCGI");
        exit(EXIT_FAILURE);
    }
    return listening;
}

static int connect_to(int listening) {
    struct sockaddr_un address;
    socklen_t size = sizeof address;
    int connection = socket(AF_UNIX, SOCK_STREAM, 0);
    if (connection < 0 || getsockname(listening, (struct sockaddr *)&address, &size) ||
        connect(connection, (struct sockaddr *)&address, size)) {
        perror("a connection to the worker");
        exit(EXIT_FAILURE);
    }
    return connection;
}

static void send_record(int connection, unsigned char type, const char *content, size_t size) {
    unsigned char header[FCGI_HEADER_LEN] = {
        FCGI_VERSION_1, type, 0, 1, (unsigned char)(size >> 8), (unsigned char)size};
    /* A worker that has ended is noticed when its answer is read. */
    if (send(connection, header, sizeof header, MSG_NOSIGNAL) > 0 && size)
        (void)!send(connection, content, size, MSG_NOSIGNAL);
}

static size_t add_parameter(char *parameters, size_t size, const char *name, const char *value) {
    parameters[size++] = (char)strlen(name);
    parameters[size++] = (char)strlen(value);
    memcpy(parameters + size, name, strlen(name));
    size += strlen(name);
    memcpy(parameters + size, value, strlen(value));
    return size + strlen(value);
}

static void send_request(int connection) {
    static const char body[] = "{\"a\":\"xxx\"}";
    static const char begin[sizeof(FCGI_BeginRequestBody)] = {0, FCGI_RESPONDER};
    char parameters[512], length[24];
    size_t size = 0;
    snprintf(length, sizeof length, "%zu", strlen(body));
    size = add_parameter(parameters, size, "REQUEST_METHOD", "POST");
    size = add_parameter(parameters, size, "REQUEST_URI", "/carts/c1");
    size = add_parameter(parameters, size, "CONTENT_TYPE", "application/json");
    size = add_parameter(parameters, size, "CONTENT_LENGTH", length);
    size = add_parameter(parameters, size, "HTTP_X_REQUEST_ID", "1");
    send_record(connection, FCGI_BEGIN_REQUEST, begin, sizeof begin);
    send_record(connection, FCGI_PARAMS, parameters, size);
    send_record(connection, FCGI_PARAMS, NULL, 0);
    send_record(connection, FCGI_STDIN, body, strlen(body));
    send_record(connection, FCGI_STDIN, NULL, 0);
}

static bool receive(int connection, void *bytes, size_t size) {
    return !size || recv(connection, bytes, size, MSG_WAITALL) == (ssize_t)size;
}

static void receive_answer(int connection, char *text, size_t room) {
    unsigned char header[FCGI_HEADER_LEN];
    char content[FCGI_MAX_LENGTH + 256];
    size_t length = 0;
    while (receive(connection, header, sizeof header) && header[1] != FCGI_END_REQUEST) {
        size_t size = (size_t)header[4] << 8 | header[5];
        if (!receive(connection, content, size + header[6]))
            break;
        if (header[1] == FCGI_STDOUT && length + size < room) {
            memcpy(text + length, content, size);
            length += size;
        }
    }
    text[length] = '\0';
}

void fastcgi_ask(int listening, char *text, size_t room) {
    int connection = connect_to(listening);
    close(listening);
    send_request(connection);
    receive_answer(connection, text, room);
    close(connection);
}
