// What the server counts, and how Prometheus reads it: text of its format 0.0.4. Labels are of our making alone, so that
// nobody who asks can make the list longer.

import type { EngineReport } from "../index.ts";

interface Histogram {
  /** Upper limits of the parts, growing. */
  readonly limits: readonly number[];
  /** Of each part alone, and at the end of what is above all limits. */
  readonly counts: number[];
  sum: number;
}

export interface Metrics {
  /** One request, answered. */
  request(route: string, status: number, seconds: number): void;
  /** Pictures of one request. */
  pictures(answered: number, unread: number): void;
  batch(report: EngineReport): void;
  /** Everything so far, and the number of pictures that wait now. */
  text(waiting: number): string;
}

const requestLimits = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
const batchLimits = [1, 2, 4, 8, 16, 32, 64];

export function openMetrics(): Metrics {
  const requests = new Map<string, number>();
  const durations = new Map<string, Histogram>();
  const batches = newHistogram(batchLimits);
  const outcomes = { answered: 0, unread: 0 };
  let [engineSeconds, engineMemory] = [0, 0];

  return {
    request(route, status, seconds) {
      const labels = `route="${route}",status="${status}"`;
      requests.set(labels, (requests.get(labels) ?? 0) + 1);
      const duration = durations.get(route) ?? newHistogram(requestLimits);
      durations.set(route, duration);
      observe(duration, seconds);
    },
    pictures(answered, unread) {
      outcomes.answered += answered;
      outcomes.unread += unread;
    },
    batch({ images, seconds, memoryBytes }) {
      observe(batches, images);
      engineSeconds += seconds;
      engineMemory = memoryBytes;
    },
    text: (waiting) =>
      [
        family(
          "requests_total",
          "counter",
          "Requests that were answered.",
          [...requests].map(([labels, n]) => [`{${labels}}`, n]),
        ),
        histograms(
          "request_seconds",
          "Time from the headers of a request to its answer.",
          [...durations].map(([route, histogram]) => [`route="${route}"`, histogram]),
        ),
        family("pictures_total", "counter", "Pictures that were classified, or could not be read.", [
          ['{outcome="answered"}', outcomes.answered],
          ['{outcome="unread"}', outcomes.unread],
        ]),
        family("queue_pictures", "gauge", "Pictures that wait or are under way.", [["", waiting]]),
        histograms("batch_pictures", "Pictures that passed the engine together.", [["", batches]]),
        family("engine_seconds_total", "counter", "Time in which the engine computed.", [["", engineSeconds]]),
        family("memory_bytes", "gauge", "Resident memory.", [
          ['{process="server"}', process.memoryUsage.rss()],
          ['{process="engine"}', engineMemory],
        ]),
      ].join(""),
  };
}

function newHistogram(limits: readonly number[]): Histogram {
  return { limits, counts: Array(limits.length + 1).fill(0), sum: 0 };
}

function observe(histogram: Histogram, value: number): void {
  const part = histogram.limits.findIndex((limit) => value <= limit);
  histogram.counts[part < 0 ? histogram.limits.length : part]! += 1;
  histogram.sum += value;
}

/** What stands behind the name, and the number. */
type Sample = readonly [ending: string, value: number];

function family(name: string, type: string, help: string, samples: readonly Sample[]): string {
  const full = `reinception_${name}`;
  const lines = samples.map(([ending, value]) => `${full}${ending} ${value}`);
  return [`# HELP ${full} ${help}`, `# TYPE ${full} ${type}`, ...lines, ""].join("\n");
}

function histograms(name: string, help: string, entries: readonly (readonly [labels: string, Histogram])[]): string {
  return family(
    name,
    "histogram",
    help,
    entries.flatMap(([labels, histogram]) => samplesOf(labels, histogram)),
  );
}

/** Each part of Prometheus' histograms holds those below it as well. */
function samplesOf(labels: string, { limits, counts, sum }: Histogram): readonly Sample[] {
  const before = labels === "" ? "" : `${labels},`;
  const alone = labels === "" ? "" : `{${labels}}`;
  let total = 0;
  const parts = counts.map((count, i): Sample => {
    total += count;
    return [`_bucket{${before}le="${limits[i] ?? "+Inf"}"}`, total];
  });
  return [...parts, [`_sum${alone}`, sum], [`_count${alone}`, total]];
}
