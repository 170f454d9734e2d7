#include "upstream_standin.h"

#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

static const struct {
    const char *path;
    int status;
    const char *body;
} answers[] = {
    {"/store/product-types", 200, "{\"product_types\":[{\"id\":\"ptyp_1\"}]}"},
    {"/store/product-categories", 200, "{\"product_categories\":[{\"id\":\"pcat_1\"}]}"},
    {"/store/products", 200,
     "{\"products\":[{\"id\":\"prod_1\",\"title\":\"M\\u0075g \xC3\xBC\",\"handle\":\"mug\","
     "\"variants\":[{\"id\":\"variant_1\",\"sku\":\"MUG \xC3\xBC/1\",\"prices\":[{\"amount\":"
     "5.421001221001221,\"currency_code\":\"eur\"}]}]}],\"count\":1}"},
    {"/store/carts/missing", 404, "{\"message\":\"There is none\"}"},
    {"/store/carts", 200,
     "{\"cart\":{\"id\":\"cart_1\",\"customer_id\":null,\"currency_code\":\"eur\",\"item_"
     "subtotal\":40,\"total\":40,"
     "\"discount_total\":0,\"tax_total\":0,\"shipping_total\":0,\"items\":[{\"id\":\"i\","
     "\"quantity\":2,\"unit_price\":20,\"subtotal\":40,\"discount_total\":0,\"total\":40}]}}"},
    {"/store/customers/me", 200, "{\"customer\":{\"id\":\"cus_1\"}}"},
    {"", 200, "{}"},
};

static void answer(FILE *out, const char *path) {
    size_t i = 0;
    while (strncmp(path, answers[i].path, strlen(answers[i].path)) != 0)
        i++;
    fprintf(out, "HTTP/1.1 %d x\r\ncontent-type: application/json\r\ncontent-length: %zu\r\n\r\n%s",
            answers[i].status, strlen(answers[i].body), answers[i].body);
    fflush(out);
}

/* The requests of one connection, until it is closed. */
static void serve(int connection) {
    FILE *in = fdopen(connection, "r");
    FILE *out = fdopen(dup(connection), "w");
    char line[8192], path[8192];
    while (in && out && fgets(line, sizeof line, in) && sscanf(line, "%*s %8191s", path) == 1) {
        size_t length = 0;
        while (fgets(line, sizeof line, in) && line[0] != '\r')
            if (strncasecmp(line, "content-length:", 15) == 0)
                length = strtoul(line + 15, NULL, 10);
        while (length && fgetc(in) != EOF)
            length--;
        answer(out, path);
    }
}

static void accept_all(int listening) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    signal(SIGCHLD, SIG_IGN);
    signal(SIGPIPE, SIG_IGN);
    for (;;) {
        int connection = accept(listening, NULL, NULL);
        if (connection >= 0 && fork() == 0) {
            prctl(PR_SET_PDEATHSIG, SIGKILL);
            serve(connection);
            _exit(0);
        }
        close(connection);
    }
}

int standin_start(void) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    int listening = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (listening < 0 || bind(listening, (struct sockaddr *)&address, sizeof address) ||
        listen(listening, 64) || getsockname(listening, (struct sockaddr *)&address, &size)) {
        perror("the upstream's stand-in");
        exit(EXIT_FAILURE);
    }
    pid_t process = fork();
    if (process == 0)
        accept_all(listening);
    close(listening);
    return ntohs(address.sin_port);
}
