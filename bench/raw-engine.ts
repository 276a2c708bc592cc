// The engine alone, in a process of its own: a model and a batch of views that are there already, run again and again. Says
// pictures per second and processor seconds per picture.

import { nowMs } from "../src/clock.ts";
import { openModelFile } from "../src/train/open-model.ts";

const [path = "", threads = "2", batch = "8", seconds = "10"] = process.argv.slice(2);
const model = await openModelFile(path, Number(threads));
const bytes = Number(batch) * model.card.inputFormat.size ** 2 * 3;
const views = Uint8Array.from({ length: bytes }, (_, i) => 128 + 100 * Math.sin(i * 0.37));
for (let warm = 0; warm < 2; warm++) await model.answers(views);
const [startedMs, before] = [nowMs(), process.cpuUsage()];
let images = 0;
while (nowMs() - startedMs < Number(seconds) * 1000) {
  await model.answers(views);
  images += Number(batch);
}
const { user, system } = process.cpuUsage(before);
console.log(
  JSON.stringify({
    perSecond: (images * 1000) / (nowMs() - startedMs),
    processorSeconds: (user + system) / 1e6 / images,
  }),
);
process.exit(0);
