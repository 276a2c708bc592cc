// The layers below a run, one step of training by hand: network, programs, engine, update.

import {
  bind,
  compileTraining,
  compileTrunk,
  defineOptimizer,
  inceptionV4,
  initialParameters,
  lastFrozenBoundary,
  learningOf,
  networkParameters,
  newState,
  openProgram,
  parseUnfreeze,
  targetsOf,
  update,
} from "reinception";

/** Takes `steps` steps on one batch of noise and returns the loss before each. */
export async function learnByHand(steps: number): Promise<readonly number[]> {
  const [width, batch, classes] = [1 / 16, 4, 3];
  const head = { classes, hidden: [], dropout: 0 };

  // the network is data: a graph, and parameters by name
  const network = inceptionV4({ width, batch, size: [107, 107], image: "preprocessed", head });
  const parameters = new Map(
    [...initialParameters(networkParameters(width, head), 0)].map(([name, { values }]) => [name, values]),
  );
  const learns = new Set([
    ...learningOf(parseUnfreeze("2 blocks")).parameters,
    "last_linear.weight",
    "last_linear.bias",
  ]);
  const frozen = new Map([...parameters].filter(([name]) => !learns.has(name)));

  // what is frozen runs once, and what comes out of it is kept
  const cut = { boundary: lastFrozenBoundary(network, learns), dtype: "float32" } as const;
  const trunk = bind(compileTrunk(network, [cut]), frozen);
  const trunkSession = await openProgram(trunk.program, { constants: trunk.constants, threads: 1 });
  const image = Float32Array.from({ length: batch * 3 * 107 * 107 }, (_, i) => Math.sin(i));
  const activations = (await trunkSession.run({ image }))[cut.boundary.name]!;

  // what learns is fed to every step; loss and gradients come back
  const training = bind(compileTraining(network, cut, learns), frozen);
  const session = await openProgram(training.program, { constants: training.constants, threads: 1 });
  const optimizer = defineOptimizer({ name: "adam", definition: "keras" });
  const states = new Map([...learns].map((name) => [name, newState(optimizer, parameters.get(name)!)]));
  const targets = Float32Array.from(targetsOf([0, 1, 2, 0], classes));
  const losses: number[] = [];
  for (let step = 1; step <= steps; step++) {
    const outputs = await session.run({ activations, targets, ...Object.fromEntries(parameters) });
    losses.push(outputs.loss![0]!);
    for (const name of learns) {
      const gradient = outputs[`gradient:${name}`] as Float32Array;
      update(optimizer, {
        parameter: parameters.get(name)!,
        gradient,
        state: states.get(name)!,
        learningRate: 1e-3,
        step,
      });
    }
  }
  await trunkSession.release();
  await session.release();
  return losses;
}
