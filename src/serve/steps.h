/* Runs the steps of a route. */
#ifndef O2S_SERVE_STEPS_H
#define O2S_SERVE_STEPS_H

#include "serve/request_context.h"

/*
 * Carries out the route's leading steps, which need neither query nor body. False: the response is
 * an error already.
 */
bool steps_run_leading(struct request_context *context);

/*
 * Carries out the steps after the leading ones. True: all went well, and their results are in the
 * slots. False: the response is an error already.
 */
bool steps_run(struct request_context *context);

#endif
