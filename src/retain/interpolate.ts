// Parameters between those of several networks that have learned from the same beginning: on the way from one to another
// (WiSE-FT, Wortsman et al. 2022, "Robust fine-tuning of zero-shot models") and in their middle (soups). New maps are made and
// none is changed. Each number is computed in float64 and rounded once, so what is equal in all stays as it is, to the bit.

export type Parameters = ReadonlyMap<string, Float32Array>;

/**
 * (1 - share) · from + share · to for every parameter.
 *
 * @param share - 0 gives `from`, 1 gives `to`
 * @throws a bug of ours when the two are not parameters of one network, or the share is none
 */
export function interpolated(from: Parameters, to: Parameters, share: number): Map<string, Float32Array> {
  if (!(share >= 0 && share <= 1)) throw new Error(`internal: ${share} is no share of a way`);
  return weighted([from, to], [1 - share, share]);
}

/**
 * The mean of every parameter.
 *
 * @throws a bug of ours when they are not parameters of one network, or there are none
 */
export function averaged(list: readonly Parameters[]): Map<string, Float32Array> {
  return weighted(
    list,
    list.map(() => 1),
  );
}

/** Σ weight · parameters / Σ weight. */
function weighted(list: readonly Parameters[], weights: readonly number[]): Map<string, Float32Array> {
  const [first] = list;
  if (first === undefined) throw new Error("internal: there is no average of nothing");
  if (list.some(({ size }) => size !== first.size)) throw new Error("internal: parameters of different networks");
  const whole = weights.reduce((total, weight) => total + weight, 0);
  return new Map(Array.from(first.keys(), (name) => [name, weightedTensor(tensorsOf(name, list), weights, whole)]));
}

function weightedTensor(tensors: readonly Float32Array[], weights: readonly number[], whole: number): Float32Array {
  return Float32Array.from({ length: tensors[0]!.length }, (_, i) => {
    let total = 0;
    for (let t = 0; t < tensors.length; t++) total += weights[t]! * tensors[t]![i]!;
    return total / whole;
  });
}

function tensorsOf(name: string, list: readonly Parameters[]): readonly Float32Array[] {
  return list.map((parameters) => {
    const tensor = parameters.get(name);
    if (tensor === undefined || tensor.length !== list[0]!.get(name)!.length)
      throw new Error(`internal: ${name} is not the same kind of parameter in all`);
    return tensor;
  });
}
