// What the model says of one picture: how probable each class is, whether it has learnt anything of that kind, where it looks,
// and what it has learnt that is most like it.

import { useState } from "preact/hooks";
import type { TryAnswer } from "../../api.ts";
import { runPath } from "../address.ts";
import { type Outcome, pictureAddress } from "../ask.ts";
import { HeatView } from "../parts/heat-view.tsx";
import { Icon } from "../parts/icon.tsx";
import { Link } from "../parts/link.tsx";
import { Problem } from "../parts/problem.tsx";
import { percent } from "../words.ts";
import type { Tried } from "./try-page.tsx";

const shownAtFirst = 5;
const thumbEdge = 160;

interface AnswerProps {
  readonly run: string;
  readonly tried: Tried;
  readonly outcome: Outcome<TryAnswer>;
  /** Share of pictures like the held-back ones that may be called unlike them. */
  readonly reject: number;
}

export function Answer({ run, tried, outcome, reject }: AnswerProps) {
  const { value, problem } = outcome;
  if (problem !== undefined) return <Problem problem={problem} />;
  const { prediction, heat, nearest } = value;
  if ("problem" in prediction) return <Problem problem={prediction.problem} />;
  const [first] = prediction.classes;
  return (
    <section class="card answer" aria-label={`What it says of ${tried.name}`}>
      {prediction.rejected && (
        <div class="unlike">
          <Icon name="warning" />
          <p>
            <strong>Unlike anything it has learnt.</strong> Of pictures of its kind at most {percent(reject)} lie this
            far off, so what it says is a guess.
          </p>
        </div>
      )}
      <Look tried={tried} heat={heat} what={first?.name ?? ""} />
      <p class="top-class">
        <strong>{first?.name}</strong> <span class="number">{first && percent(first.probability)}</span>
      </p>
      <Bars classes={prediction.classes} />
      {prediction.set && prediction.set.length > 1 && (
        <p class="note">In 95 of 100 pictures of that kind it is one of: {prediction.set.join(", ")}.</p>
      )}
      {nearest.length > 0 && (
        <>
          <h3>Learnt from, and most like it</h3>
          <ul class="nearest">
            {nearest.map(({ id, name, class: own }) => (
              <li key={id}>
                <Link to={runPath(run, "pictures", { split: "train", class: own })} label={`${name}, ${own}`}>
                  <img src={pictureAddress(run, id, thumbEdge)} alt="" loading="lazy" />
                  <span>{own}</span>
                </Link>
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}

function Look({ tried, heat, what }: { readonly tried: Tried; readonly heat: string | null; readonly what: string }) {
  const [shown, setShown] = useState(false);
  return <HeatView image={tried.image} alt={tried.name} heat={heat} shown={shown} show={setShown} what={what} />;
}

interface BarsProps {
  readonly classes: readonly { readonly name: string; readonly probability: number }[];
}

function Bars({ classes }: BarsProps) {
  const [all, setAll] = useState(false);
  const shown = all ? classes : classes.slice(0, shownAtFirst);
  return (
    <>
      <ol class="bars">
        {shown.map(({ name, probability }) => (
          <li key={name}>
            <span>{name}</span>
            <span class="number">{percent(probability)}</span>
            <span class="track" aria-hidden="true">
              <span style={{ width: `${100 * probability}%` }} />
            </span>
          </li>
        ))}
      </ol>
      {shown.length < classes.length && (
        <button type="button" onClick={() => setAll(true)}>
          All {classes.length} classes
        </button>
      )}
    </>
  );
}
