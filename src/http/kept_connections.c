#include "http/kept_connections.h"

#include <poll.h>

enum { NONE = KEPT_CONNECTIONS_KNOWN };

void kept_connections_init(struct kept_connections *kept) {
    enum { CHECKED_FROM = 0x080000 };
    *kept = (struct kept_connections){.checked = curl_version_info(CURLVERSION_NOW)->version_num >=
                                                 CHECKED_FROM};
}

static size_t find(const struct kept_connections *kept, long local_port) {
    size_t i = 0;
    while (i < KEPT_CONNECTIONS_KNOWN && kept->known[i].local_port != local_port)
        i++;
    return i;
}

void kept_connections_note(struct kept_connections *kept, CURL *easy) {
    long local_port = 0;
    curl_socket_t socket = CURL_SOCKET_BAD;
    if (kept->checked)
        return;
    curl_easy_getinfo(easy, CURLINFO_LOCAL_PORT, &local_port);
    curl_easy_getinfo(easy, CURLINFO_ACTIVESOCKET, &socket);
    if (!local_port || socket == CURL_SOCKET_BAD)
        return;
    size_t i = find(kept, local_port);
    if (i == NONE)
        i = kept->next++ % KEPT_CONNECTIONS_KNOWN;
    kept->known[i].local_port = local_port;
    kept->known[i].socket = socket;
}

bool kept_connections_has_input(const struct kept_connections *kept, CURL *easy, long local_port) {
    long opened = 0;
    if (kept->checked)
        return false;
    curl_easy_getinfo(easy, CURLINFO_NUM_CONNECTS, &opened);
    if (opened)
        return false;
    size_t i = find(kept, local_port);
    if (i == NONE)
        return true;
    struct pollfd pending = {.fd = kept->known[i].socket, .events = POLLIN};
    return poll(&pending, 1, 0) != 0;
}
