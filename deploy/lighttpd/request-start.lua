-- The time at which lighttpd took a request, for o2s-medusa: see the configurations beside this file.
local seconds, nanoseconds = lighty.c.hrtime()
lighty.r.req_env["REQUEST_START"] = string.format("t=%d.%06d", seconds, nanoseconds // 1000)
