// One network from several that have learned from the same beginning: the mean of the parameters of those that go well
// together (greedy soup, Wortsman et al. 2022, "Model soups", recipe 1). It costs as much as one network to run.

import { averaged, type Parameters } from "../retain/interpolate.ts";

export interface Ingredient {
  readonly name: string;
  readonly parameters: Parameters;
  /** Of the held-back pictures, more is better. */
  readonly score: number;
}

export interface Soup {
  /** Names, in the order in which they were added. */
  readonly members: readonly string[];
  readonly parameters: Map<string, Float32Array>;
  /** What the judge says of it. */
  readonly score: number;
}

/**
 * Begins with the ingredient of the best score and goes through the others from better to worse, of equals the first given
 * first: one stays where
 *
 *   score(average(members and this one)) >= score(average(members))
 *
 * The first is judged as well, so that a soup is never worse than it by the judge's own measure.
 *
 * @param judge - score of parameters on the held-back pictures; asked once for each ingredient, one after another
 * @throws a bug of ours when there are no ingredients
 */
export async function greedySoup(
  ingredients: readonly Ingredient[],
  judge: (parameters: Map<string, Float32Array>) => Promise<number>,
): Promise<Soup> {
  const [first, ...others] = ingredients.toSorted((left, right) => right.score - left.score);
  if (first === undefined) throw new Error("internal: there is no soup of nothing");
  let members = [first];
  let parameters = averageOf(members);
  let score = await judge(parameters);
  for (const other of others) {
    const more = [...members, other];
    const average = averageOf(more);
    const scored = await judge(average);
    if (scored >= score) [members, parameters, score] = [more, average, scored];
  }
  return { members: members.map(({ name }) => name), parameters, score };
}

function averageOf(members: readonly Ingredient[]): Map<string, Float32Array> {
  return averaged(members.map(({ parameters }) => parameters));
}
