// What learns, said in words: "50 layers", "10 convs", "2 blocks", "from mixed_7b", "all", "none". A number must name
// what it counts, because fifty layers of Keras are eleven convolutions; a bare one counts layers.

import { fail } from "../errors.ts";
import { blocks } from "./card.ts";
import { type KerasType, kerasLayers } from "./keras-layers.ts";
import { convolutions, networkParameters } from "./parameters.ts";

/** "layers" are the last of Keras' list, "convs" the last convolutions in timm's order, "blocks" the last of the 22. */
export type Unfreeze =
  | { readonly kind: "layers"; readonly count: number }
  | { readonly kind: "convs"; readonly count: number }
  | { readonly kind: "blocks"; readonly count: number }
  | { readonly kind: "from"; readonly block: string }
  | { readonly kind: "all" }
  | { readonly kind: "none" };

/** Parameters of the base that learn and batch norms (`features.20.branch0.bn`) that are unfrozen, in timm's order. */
export interface Learning {
  /** Kernels, gammas and betas; never running statistics. */
  readonly parameters: readonly string[];
  readonly batchNorms: readonly string[];
}

/** How many there are of what can be counted. */
const available = { layers: kerasLayers().length, convs: convolutions(1).length, blocks: blocks.length };
type Unit = keyof typeof available;

/**
 * Reads what a user wrote. Case and surrounding blanks do not matter, "1 layer" is as good as "1 layers", a block goes
 * by the paper's name or by timm's.
 *
 * @throws options/unfreeze, options/unfreeze-count, options/unfreeze-block
 */
export function parseUnfreeze(text: string): Unfreeze {
  const said = text.trim().toLowerCase();
  if (said === "all" || said === "none") return { kind: said };
  const [, digits, unit = "layer"] = /^(\d+)\s*(?:(layer|conv|block)s?)?$/.exec(said) ?? [];
  if (digits !== undefined) return counted(text, `${unit}s` as Unit, Number(digits));
  const [, named] = /^from\s+(\S+)$/.exec(said) ?? [];
  if (named === undefined) return fail("options/unfreeze", { text });
  const block = blocks.find(({ name, paper }) => name === named || paper === named);
  if (block === undefined) return fail("options/unfreeze-block", { named, blocks: blocks.map(({ paper }) => paper) });
  return { kind: "from", block: block.name };
}

/** The same in words that `parseUnfreeze` reads. */
export function showUnfreeze(unfreeze: Unfreeze): string {
  if (unfreeze.kind === "all" || unfreeze.kind === "none") return unfreeze.kind;
  if (unfreeze.kind === "from") return `from ${blocks.find(({ name }) => name === unfreeze.block)!.paper}`;
  return `${unfreeze.count} ${unfreeze.count === 1 ? unfreeze.kind.slice(0, -1) : unfreeze.kind}`;
}

/** What learns in the base, whatever the width. A Keras layer brings only its own parameters. */
export function learningOf(unfreeze: Unfreeze): Learning {
  const { kernels, batchNorms } = learningLayers(unfreeze);
  const parameters = networkParameters(1).flatMap(({ name, kind, layer }) => {
    const learns =
      kind === "kernel" ? kernels.has(layer) : (kind === "gamma" || kind === "beta") && batchNorms.has(layer);
    return learns ? [name] : [];
  });
  const inOrder = convolutions(1).filter(({ name }) => batchNorms.has(name));
  return { parameters, batchNorms: inOrder.map(({ name }) => `${name}.bn`) };
}

/** timm's prefixes of the convolutions whose kernel learns, and of those whose batch norm learns. */
interface LearningLayers {
  readonly kernels: ReadonlySet<string>;
  readonly batchNorms: ReadonlySet<string>;
}

function learningLayers(unfreeze: Unfreeze): LearningLayers {
  switch (unfreeze.kind) {
    case "layers": {
      const layers = kerasLayers().slice(available.layers - unfreeze.count);
      const named = (type: KerasType) => new Set(layers.flatMap((layer) => (layer.type === type ? [layer.timm] : [])));
      return { kernels: named("Conv2D"), batchNorms: named("BatchNormalization") };
    }
    case "convs":
      return whole(convolutions(1).slice(available.convs - unfreeze.count));
    case "blocks":
      return fromStage(available.blocks - unfreeze.count);
    case "from":
      return fromStage(blocks.findIndex(({ name }) => name === unfreeze.block));
    case "all":
      return fromStage(0);
    case "none":
      return whole([]);
  }
}

function fromStage(first: number): LearningLayers {
  const names = new Set(blocks.slice(first).map(({ name }) => name));
  return whole(convolutions(1).filter(({ block }) => names.has(block)));
}

/** Convolutions which learn together with their batch norms. */
function whole(learning: readonly { readonly name: string }[]): LearningLayers {
  const names = new Set(learning.map(({ name }) => name));
  return { kernels: names, batchNorms: names };
}

function counted(text: string, kind: Unit, count: number): Unfreeze {
  if (count > available[kind]) return fail("options/unfreeze-count", { text, kind, available: available[kind] });
  return { kind, count };
}
