// How fast this machine takes images through the whole network, where the run has not just seen it because everything was
// kept already.

import { nowMs } from "../clock.ts";
import { bind } from "../compile/5-bind.ts";
import { compileTrunk } from "../compile/program.ts";
import { openProgram } from "../runtime/session.ts";
import type { OpenRun } from "../train/open-run.ts";
import { buildNetwork, cutAt } from "../train/plan.ts";

const batch = 8;

/** Images in a second, forwards, from one batch of black ones after another that warms up. */
export async function measurePace({ config, network, parameters }: OpenRun): Promise<number> {
  const built = buildNetwork(network, { batch, learning: false, batchStatistics: new Set() });
  const { program, constants } = bind(compileTrunk(built, [cutAt(built, "pooled", "float32")]), parameters);
  const session = await openProgram(program, { constants, threads: config.threads });
  try {
    const image = new Uint8Array(batch * network.format.size ** 2 * 3);
    await session.run({ image });
    const startedMs = nowMs();
    await session.run({ image });
    return (batch * 1000) / Math.max(nowMs() - startedMs, 1);
  } finally {
    await session.release();
  }
}
