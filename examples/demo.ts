// npm run demo: retrains the embedded small network on the clothing photos beside this file and looks at new ones.

import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { hybrid, predict, retrain } from "reinception";

const photos = fileURLToPath(new URL("photos", import.meta.url));
const newPhotos = fileURLToPath(new URL("new-photos", import.meta.url));
const out = join(mkdtempSync(join(tmpdir(), "reinception-demo-")), "run");
const percent = (share: number) => `${(100 * share).toFixed(1)} %`;

async function main(): Promise<void> {
  console.log("Retraining a small Inception-v4 on 300 photos of clothing: first the head, then the whole network.\n");
  const training = retrain({
    data: photos,
    out,
    weights: "small",
    strategy: hybrid({ unfreeze: "all", epochs: [10, 8] }),
    augment: "light",
  });
  for await (const event of training) {
    if (event.type === "stage")
      console.log(`stage ${event.stage + 1}: ${event.plan.learningParameters.toLocaleString("en")} parameters learn`);
    if (event.type === "epoch")
      console.log(
        `  epoch ${String(event.epoch).padStart(2)}  loss ${event.loss.toFixed(3)}  held out ${percent(event.validationAccuracy)}${event.best ? "  best so far" : ""}`,
      );
  }
  const { validation } = await training.result;
  const [low, high] = validation.accuracyInterval;
  console.log(
    `\nOn ${validation.images} photos held back: ${percent(validation.accuracy)} right (${percent(low)} to ${percent(high)}); by chance it would be 17 %.\n`,
  );

  console.log("New photos:");
  for await (const answer of predict({ model: out, images: newPhotos })) {
    if ("problem" in answer) continue;
    const named = answer.classes.slice(0, 3).map(({ name, probability }) => `${name} ${percent(probability)}`);
    console.log(`  ${basename(answer.path).padEnd(16)} ${named.join(", ")}`);
  }
  console.log(`\nThe model is one file: ${join(out, "model.onnx")}`);
}

await main();
