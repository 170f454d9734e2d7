/* Runs the steps of a route. */
#ifndef O2S_SERVE_STEPS_H
#define O2S_SERVE_STEPS_H

#include "serve/failure.h"

/* Executes the leading steps of the route, which depend on neither query nor body. */
MUST_CHECK struct failure *steps_run_leading(struct request_context *context);

/* Executes the steps after the leading ones; their results are then in the slots. */
MUST_CHECK struct failure *steps_run(struct request_context *context);

#endif
