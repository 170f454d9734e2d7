/* A web server's side of FastCGI 1.0, as far as one request needs it. */
#ifndef O2S_FASTCGI_CLIENT_H
#define O2S_FASTCGI_CLIENT_H

#include <stddef.h>

/* A listening socket; exits where there is none to be had. */
int fastcgi_listen(void);

/*
 * Sends `POST /carts/c1` with a body to whoever serves the socket, and closes it here. What comes
 * back on standard output is put into `text`, all of it or what came until the connection broke.
 */
void fastcgi_ask(int listening, char *text, size_t room);

#endif
