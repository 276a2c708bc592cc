import { expect, test } from "vitest";
import { openMetrics } from "./metrics.ts";

/** Samples by what stands before the number. */
function samples(text: string): Readonly<Record<string, number>> {
  const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return Object.fromEntries(
    lines.map((line) => [line.slice(0, line.lastIndexOf(" ")), Number(line.split(" ").at(-1))]),
  );
}

test("what was counted is what Prometheus reads", () => {
  const metrics = openMetrics();
  metrics.request("/v1/classify", 200, 0.003);
  metrics.request("/v1/classify", 200, 0.2);
  metrics.request("/v1/classify", 429, 100);
  metrics.pictures(3, 1);
  metrics.batch({ images: 1, seconds: 0.5, memoryBytes: 5e6 });
  metrics.batch({ images: 3, seconds: 0.25, memoryBytes: 6e6 });
  const found = samples(metrics.text(7));
  expect(found).toMatchObject({
    'reinception_requests_total{route="/v1/classify",status="200"}': 2,
    'reinception_requests_total{route="/v1/classify",status="429"}': 1,
    'reinception_request_seconds_bucket{route="/v1/classify",le="0.005"}': 1,
    'reinception_request_seconds_bucket{route="/v1/classify",le="0.1"}': 1,
    'reinception_request_seconds_bucket{route="/v1/classify",le="0.25"}': 2,
    'reinception_request_seconds_bucket{route="/v1/classify",le="30"}': 2,
    'reinception_request_seconds_bucket{route="/v1/classify",le="+Inf"}': 3,
    'reinception_request_seconds_count{route="/v1/classify"}': 3,
    'reinception_pictures_total{outcome="answered"}': 3,
    'reinception_pictures_total{outcome="unread"}': 1,
    reinception_queue_pictures: 7,
    'reinception_batch_pictures_bucket{le="1"}': 1,
    'reinception_batch_pictures_bucket{le="4"}': 2,
    reinception_batch_pictures_sum: 4,
    reinception_batch_pictures_count: 2,
    reinception_engine_seconds_total: 0.75,
    'reinception_memory_bytes{process="engine"}': 6e6,
  });
  expect(found['reinception_memory_bytes{process="server"}']).toBeGreaterThan(1e6);
});

test("every line is one of the format, and every family says what it is", () => {
  const metrics = openMetrics();
  metrics.request("other", 404, 1);
  const lines = metrics.text(0).trimEnd().split("\n");
  const form =
    /^(?:# (?:HELP|TYPE) reinception_\w+ .+|reinception_\w+(?:\{\w+="[^"\\]*"(?:,\w+="[^"\\]*")*\})? [\d.e+-]+)$/;
  expect(lines.filter((line) => !form.test(line))).toEqual([]);
  const named = lines.filter((line) => line.startsWith("# TYPE")).map((line) => line.split(" ")[2]);
  expect(new Set(named).size).toBe(named.length);
});
