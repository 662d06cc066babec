-- One GET after another over the lines of the file named by the environment variable URLS.
local urls = {}
for line in io.lines(os.getenv("URLS")) do urls[#urls + 1] = line end
local thread_count = 0
function setup(thread)
  thread:set("start", thread_count * 97)
  thread_count = thread_count + 1
end
local at
function request()
  at = (at or start) + 1
  return wrk.format("GET", urls[at % #urls + 1])
end
-- One line of JSON for bench/bench.py.
function done(summary, latency)
  local e = summary.errors
  io.write(string.format(
    '{"per_second":%.1f,"calls":%d,"failed":%d,"p50_ms":%.3f,"p99_ms":%.3f,"max_ms":%.3f}\n',
    summary.requests / summary.duration * 1e6, summary.requests,
    e.status + e.connect + e.read + e.write + e.timeout,
    latency:percentile(50) / 1e3, latency:percentile(99) / 1e3, latency.max / 1e3))
end
