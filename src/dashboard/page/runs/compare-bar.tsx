// What is chosen for comparison, at the lower edge, while something is.

import { withQuery } from "../address.ts";
import { mostCompared, namesTold } from "../compare/compared.ts";
import { Link } from "../parts/link.tsx";
import { counted } from "../words.ts";

interface CompareBarProps {
  readonly chosen: readonly string[];
  readonly choose: (names: readonly string[]) => void;
}

export function CompareBar({ chosen, choose }: CompareBarProps) {
  if (chosen.length === 0) return null;
  const fits = chosen.length >= 2 && chosen.length <= mostCompared;
  return (
    <section class="actions" aria-label="Chosen runs">
      <p>
        <strong>{counted(chosen.length, "run")} chosen</strong>
        {!fits && (
          <span class="note">
            {chosen.length < 2 ? "Choose another to compare it with" : `At most ${mostCompared} can be compared`}
          </span>
        )}
      </p>
      <button type="button" onClick={() => choose([])}>
        Clear
      </button>
      {fits && (
        <Link class="button primary" to={withQuery("/compare", { runs: namesTold(chosen) })}>
          Compare
        </Link>
      )}
    </section>
  );
}
