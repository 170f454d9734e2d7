/* What the program prints about its own use. */
#ifndef O2S_SERVE_USAGE_H
#define O2S_SERVE_USAGE_H

/* The help: commands and options. */
extern const char usage_text[];

/* Why no worker starts without a listening socket, and how to start one. */
extern const char usage_how_to_start[];

#endif
