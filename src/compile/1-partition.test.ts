import { describe, expect, test } from "vitest";
import { givenFor } from "../../test/support/given.ts";
import { smallNetwork } from "../../test/support/small-network.ts";
import { type Program, parametersOf } from "../ir/program.ts";
import { evaluate } from "../ir/reference.ts";
import { verify } from "../ir/verify.ts";
import { lastFrozenBoundary, suffixOf, trunkOf } from "./1-partition.ts";

describe("the last frozen boundary is", () => {
  test.each([
    ["the last of all where nothing learns", [], [], "pooled"],
    ["before the head where only the head learns", ["head.weight", "head.bias"], [], "pooled"],
    ["before the branches where one of them learns", ["right.gamma", "head.bias"], [], "stem"],
    ["before the branches where both learn", ["left.kernel", "right.beta"], [], "stem"],
    ["the image where the first kernel learns", ["stem.kernel"], [], "image"],
    ["before what uses statistics of the batch, though nothing in it learns", ["head.weight"], ["left"], "stem"],
    ["the image where the first batch norm uses statistics of the batch", ["head.weight"], ["stem"], "image"],
    ["before the first of several that do", [], ["left", "right"], "stem"],
    ["before what learns where that comes first", ["stem.beta"], ["right"], "image"],
  ])("%s", (_, learns, batchStatistics, expected) => {
    expect(lastFrozenBoundary(smallNetwork(batchStatistics), new Set(learns)).name).toBe(expected);
  });

  test("not moved by a name that the network does not have", () => {
    expect(lastFrozenBoundary(smallNetwork(), new Set(["elsewhere"])).name).toBe("pooled");
  });
});

describe("trunk and suffix are the network", () => {
  const network = smallNetwork();
  const whole = { graph: network.graph, outputs: { logits: network.logits } };
  const given = givenFor(network.graph);

  test.each(network.boundaries.slice(1))("cut at $name", (boundary) => {
    const cut = { boundary, dtype: "float32" } as const;
    const trunk = verify(trunkOf(network, [cut]));
    const suffix = verify(suffixOf(network, cut, { logits: network.logits }));
    const activations = evaluate(trunk, given)[boundary.name]!;
    expect(evaluate(suffix, { ...given, activations })).toEqual(evaluate(whole, given));
    // each parameter is on one side
    expect([...parametersOf(trunk), ...parametersOf(suffix)].sort()).toEqual([...parametersOf(whole)].sort());
    expect(inputsOf(trunk)).toEqual(["image float32"]);
    expect(inputsOf(suffix)).toEqual(["activations float32"]);
  });

  test("also where the suffix wants more than the logits", () => {
    const network = smallNetwork(["left"]);
    const [{ mean, variance }, [, boundary]] = [network.statistics[0]!, network.boundaries];
    const outputs = { logits: network.logits, mean, variance };
    const cut = { boundary: boundary!, dtype: "float32" } as const;
    const activations = evaluate(trunkOf(network, [cut]), given).stem!;
    const suffix = verify(suffixOf(network, cut, outputs));
    expect(evaluate(suffix, { ...given, activations })).toEqual(evaluate({ graph: network.graph, outputs }, given));
    expect(parametersOf(suffix).filter((name) => name.startsWith("stem"))).toEqual([]);
  });

  test("at the image nothing is cut", () => {
    const cut = { boundary: network.boundaries[0]!, dtype: "float32" } as const;
    const suffix = suffixOf(network, cut, { logits: network.logits });
    expect(inputsOf(suffix)).toEqual(["image float32"]);
    expect(evaluate(verify(suffix), given)).toEqual(evaluate(whole, given));
    expect(evaluate(verify(trunkOf(network, [cut])), given).image).toEqual(given.image);
  });

  test("what is kept as float16 leaves the trunk as float16, and the suffix computes in float32", () => {
    const cut = { boundary: network.boundaries[1]!, dtype: "float16" } as const;
    const trunk = verify(trunkOf(network, [cut]));
    expect(trunk.outputs.stem!.type).toEqual({ dtype: "float16", shape: cut.boundary.value.type.shape });
    const suffix = verify(suffixOf(network, cut, { logits: network.logits }));
    expect(inputsOf(suffix)).toEqual(["activations float16"]);
    expect(suffix.outputs.logits!.type.dtype).toBe("float32");
    const activations = evaluate(trunk, given).stem!;
    expect(evaluate(suffix, { ...given, activations })).toEqual(evaluate(whole, given));
  });

  test("one trunk keeps several boundaries, each in its own type", () => {
    const [, stem, , pooled] = network.boundaries;
    const trunk = verify(
      trunkOf(network, [
        { boundary: stem!, dtype: "float16" },
        { boundary: pooled!, dtype: "float32" },
      ]),
    );
    const kept = Object.entries(trunk.outputs).map(([name, { type }]) => `${name} ${type.dtype}`);
    expect(kept).toEqual(["stem float16", "pooled float32"]);
    const values = { stem: stem!.value, pooled: pooled!.value };
    expect(evaluate(trunk, given)).toEqual(evaluate({ graph: network.graph, outputs: values }, given));
  });

  test("cutting leaves the network as it was", () => {
    const nodes = [...network.graph.nodes];
    const cut = { boundary: network.boundaries[2]!, dtype: "float16" } as const;
    trunkOf(network, [cut]);
    suffixOf(network, cut, { logits: network.logits });
    expect(network.graph.nodes.length).toBe(nodes.length);
    expect(network.graph.nodes.every((node, i) => node === nodes[i])).toBe(true);
  });
});

function inputsOf({ graph }: Program): readonly string[] {
  return graph.nodes.flatMap((node) =>
    node.op === "input" ? [`${node.attributes.name} ${node.attributes.dtype}`] : [],
  );
}
