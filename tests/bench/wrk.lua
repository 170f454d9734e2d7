-- What a run of wrk came to, as its last line of output, in JSON. Times are microseconds.
function done(summary, latency)
    local errors = summary.errors
    io.write(string.format(
        '{"requests":%d,"duration":%d,"p50":%d,"p99":%d,"refused":%d,"broken":%d}\n',
        summary.requests, summary.duration, latency:percentile(50), latency:percentile(99),
        errors.status, errors.connect + errors.read + errors.write + errors.timeout))
end
