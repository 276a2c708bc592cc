// A place to try a run's model: pictures that are dropped, chosen, pasted or taken with the camera, what it says of each, and
// why. They go to the server on this machine and nowhere else.

import { useEffect, useRef, useState } from "preact/hooks";
import type { RunDetail, RunRow, TryAnswer } from "../../api.ts";
import { withQuery } from "../address.ts";
import { change, type Outcome } from "../ask.ts";
import { Empty } from "../parts/empty.tsx";
import { Skeleton } from "../parts/skeleton.tsx";
import { voice } from "../saying.ts";
import { token } from "../token.ts";
import { wholePercent } from "../words.ts";
import { Answer } from "./answer.tsx";
import { type AskedDoubts, doubtsFor } from "./doubts.ts";
import { DropZone } from "./drop-zone.tsx";

const keptAtMost = 12;

export interface Tried {
  readonly key: number;
  readonly name: string;
  /** Address of the picture in this page. */
  readonly image: string;
  readonly outcome: Outcome<TryAnswer> | undefined;
}

interface TryPageProps {
  readonly detail: RunDetail;
  readonly row: RunRow;
}

export function TryPage({ detail, row }: TryPageProps) {
  const [tried, setTried] = useState<readonly Tried[]>([]);
  const [shown, setShown] = useState(0);
  const keys = useRef(0);
  const doubts = doubtsFor(detail.report?.validation.images ?? 0);
  useFreed(tried);
  if (!row.hasModel)
    return (
      <Empty title="There is no model to try yet">
        <p>It is there when the run has ended.</p>
      </Empty>
    );
  if (token() === null)
    return (
      <Empty title="To try it, open the address that the terminal printed">
        <p>A picture that is sent is work for this machine, and so it needs the token of that address.</p>
      </Empty>
    );
  const one = async (picture: Blob, name: string) => {
    const key = ++keys.current;
    const mine = { key, name, image: URL.createObjectURL(picture), outcome: undefined };
    setTried((tried) => [mine, ...tried].slice(0, keptAtMost));
    setShown(key);
    const outcome = await answerOf(row.name, picture, doubts);
    setTried((tried) => tried.map((one) => (one.key === key ? { ...one, outcome } : one)));
    voice.answer(told(name, outcome));
  };
  const take = async (pictures: readonly File[]) => {
    for (const picture of pictures) await one(picture, picture.name);
  };
  const current = tried.find(({ key }) => key === shown);
  return (
    <div class="try">
      <div>
        <DropZone take={(files) => void take(files)} shoot={(picture) => one(picture, "camera")} />
        {tried.length > 1 && (
          <ul class="strip-of-pictures" aria-label="Tried before">
            {tried.map(({ key, name, image }) => (
              <li key={key}>
                <button type="button" aria-pressed={key === shown} onClick={() => setShown(key)}>
                  <img src={image} alt={name} />
                </button>
              </li>
            ))}
          </ul>
        )}
      </div>
      {current === undefined ? (
        <div class="card quiet">
          <p class="note">What the model says of a picture stands here.</p>
        </div>
      ) : current.outcome === undefined ? (
        <div class="card">
          <Skeleton lines={6} />
        </div>
      ) : (
        <Answer
          key={current.key}
          run={row.name}
          tried={current}
          outcome={current.outcome}
          reject={doubts.reject ?? 0}
        />
      )}
    </div>
  );
}

/** Asks with doubt; where the model cannot tell how much, as one of an older run, without. */
async function answerOf(run: string, picture: Blob, doubts: AskedDoubts): Promise<Outcome<TryAnswer>> {
  const path = `runs/${encodeURIComponent(run)}/try`;
  const whole = await change<TryAnswer>(withQuery(path, { ...doubts }), picture);
  return whole.problem?.code.startsWith("predict/") ? change<TryAnswer>(path, picture) : whole;
}

function told(name: string, { value, problem }: Outcome<TryAnswer>): string {
  if (problem !== undefined) return `${name}: ${problem.message}`;
  const { prediction } = value;
  if ("problem" in prediction) return `${name}: ${prediction.problem.message}`;
  const [first] = prediction.classes;
  if (first === undefined) return name;
  const unlike = prediction.rejected ? "Unlike anything it has learnt. " : "";
  return `${name}: ${unlike}${first.name}, ${wholePercent(first.probability)}.`;
}

/** Pictures that are shown no more are let go of, all of them when the page is left. */
function useFreed(tried: readonly Tried[]): void {
  const open = useRef<readonly string[]>([]);
  useEffect(() => {
    const now = tried.map(({ image }) => image);
    for (const image of open.current) if (!now.includes(image)) URL.revokeObjectURL(image);
    open.current = now;
  }, [tried]);
  useEffect(() => () => open.current.forEach((image) => void URL.revokeObjectURL(image)), []);
}
