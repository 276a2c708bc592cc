// What can be done with the chosen pictures, at the lower edge, while some are chosen.

import type { Correction } from "../../api.ts";
import { Combobox } from "../parts/combobox.tsx";
import { token } from "../token.ts";
import { counted } from "../words.ts";
import type { Selection } from "./selection.ts";
import type { Corrections } from "./use-corrections.ts";

interface ActionsBarProps {
  readonly classes: readonly string[];
  readonly selection: Selection;
  readonly corrections: Corrections;
  readonly look: () => void;
  /** Lets go of them, as when they are corrected. */
  readonly clear: () => void;
}

export function ActionsBar({ classes, selection, corrections, look, clear }: ActionsBarProps) {
  const pictures = [...selection.chosen];
  if (pictures.length === 0) return null;
  const correct = async (correction: Correction | null) => {
    if (await corrections.correct(pictures, correction)) clear();
  };
  const { busy } = corrections;
  return (
    <section class="actions" aria-label="Chosen pictures">
      <p>
        <strong>{counted(pictures.length, "picture")} chosen</strong>
      </p>
      {token() !== null && (
        <>
          <Combobox
            label="Relabel to"
            choices={classes}
            choose={(name) => void correct({ kind: "class", class: name })}
            disabled={busy}
          />
          <button type="button" disabled={busy} onClick={() => void correct({ kind: "side", side: "train" })}>
            Learn from
          </button>
          <button type="button" disabled={busy} onClick={() => void correct({ kind: "side", side: "validation" })}>
            Hold back
          </button>
          <button type="button" disabled={busy} onClick={() => void correct({ kind: "excluded" })}>
            Exclude
          </button>
          <button type="button" class="plain" disabled={busy} onClick={() => void correct(null)}>
            As before
          </button>
        </>
      )}
      <button type="button" class="plain" onClick={look}>
        View
      </button>
      <button type="button" class="plain" onClick={clear}>
        Clear
      </button>
    </section>
  );
}
