// What Keras' fit tells of an epoch, from the steps of ours: losses and accuracies of batches, as running means over the
// epoch, and of the validation images after it.

import { argmax, softmax } from "../../src/metrics.ts";
import { type Check, type Place, within } from "./check.ts";
import type { KerasEpoch, KerasLimits } from "./keras-fixture.ts";
import { type Numbers, worstDifference } from "./measure.ts";

/** What a batch, or all of the validation images, came to. */
export interface Judged {
  readonly loss: number;
  readonly logits: Numbers;
  readonly labels: ArrayLike<number>;
}

export function* compareEpoch(
  place: Place,
  where: string,
  expected: KerasEpoch,
  found: { readonly batches: readonly Judged[]; readonly validation: Judged },
  limits: KerasLimits,
): Generator<Check> {
  const { batches, validation } = found;
  const losses = batches.map(({ loss }) => loss);
  const running = runningMeans(batches);
  yield within(place, `${where}: losses of batches`, worstDifference(losses, expected.batchLosses), limits.losses);
  yield within(place, `${where}: running losses`, worstDifference(running, expected.runningLosses), limits.losses);
  yield within(place, `${where}: loss`, Math.abs(running.at(-1)! - expected.loss), limits.losses);
  yield within(place, `${where}: val_loss`, Math.abs(validation.loss - expected.val_loss), limits.losses);
  for (const [i, theirs] of expected.runningAccuracies.entries())
    yield accuracyCheck(place, `${where}: accuracy after batch ${i + 1}`, batches.slice(0, i + 1), theirs, limits);
  yield accuracyCheck(place, `${where}: accuracy`, batches, expected.accuracy, limits);
  yield accuracyCheck(place, `${where}: val_accuracy`, [validation], expected.val_accuracy, limits);
}

/** Mean loss of all images so far, after each batch. */
function runningMeans(batches: readonly Judged[]): readonly number[] {
  let [images, total] = [0, 0];
  return batches.map(({ loss, labels }) => {
    images += labels.length;
    total += loss * labels.length;
    return total / images;
  });
}

/** In images: as many are right as with Keras, but for those whose two largest probabilities are too close to say. */
function accuracyCheck(
  place: Place,
  what: string,
  judged: readonly Judged[],
  accuracy: number,
  { gap }: KerasLimits,
): Check {
  let [images, right, undecided] = [0, 0, 0];
  for (const { logits, labels } of judged) {
    const classes = logits.length / labels.length;
    const probabilities = softmax(logits, classes);
    const said = argmax(logits, classes);
    images += labels.length;
    right += said.reduce((total, label, i) => total + (label === labels[i] ? 1 : 0), 0);
    for (let start = 0; start < probabilities.length; start += classes) {
      const [first = 0, second = 0] = [...probabilities.subarray(start, start + classes)].sort((a, b) => b - a);
      if (first - second < gap) undecided += 1;
    }
  }
  return within(place, what, Math.abs(right - Math.round(accuracy * images)), undecided);
}
