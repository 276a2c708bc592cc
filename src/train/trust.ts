// How far the answers of a finished network can be trusted, measured on pictures that it has not learnt from: how sure it may
// be (temperature), which sets of classes hold the true one (scores), and how near pictures of its kind lie to those that
// were learnt from (distances). They also decided which epoch was kept, so all of it is a little on the bright side.

import { type Calibration, calibrationOf } from "../head/calibration.ts";
import { trueClassScores } from "../head/conformal.ts";
import { type KeptNumbers, keepNumbers } from "../head/kept-numbers.ts";
import { distancesTo } from "../head/prototypes.ts";
import { fitTemperature } from "../head/temperature.ts";
import { softmax } from "../metrics.ts";
import type { Prototypes } from "../onnx/answers.ts";
import type { Answers } from "./stepper.ts";

/** With fewer held-back pictures a temperature says more about them than about the network. */
const fewestToCalibrate = 30;

/** What logits were divided by, and what came of it. */
export interface CalibrationReport {
  /** 1 where it was not fitted. */
  readonly temperature: number;
  /** Why it was not, in words. */
  readonly reason: string | null;
  /** Held-back pictures that it was fitted on. */
  readonly images: number;
  readonly validation: BeforeAndAfter;
  /** Only where the data has a test folder: what new pictures may expect. */
  readonly test: BeforeAndAfter | null;
}

/** Of the softmax of the logits as they are, and divided by the temperature. */
export interface BeforeAndAfter {
  readonly before: Calibration;
  readonly after: Calibration;
}

/** What a model file carries to be trusted by. */
export interface Trust {
  readonly temperature: number;
  readonly trueClassScores: KeptNumbers;
  readonly distances: KeptNumbers;
}

/** Pictures with known classes, and what the network says of them. */
export interface Heard extends Answers {
  readonly labels: readonly number[];
}

/** The temperature that fits held-back pictures; 1 and the reason where they do not tell. */
export function temperatureFor(
  { logits, labels }: Pick<Heard, "logits" | "labels">,
  classes: number,
): Pick<CalibrationReport, "temperature" | "reason" | "images"> {
  const images = labels.length;
  const none = (reason: string) => ({ temperature: 1, reason, images });
  if (images < fewestToCalibrate) return none(`${images} pictures are held back, and ${fewestToCalibrate} are needed`);
  const { temperature, atBound } = fitTemperature(logits, labels, classes);
  if (atBound && temperature < 1)
    return none("nearly all held-back pictures are called right, so there is no end to it");
  if (atBound) return none("the answers for held-back pictures are worse than none");
  // what the model file holds is float32
  return { temperature: Math.fround(temperature), reason: null, images };
}

/** Probabilities as a model says them: softmax of each row of logits / temperature. */
export function probabilitiesOf(logits: Float32Array, classes: number, temperature: number): Float64Array {
  return softmax(
    Float64Array.from(logits, (value) => value / temperature),
    classes,
  );
}

export function calibrationReport(validation: Heard, test: Heard | undefined, classes: number): CalibrationReport {
  const fitted = temperatureFor(validation, classes);
  const at = ({ logits, labels }: Heard, temperature: number) =>
    calibrationOf({ probabilities: probabilitiesOf(logits, classes, temperature), labels, classes });
  const both = (heard: Heard) => ({ before: at(heard, 1), after: at(heard, fitted.temperature) });
  return { ...fitted, validation: both(validation), test: test === undefined ? null : both(test) };
}

export function trustOf(
  { logits, features, labels }: Heard,
  { classes, temperature, prototypes }: { classes: number; temperature: number; prototypes: Prototypes },
): Trust {
  const probabilities = probabilitiesOf(logits, classes, temperature);
  return {
    temperature,
    trueClassScores: keepNumbers(trueClassScores({ probabilities, labels, classes })),
    distances: keepNumbers(distancesTo(prototypes, features)),
  };
}
