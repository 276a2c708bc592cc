// npm run demo: retrains the embedded small network on the clothing photos beside this file and looks at new ones.

import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { predict, retrain } from "reinception";

const photos = fileURLToPath(new URL("photos", import.meta.url));
const newPhotos = fileURLToPath(new URL("new-photos", import.meta.url));
const out = join(mkdtempSync(join(tmpdir(), "reinception-demo-")), "run");
const percent = (share: number) => `${(100 * share).toFixed(1)} %`;

async function main(): Promise<void> {
  console.log("Retraining a small Inception-v4 on 300 photos of clothing; how, it finds out from the photos.\n");
  const training = retrain({ data: photos, out, weights: "small", budget: "30s" });
  for await (const event of training) {
    if (event.type === "progress" && event.phase === "probe" && event.done === 0)
      console.log("asking the frozen network at several depths");
    if (event.type !== "trial") continue;
    const { number, settings, accuracy, seconds } = event.trial;
    const how = `${settings.unfreeze}, rate ${settings.learningRate}, ${settings.epochs} epochs`;
    console.log(`trial ${number}  ${how.padEnd(42)} held out ${percent(accuracy)}  ${seconds.toFixed(1)} s`);
  }
  const { advice, validation } = await training.result;
  console.log(`\nWhy:\n${advice!.explanation.map((sentence) => `  ${sentence}`).join("\n")}`);
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
