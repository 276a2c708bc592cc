// The state of a run: a word, with a sign and a colour beside it.

import type { RunState } from "../../api.ts";
import { Icon, type IconName } from "./icon.tsx";

const signs: { readonly [State in RunState]: IconName } = {
  running: "running",
  finished: "check",
  stopped: "stop",
  interrupted: "pause",
  damaged: "cross",
};

export function StateMark({ state }: { readonly state: RunState }) {
  return (
    <span class={`state ${state}`}>
      <Icon name={signs[state]} />
      {state}
    </span>
  );
}
