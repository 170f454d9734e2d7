/* Runs the steps of a route. */
#ifndef O2S_SERVE_STEPS_H
#define O2S_SERVE_STEPS_H

#include "serve/failure.h"

/* Carries out the route's leading steps, which need neither query nor body. */
MUST_CHECK struct failure *steps_run_leading(struct request_context *context);

/* Carries out the steps after the leading ones; their results are in the slots then. */
MUST_CHECK struct failure *steps_run(struct request_context *context);

#endif
