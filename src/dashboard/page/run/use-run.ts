// A run as state: what the server knows of it, and on top of that what it says while it goes on.

import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import type { Advice, RunEvent } from "../../../index.ts";
import type { LiveMessage, Problem, RunDetail, RunRow } from "../../api.ts";
import { voice } from "../saying.ts";
import { useAsked } from "../use-asked.ts";
import { useLive } from "../use-live.ts";
import { percent } from "../words.ts";

type Event<Type extends RunEvent["type"]> = Extract<RunEvent, { type: Type }>;

/** What was heard since the page was opened. */
export interface Heard {
  readonly step: Event<"step"> | null;
  readonly trials: readonly Event<"trial">["trial"][];
  readonly advice: Advice | null;
  /** Counts what changes curves. */
  readonly news: number;
}

export interface LiveRun {
  readonly detail: RunDetail | undefined;
  readonly row: RunRow | undefined;
  readonly heard: Heard;
  readonly problem: Problem | undefined;
  readonly again: () => void;
  /** Takes the row that a command has answered with. */
  readonly put: (row: RunRow) => void;
}

const nothing: Heard = { step: null, trials: [], advice: null, news: 0 };

export function useRun(run: string | null): LiveRun {
  const { value: detail, problem, again } = useAsked<RunDetail>(run && `runs/${encodeURIComponent(run)}`);
  const [told, setTold] = useState<RunRow | undefined>();
  const [heard, setHeard] = useState(nothing);
  const row = told ?? detail?.row;
  const before = useRef<RunRow["state"] | undefined>(undefined);
  useEffect(() => {
    if (before.current === "running" && row !== undefined && row.state !== "running") {
      voice.answer(`The run ${row.name} is ${row.state}.`);
      again();
    }
    before.current = row?.state;
  }, [row, again]);
  const early = detail?.command === ""; // asked before the run had written what it is
  useEffect(() => {
    if (early && told !== undefined) again();
  }, [early, told, again]);
  const listen = useCallback((message: LiveMessage) => {
    if (message.type === "state") return setTold(message.row);
    if (message.type === "again") return setHeard(({ news }) => ({ ...nothing, news: news + 1 }));
    setHeard((heard) => hear(heard, message.event));
    if (message.event.type === "epoch") voice.news(epochTold(message.event));
  }, []);
  useLive(row?.state === "running" ? row.name : null, listen);
  return { detail, row, heard, problem, again, put: setTold };
}

function hear(heard: Heard, event: RunEvent): Heard {
  if (event.type === "step") return { ...heard, step: event, news: heard.news + 1 };
  if (event.type === "epoch") return { ...heard, news: heard.news + 1 };
  if (event.type === "advice") return { ...heard, advice: event.advice };
  if (event.type !== "trial") return heard;
  const others = heard.trials.filter(({ number }) => number !== event.trial.number);
  return { ...heard, trials: [...others, event.trial] };
}

function epochTold({ epoch, epochs, validationAccuracy }: Event<"epoch">): string {
  return `Epoch ${epoch} of ${epochs}: ${percent(validationAccuracy)} of the held-back pictures right.`;
}
