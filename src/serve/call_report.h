/*
 * The report of `o2s-medusa call`: why a request ended as it did, and with -v the requests to the
 * upstreams.
 */
#ifndef O2S_SERVE_CALL_REPORT_H
#define O2S_SERVE_CALL_REPORT_H

#include <stdio.h>

#include "serve/observer.h"

struct call_report;

/*
 * A report that is printed to `stream` while the request that the returned report observes is
 * processed; owned by the caller. Without `verbose`, it is a line about the step at which a request
 * failed, if an upstream or the table is the cause. With `verbose`, it also has each request to an
 * upstream, its response, and the members that were read and are absent.
 */
struct call_report *call_report_create(FILE *stream, bool verbose);
struct observer *call_report_observer(struct call_report *report);

/* Prints the rest of the report, and frees it. */
void call_report_end(struct call_report *report);

#endif
