// Heat maps against PyTorch: the gradients of its own backward pass at the outputs of timm's blocks, averaged and weighed
// as Grad-CAM does. Views go in as bytes, as they do in the product.

import { inceptionInput } from "../../src/input-format.ts";
import { blocks } from "../../src/models/card.ts";
import { networkParameters } from "../../src/models/parameters.ts";
import { openPretrained } from "../../src/pretrained/open.ts";
import { heatMapsOf } from "../../src/train/heat-maps.ts";
import type { RunNetwork } from "../../src/train/plan.ts";
import type { Parameters } from "../../src/train/stepper.ts";
import { ruleImages, ruleTensor } from "../support/rule.ts";
import { type Check, exactly, guarded, requireKnown, within } from "./check.ts";
import { threads } from "./engine.ts";
import { worstDifference } from "./measure.ts";
import { widthOf } from "./settings.ts";
import { numberIn } from "./tolerance.ts";

export interface HeatMapFixture {
  readonly seed: number;
  readonly tolerance: string;
  readonly cases: readonly HeatMapCase[];
}

export interface HeatMapCase {
  readonly id: string;
  readonly weights: "rule" | "small";
  readonly width: string;
  readonly size: number;
  readonly classes: number;
  readonly hidden?: readonly number[];
  /** Blocks that the head reads, by the paper's names. */
  readonly depths?: readonly string[];
  readonly input: string;
  readonly maps: readonly WantedMap[];
}

interface WantedMap {
  readonly picture: number;
  readonly class: number;
  readonly block: string;
  readonly rows: number;
  readonly columns: number;
  readonly map: readonly number[];
}

const caseKeys = ["id", "weights", "width", "size", "classes", "hidden", "depths", "input", "maps"];

export async function* checkHeatMaps(fixture: HeatMapFixture): AsyncGenerator<Check> {
  const tolerance = numberIn(fixture.tolerance, "|difference| <= # of a map");
  for (const given of fixture.cases) {
    const place = { file: "grad-cam", case: given.id, engine: "float32" } as const;
    yield* guarded(place, async function* () {
      requireKnown("the case", given, caseKeys);
      const network = networkFor(given);
      const parameters = await parametersFor(fixture.seed, given, network);
      const views = viewsOf(fixture.seed, given.input);
      for (const block of new Set(given.maps.map((map) => map.block))) {
        const wanted = given.maps.filter((map) => map.block === block);
        const found = await mapsOf({ network, parameters, views, block }, wanted);
        yield exactly(place, `size of maps of ${block}`, found.size, [wanted[0]!.rows, wanted[0]!.columns]);
        for (const [i, one] of wanted.entries())
          yield within(
            place,
            `picture ${one.picture}, class ${one.class}, ${block}`,
            worstDifference([...found.maps[i]!], one.map),
            tolerance,
          );
      }
    });
  }
}

interface Looking {
  readonly network: RunNetwork;
  readonly parameters: Parameters;
  readonly views: Uint8Array;
  readonly block: string;
}

async function mapsOf({ network, parameters, views, block }: Looking, wanted: readonly WantedMap[]) {
  const bytes = network.format.size ** 2 * 3;
  const own = new Uint8Array(wanted.length * bytes);
  for (const [i, { picture }] of wanted.entries())
    own.set(views.subarray(picture * bytes, (picture + 1) * bytes), i * bytes);
  const heat = await heatMapsOf(network, parameters, { threads, block });
  const maps = await heat.maps(
    own,
    wanted.map((map) => map.class),
  );
  await heat.close();
  return { maps, size: [heat.rows, heat.columns] };
}

function networkFor({ width, size, classes, hidden = [], depths }: HeatMapCase): RunNetwork {
  const read = depths?.map((paper) => blocks.find((block) => block.paper === paper)!.name);
  const head = { classes, hidden, dropout: 0, ...(read && { depths: read }) };
  return { width: widthOf(width), format: { ...inceptionInput, size }, head };
}

async function parametersFor(seed: number, given: HeatMapCase, { width, head }: RunNetwork): Promise<Parameters> {
  if (given.weights === "small") {
    const small = await openPretrained("small");
    return new Map([...small.base, ...small.head!.tensors].map(([name, { values }]) => [name, values]));
  }
  const infos = networkParameters(width, head);
  return new Map(infos.map(({ name, kind, shape }) => [name, ruleTensor(seed, name, kind, shape)]));
}

/** The rule's images as bytes [pictures, size, size, 3]: what -1 and 1 were become 0 and 255. */
function viewsOf(seed: number, name: string): Uint8Array {
  const { shape, values } = ruleImages(seed, name);
  const [pictures, channels, rows, columns] = shape;
  const views = new Uint8Array(values.length);
  for (let i = 0; i < pictures; i++)
    for (let c = 0; c < channels; c++)
      for (let at = 0; at < rows * columns; at++) {
        const value = values[(i * channels + c) * rows * columns + at]!;
        views[(i * rows * columns + at) * channels + c] = Math.floor((value + 1) * 127.5 + 0.5);
      }
  return views;
}
