// One number that makes a classifier as sure as it is right: logits are divided by a temperature T, which changes no
// prediction. Fitted on rows that the classifier has not learned from.

/** Between these temperatures the fit is sought: where all rows are right, or all wrong, the best one would have no end. */
const [coldest, hottest] = [1 / 20, 20];
/** Of log T; where no larger one lowers the loss the fit has ended. */
const smallestMove = 1e-11;

export interface Temperature {
  readonly temperature: number;
  /** Mean log loss on the rows of the fit at T = 1 and at `temperature`. */
  readonly before: number;
  readonly after: number;
  /** Whether a better one lies beyond what is tried: the rows do not say how sure to be. */
  readonly atBound: boolean;
}

/** Value and derivatives of the mean log loss by u = log T. */
interface LossOfLogT {
  readonly loss: number;
  readonly slope: number;
  readonly bend: number;
}

/**
 * The temperature of the least mean log loss, by Newton's method on log T from T = 1.
 *
 * With β = 1 / T the loss is mean(log Σ exp(β z) - β z_y), convex in β; slope E[z] - z_y and bend Var[z], under the softmax of
 * β z, become -β slope and β² bend + β slope by u. Where the second is not positive, β² bend alone, which is never negative,
 * gives the step. A step that does not lower the loss is halved.
 *
 * @param logits - row-major [rows, classes]
 */
export function fitTemperature(logits: ArrayLike<number>, labels: ArrayLike<number>, classes: number): Temperature {
  const [low, high] = [Math.log(coldest), Math.log(hottest)];
  const before = lossAt(logits, labels, classes, 0);
  let [u, now] = [0, before];
  for (let step = 0; step < 100; step++) {
    const towards = -now.slope / now.bend;
    let move = Math.min(1, Math.max(-1, Number.isFinite(towards) ? towards : -Math.sign(now.slope)));
    let next = now;
    for (; Math.abs(move) > smallestMove; move /= 2) {
      next = lossAt(logits, labels, classes, Math.min(high, Math.max(low, u + move)));
      if (next.loss <= now.loss) break;
    }
    const reached = Math.min(high, Math.max(low, u + move));
    if (Math.abs(move) <= smallestMove || reached === u) break;
    [u, now] = [reached, next];
  }
  return { temperature: Math.exp(u), before: before.loss, after: now.loss, atBound: u === low || u === high };
}

function lossAt(logits: ArrayLike<number>, labels: ArrayLike<number>, classes: number, u: number): LossOfLogT {
  const beta = Math.exp(-u);
  let [loss, slope, bend] = [0, 0, 0];
  for (let row = 0; row < labels.length; row++) {
    const start = row * classes;
    let top = -Infinity;
    for (let k = 0; k < classes; k++) top = Math.max(top, logits[start + k]!);
    let [total, first, second] = [0, 0, 0];
    for (let k = 0; k < classes; k++) {
      const z = logits[start + k]! - top;
      const share = Math.exp(beta * z);
      total += share;
      first += share * z;
      second += share * z * z;
    }
    const mean = first / total;
    const truth = logits[start + labels[row]!]! - top;
    loss += Math.log(total) - beta * truth;
    slope += mean - truth;
    bend += second / total - mean * mean;
  }
  const rows = labels.length;
  const byLog = beta * beta * bend + beta * slope;
  return { loss: loss / rows, slope: (-beta * slope) / rows, bend: (byLog > 0 ? byLog : beta * beta * bend) / rows };
}
