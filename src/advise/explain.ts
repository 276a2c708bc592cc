// Why, in five sentences with the numbers that decided; and what would change the decision. Pure: from what was found out
// to words.

import type { Advice, CandidateRecord } from "../train/advice.ts";
import type { TrialSettings } from "../train/trial-record.ts";

/** Everything that is told about. */
export type Findings = Omit<Advice, "explanation" | "wouldChange"> & { readonly classes: number };

export function explain(found: Findings): Pick<Advice, "explanation" | "wouldChange"> {
  return {
    explanation: [pictures(found), probes(found), trials(found), decision(found), curve(found)],
    wouldChange: changes(found),
  };
}

/** What learns and how, as in "everything from mixed_6b on at 0.001 for 12 epochs". */
export function unfrozenText({ unfreeze, learningRate, epochs }: TrialSettings, whole = true): string {
  const what =
    unfreeze === "all"
      ? "the whole network"
      : unfreeze.startsWith("from ")
        ? `all ${unfreeze} on`
        : `the last ${unfreeze}`;
  if (!whole) return `of ${what}`;
  return `${what}, rate ${learningRate}, ${counted(epochs, "epoch")}`;
}

function pictures({ images, classes, smallest, largest, likeness }: Findings): string {
  const sizes =
    smallest.images === largest.images
      ? `${smallest.images} each`
      : `from ${smallest.images} to ${largest.images} each`;
  const split = `${counted(images.train, "picture")} of ${classes} classes (${sizes}) are learnt from and ${images.validation} held back`;
  if (likeness === null)
    return `${split}; how like they are to what the network has seen is not known, since its weights name no classes.`;
  const how = likeness.likeness >= 0.5 ? "much like" : likeness.likeness >= 0.2 ? "somewhat like" : "unlike";
  return `${split}; they are ${how} what the network has seen (likeness ${likeness.likeness.toFixed(2)}, where 1 is the same).`;
}

function probes({ probes, multiDepth }: Findings): string {
  const last = probes.at(-1)!;
  const linear = `With the network frozen, a linear head behind its last block is right on ${points(last.accuracy, last.standardError)}`;
  if (multiDepth === null) return `${linear}, and earlier blocks add nothing to it.`;
  return `${linear}, one behind ${multiDepth.depth} on ${percent(multiDepth.accuracy)}.`;
}

function trials({ trials, spentSeconds, candidates }: Findings): string {
  if (trials.length === 0) return "No trial of fine-tuning was made.";
  const tuned = candidates.filter(({ trial }) => trial !== null);
  const made = `${counted(trials.length, "trial")} of fine-tuning took ${duration(spentSeconds)}`;
  if (tuned.length === 0) return `${made}, and none was better than what it began with.`;
  const best = tuned.reduce((a, b) => (b.accuracy > a.accuracy ? b : a));
  return `${made}; the best (${best.name}) is right on ${percent(best.accuracy)} of the held-back pictures.`;
}

function decision({ candidates, chosen }: Findings): string {
  const own = candidates.find(({ name }) => name === chosen.name)!;
  const linear = candidates[0]!;
  const within = `${percent(own.accuracy)} of the held-back pictures (${shares(own)})`;
  const most = Math.max(...candidates.map(({ compared }) => compared.accuracy));
  const best = own.compared.accuracy === most ? own : candidates.find(({ compared }) => compared.accuracy === most)!;
  const { pictures } = own.compared;
  if (own.name === best.name && own.name !== linear.name) {
    const against = `of ${pictures} pictures that neither had seen the linear head alone is right on ${linear.onlyThis}, it alone on ${linear.onlyBest}`;
    return `Taken: ${own.name}, right on ${within}; ${against} (p = ${chance(linear.p)}).`;
  }
  if (own.name === best.name) return `Taken: ${own.name}, right on ${within}, which nothing else exceeds.`;
  if (best.verdict === "forgets too much")
    return `Taken: ${own.name}, right on ${within}; ${best.name} is right on ${percent(best.accuracy)}, but forgets more than --max-forgetting allows.`;
  return `Taken: ${own.name}, right on ${within}: it is simpler than ${best.name} (${percent(best.compared.accuracy)} of ${pictures} pictures, against ${percent(own.compared.accuracy)}), and the difference may be chance (p = ${chance(own.p)}).`;
}

function curve({ learningCurve, images }: Findings): string {
  if (learningCurve === null) return `There are too few pictures to say what more of them would bring.`;
  const { gainOfTwice, standardError } = learningCurve;
  const [first] = learningCurve.points;
  const from =
    first === undefined || first.images === images.train ? "" : `, seen from ${counted(first.images, "picture")} on`;
  return `With twice the pictures it would be right on about ${(100 * gainOfTwice).toFixed(1)} points more (± ${(100 * standardError).toFixed(1)})${from}.`;
}

function changes({
  smallest,
  largest,
  images,
  outOfTime,
  budgetSeconds,
  costs,
  trials,
  learningCurve,
}: Findings): readonly string[] {
  const found: string[] = [];
  if (smallest.images * 2 <= largest.images)
    found.push(`more pictures of "${smallest.name}", which has ${smallest.images}`);
  else if (learningCurve !== null && learningCurve.gainOfTwice > 2 * learningCurve.standardError)
    found.push("more pictures of every class");
  const visible = (2 * 0.5) / Math.sqrt(images.validation);
  if (visible > 0.05)
    found.push(
      `more held-back pictures: with ${images.validation}, differences below ${(100 * visible).toFixed(0)} points can be chance`,
    );
  if (outOfTime) {
    const untried = costs.filter(({ unfreeze }) => !trials.some(({ settings }) => settings.unfreeze === unfreeze));
    const names = untried.map(
      ({ unfreeze, secondsPerEpoch }) => `${unfreeze} (${duration(secondsPerEpoch)} for each epoch)`,
    );
    found.push(
      `a larger --budget than ${duration(budgetSeconds)}${names.length > 0 ? `, for ${names.join(" and ")}` : ""}`,
    );
  }
  return found;
}

function shares({ accuracyInterval: [low, high] }: CandidateRecord): string {
  return `${(100 * low).toFixed(1)} to ${(100 * high).toFixed(1)}`;
}

function points(share: number, error: number): string {
  return `${percent(share)} (± ${(100 * error).toFixed(1)})`;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

function chance(p: number): string {
  return p < 0.001 ? "below 0.001" : p.toFixed(3);
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

/** As in "45 s" or "3 min 10 s". */
function duration(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole < 60) return seconds < 10 ? `${seconds.toFixed(1)} s` : `${whole} s`;
  return `${Math.floor(whole / 60)} min${whole % 60 === 0 ? "" : ` ${whole % 60} s`}`;
}
