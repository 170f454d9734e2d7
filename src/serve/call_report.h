/* `o2s-medusa call`: why a request ended as it did, and with -v what was asked of the upstreams. */
#ifndef O2S_SERVE_CALL_REPORT_H
#define O2S_SERVE_CALL_REPORT_H

#include <stdio.h>

#include "serve/observer.h"

struct call_report;

/*
 * A report that is printed to `stream` while the request is answered that the returned report
 * observes; owned by the caller. Without `verbose` it is a line about the step at which a request
 * failed, if an upstream or the table is the cause; with it, also each request to an upstream, its
 * answer, and what was read of the answer and is absent in it.
 */
struct call_report *call_report_create(FILE *stream, bool verbose);
struct observer *call_report_observer(struct call_report *report);

/* Prints what is left to be said, and frees the report. */
void call_report_end(struct call_report *report);

#endif
