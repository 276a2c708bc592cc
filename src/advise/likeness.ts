// How near new pictures are to what a network already knows: how much the classes that it learned before say about the new
// ones. Numbers to be shown beside what was measured by training. They decide nothing: such scores rank networks, and
// unstably at that (Agostinelli et al. 2022).

import { shuffled, stream } from "../random.ts";

export interface Likeness {
  /** Share of the uncertainty about the new class that the old one takes away, 0 to 1. */
  readonly likeness: number;
  /** What labels in random order give on the same pictures: near 1 where there are more old classes than pictures. */
  readonly byChance: number;
  /** (likeness - byChance) / (1 - byChance), not below 0: the number to show. */
  readonly corrected: number;
}

const permutations = 20;

/**
 * 1 - H(Y|Z) / H(Y) for new labels Y and the most probable old classes Z: the conditional entropy of Tran et al. (2019), as a
 * share; 0 where all new labels are the same. Few pictures in many old classes determine each other by chance alone, so labels
 * in random order are measured as well, as in adjusted mutual information (Vinh et al. 2010).
 *
 * @param labels - below `classes`; `sourceLabels` of the same pictures, below `sourceClasses`
 */
export function conditionalLikeness(
  labels: ArrayLike<number>,
  classes: number,
  sourceLabels: ArrayLike<number>,
  sourceClasses: number,
  seed = 0,
): Likeness {
  if (labels.length !== sourceLabels.length || labels.length === 0)
    throw new Error(
      `internal: ${labels.length} labels and ${sourceLabels.length} source labels are not of the same pictures`,
    );
  const known = shareKnown(labels, classes, sourceLabels, sourceClasses);
  let byChance = 0;
  for (let round = 0; round < permutations; round++) {
    const order = shuffled(labels.length, stream(seed, `likeness:${round}`));
    const moved = Uint32Array.from(order, (row) => labels[row]!);
    byChance += shareKnown(moved, classes, sourceLabels, sourceClasses) / permutations;
  }
  // where chance explains everything, nothing is left to explain
  const left = 1 - byChance;
  return { likeness: known, byChance, corrected: left < 1e-9 ? 0 : Math.max(0, (known - byChance) / left) };
}

/** 1 - H(Y|Z) / H(Y) = 1 - (H(Y, Z) - H(Z)) / H(Y). */
function shareKnown(
  labels: ArrayLike<number>,
  classes: number,
  sourceLabels: ArrayLike<number>,
  sourceClasses: number,
): number {
  const [ofLabel, ofSource] = [new Uint32Array(classes), new Uint32Array(sourceClasses)];
  const ofBoth = new Uint32Array(classes * sourceClasses);
  for (let row = 0; row < labels.length; row++) {
    const [y, z] = [labels[row]!, sourceLabels[row]!];
    ofLabel[y] = ofLabel[y]! + 1;
    ofSource[z] = ofSource[z]! + 1;
    ofBoth[y * sourceClasses + z] = ofBoth[y * sourceClasses + z]! + 1;
  }
  const ofLabels = entropy(ofLabel, labels.length);
  if (ofLabels === 0) return 0;
  const left = entropy(ofBoth, labels.length) - entropy(ofSource, labels.length);
  return Math.min(1, Math.max(0, 1 - left / ofLabels));
}

/** In nats. */
function entropy(counts: Uint32Array, whole: number): number {
  let total = 0;
  for (const count of counts) if (count > 0) total -= (count / whole) * Math.log(count / whole);
  return total;
}

/**
 * Log expected empirical prediction (Nguyen et al. 2020): how well new labels can be told from the probabilities θ of old
 * classes alone, 0 at best.
 *
 *   P(y, z) = 1/n Σ over rows of label y of θ(z),  P(y|z) = P(y, z) / P(z),  LEEP = 1/n Σ log Σ_z P(y|z) θ(z)
 *
 * @param probabilities - row-major [rows, sourceClasses]
 */
export function leep(
  probabilities: Float32Array | Float64Array,
  sourceClasses: number,
  labels: ArrayLike<number>,
  classes: number,
): number {
  const rows = labels.length;
  if (rows === 0 || probabilities.length !== rows * sourceClasses)
    throw new Error(`internal: ${probabilities.length} probabilities are not ${rows} rows of ${sourceClasses}`);
  const [ofSource, ofBoth] = [new Float64Array(sourceClasses), new Float64Array(classes * sourceClasses)];
  for (let row = 0; row < rows; row++)
    for (let z = 0, both = labels[row]! * sourceClasses; z < sourceClasses; z++, both++) {
      const probability = probabilities[row * sourceClasses + z]!;
      ofSource[z] = ofSource[z]! + probability;
      ofBoth[both] = ofBoth[both]! + probability;
    }
  let total = 0;
  for (let row = 0; row < rows; row++) {
    let expected = 0;
    for (let z = 0, both = labels[row]! * sourceClasses; z < sourceClasses; z++, both++)
      if (ofSource[z]! > 0) expected += (ofBoth[both]! / ofSource[z]!) * probabilities[row * sourceClasses + z]!;
    total += Math.log(expected);
  }
  return total / rows;
}
