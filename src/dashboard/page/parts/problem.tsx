// What went wrong, as it is said on the command line: what was found, and one way out. Commands in it can be copied.

import type { Problem as Told } from "../../api.ts";
import { Icon } from "./icon.tsx";

interface ProblemProps {
  readonly problem: Told;
  /** Tries once more. */
  readonly again?: () => void;
}

export function Problem({ problem, again }: ProblemProps) {
  return (
    <div class="problem" role="alert">
      <Icon name="warning" />
      <div>
        <p class="what">{problem.message}</p>
        {problem.fix !== "" && <p>{problem.fix}</p>}
        <p class="code">{problem.code}</p>
        {again && (
          <button type="button" onClick={again}>
            Try again
          </button>
        )}
      </div>
    </div>
  );
}
