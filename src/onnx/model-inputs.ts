// Another beginning for a model: values inside of it become its inputs.

import type { OnnxModel, OnnxValue } from "./schema.ts";

/** The model from these values on; nodes and constants that only led to them are left out. */
export function startingAt(model: OnnxModel, inputs: readonly OnnxValue[]): OnnxModel {
  const { graph } = model;
  const given = new Set(inputs.map(({ name }) => name));
  const needed = new Set(graph.outputs.map(({ name }) => name));
  const nodes = [...graph.nodes].reverse().filter(({ inputs, outputs }) => {
    if (outputs.every((name) => given.has(name) || !needed.has(name))) return false;
    for (const name of inputs) needed.add(name);
    return true;
  });
  const absent = inputs.find(({ name }) => !hasValue(model, name));
  if (absent !== undefined) throw new Error(`internal: the model has no value "${absent.name}"`);
  const lost = graph.inputs.find(({ name }) => needed.has(name) && !given.has(name));
  if (lost !== undefined) throw new Error(`internal: the model still needs its input "${lost.name}"`);
  return {
    ...model,
    graph: {
      ...graph,
      inputs,
      nodes: nodes.reverse(),
      initializers: graph.initializers.filter(({ name }) => needed.has(name)),
    },
  };
}

/** Whether a value of this name is an input of the model or computed in it. */
export function hasValue({ graph }: OnnxModel, name: string): boolean {
  return graph.inputs.some((input) => input.name === name) || graph.nodes.some(({ outputs }) => outputs.includes(name));
}

/** The model with another name for one of its inputs. */
export function withInputName(model: OnnxModel, from: string, to: string): OnnxModel {
  const { graph } = model;
  const renamed = (name: string) => (name === from ? to : name);
  return {
    ...model,
    graph: {
      ...graph,
      inputs: graph.inputs.map((input) => ({ ...input, name: renamed(input.name) })),
      nodes: graph.nodes.map((node) => ({ ...node, inputs: node.inputs.map(renamed) })),
    },
  };
}
