// The head of a run's pages: what it is, how far it is, stop and resume, and the way to its other pages.

import { useState } from "preact/hooks";
import type { Problem as Told, RunRow } from "../../api.ts";
import { type RunTab, runPath } from "../address.ts";
import { change } from "../ask.ts";
import { Icon } from "../parts/icon.tsx";
import { Link } from "../parts/link.tsx";
import { Problem } from "../parts/problem.tsx";
import { StateMark } from "../parts/state-mark.tsx";
import { voice } from "../saying.ts";
import { token } from "../token.ts";
import { counted, moment } from "../words.ts";

const tabs: readonly (readonly [tab: RunTab, name: string])[] = [
  ["overview", "Overview"],
  ["pictures", "Pictures"],
  ["try", "Try it"],
];

interface RunHeadProps {
  readonly row: RunRow;
  readonly tab: RunTab;
  readonly put: (row: RunRow) => void;
}

export function RunHead({ row, tab, put }: RunHeadProps) {
  const { name, state, strategy, classes, startedAt, refitOf } = row;
  const facts = [
    strategy,
    classes.length > 0 && counted(classes.length, "class", "classes"),
    startedAt && `started ${moment(startedAt)}`,
  ];
  return (
    <>
      <p class="crumbs">
        <Link to="/">Runs</Link>
        <span aria-hidden="true">/</span>
      </p>
      <div class="page-head">
        <div>
          <h1>
            {name} <StateMark state={state} />
          </h1>
          <p class="note">
            {facts.filter(Boolean).join(", ")}
            {refitOf !== null && (
              <>
                {", head of "}
                <Link to={runPath(refitOf)}>{refitOf}</Link>
                {" fitted anew"}
              </>
            )}
          </p>
        </div>
        <Commands row={row} put={put} />
      </div>
      <nav class="tabs" aria-label={`Pages of ${name}`}>
        {tabs.map(([one, title]) => (
          <Link key={one} to={runPath(name, one)} current={one === tab}>
            {title}
          </Link>
        ))}
      </nav>
    </>
  );
}

function Commands({ row, put }: Pick<RunHeadProps, "row" | "put">) {
  const [problem, setProblem] = useState<Told | undefined>();
  const [busy, setBusy] = useState(false);
  const command = commandOf(row);
  if (command === null || token() === null) return null;
  const act = async () => {
    setBusy(true);
    const { value, problem } = await change<RunRow>(`runs/${encodeURIComponent(row.name)}/${command.path}`);
    setBusy(false);
    setProblem(problem);
    if (value === undefined) return;
    put(value);
    voice.answer(command.done);
  };
  return (
    <div class="commands">
      <button type="button" class={command.look} onClick={act} disabled={busy}>
        <Icon name={command.icon} />
        {command.title}
      </button>
      {problem && <Problem problem={problem} />}
    </div>
  );
}

function commandOf({ state }: RunRow) {
  if (state === "running")
    return {
      path: "stop",
      title: "Stop",
      icon: "stop",
      look: "",
      done: "Asked to stop. The best so far is kept.",
    } as const;
  if (state === "interrupted" || state === "stopped")
    return { path: "resume", title: "Resume", icon: "running", look: "primary", done: "The run goes on." } as const;
  return null;
}
