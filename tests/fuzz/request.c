/*
 * A request from anybody, through the routes that are shipped, with answers of an upstream that may
 * be anything too. What is checked: gateway_checks.h.
 */
#include "check.h"
#include "gateway.h"
#include "gateway_checks.h"
#include "target.h"

static struct service *service;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct text text = {(const char *)data, size};
    struct http_response response = {0};
    if (!service)
        service = gateway_open();
    if (knows_keys(text))
        return 0;
    gateway_run(service, text, (struct gateway_options){.checked = true}, &response);
    buffer_free(&response.body);
    return 0;
}
