#include "serve/usage.h"

static const char usage[] =
    "o2s-medusa: the O2S commerce API over Medusa, as a FastCGI application\n"
    "\n"
    "usage: o2s-medusa [OPTIONS]                       serve FastCGI on descriptor 0\n"
    "       o2s-medusa [OPTIONS] check [FILE]          report all errors in the route table\n"
    "       o2s-medusa [OPTIONS] call 'GET /path'      answer one request, without a web server\n"
    "       o2s-medusa [OPTIONS] explain 'GET /path'   show what a request would do\n"
    "       o2s-medusa [OPTIONS] eval EXPRESSION [FILE]\n"
    "                                                  evaluate an expression on the JSON in FILE\n"
    "                                                  (default: standard input)\n"
    "       o2s-medusa [OPTIONS] show [NAME]           print the route table, with what it "
    "extends\n"
    "       o2s-medusa [OPTIONS] diff OLD NEW          print what changes from one table to "
    "another\n"
    "       o2s-medusa [OPTIONS] test [FILE ...]       run the test cases of the route table\n"
    "       o2s-medusa [OPTIONS] openapi               print a description of the API (OpenAPI "
    "3.1)\n"
    "       o2s-medusa functions                       list the functions of the route language\n"
    "       o2s-medusa schema                          print a JSON Schema of tables, for editors\n"
    "       o2s-medusa [OPTIONS] status                show what the workers of a pool do\n"
    "\n"
    "  -f, --file FILE       the route table (default: %s)\n"
    "  -w, --watch           reload the route table when its file changes\n"
    "  -l, --log TARGET      log to stderr (the default), syslog, or a file\n"
    "      --status FILE     the status file that the workers of a pool share\n"
    "  -H, --header TEXT     with call and explain: a request header, 'Name: value'\n"
    "  -d, --data TEXT       with call and explain: the request's body\n"
    "  -v, --verbose         with call: also print the requests to the upstreams\n"
    "  -s, --set NAME=VALUE  with eval: define a name; VALUE is JSON or an expression; with\n"
    "                        test: the value of a name of the cases' section `set`\n"
    "      --format FORMAT   with check, diff and status: text (the default) or json; with\n"
    "                        openapi: yaml (the default) or json\n"
    "      --json            with these: the same as --format json\n"
    "      --strict          with check: treat warnings as errors\n"
    "      --answers PATH    with check: test cases, whose answers have what can be read\n"
    "      --coverage        with test: which parts of the table the cases reach\n"
    "      --minimum PERCENT with test: fail if they reach less\n"
    "      --junit FILE      with test: write the results as JUnit XML\n"
    "      --record REQUEST  with test: write a case of what this request does now\n"
    "  -o, --output FILE     with test --record: where to (default: standard output)\n"
    "      --force           with test --record: replace the file\n"
    "      --trim            with test --record: only what the table reads of the answers\n"
    "      --live            with test: make the GET calls, and compare their answers\n"
    "  -h, --help            print this help\n"
    "  -V, --version         print the version\n";

static const char how_to_start[] =
    "o2s-medusa: descriptor 0 is not a listening socket: start the program with a process manager, "
    "such as\n"
    "    spawn-fcgi -s /run/o2s-medusa.sock -F 8 -- /usr/bin/o2s-medusa\n"
    "or answer a single request without a web server:\n"
    "    o2s-medusa call 'GET /path'\n"
    "Try 'o2s-medusa --help' for more information.\n";

void usage_print(FILE *stream, const char *table_path) {
    fprintf(stream, usage, table_path);
}

void usage_print_start(FILE *stream) {
    fputs(how_to_start, stream);
}
