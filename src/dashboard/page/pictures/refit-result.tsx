// What a new head has made of the corrections: right before and now, on the same held-back pictures with their labels as
// corrected, and which numbers of the matrix are others.

import type { Refitted } from "../../api.ts";
import { runPath } from "../address.ts";
import { Icon } from "../parts/icon.tsx";
import { Link } from "../parts/link.tsx";
import { Matrix } from "../parts/matrix.tsx";
import { classesShown, differences } from "../run/matrix-cells.ts";
import { between, count, duration, percent, points } from "../words.ts";

interface RefitResultProps {
  readonly refitted: Refitted;
  readonly close: () => void;
}

export function RefitResult({ refitted, close }: RefitResultProps) {
  const { run, before, after, seconds } = refitted;
  const gain = after.accuracy - before.accuracy;
  const classes = after.classes.map(({ name }) => name);
  const more = differences(before.confusionMatrix, after.confusionMatrix);
  return (
    <section class="card refit" aria-label="The new head">
      <div class="card-head">
        <h2>The new head</h2>
        <button type="button" class="plain" onClick={close} aria-label="Close">
          <Icon name="cross" />
        </button>
      </div>
      <div class="halves">
        <div>
          <dl class="figures">
            <div>
              <dt>Before</dt>
              <dd>
                {percent(before.accuracy)}
                <span class="sub">{between(before.accuracyInterval)}</span>
              </dd>
            </div>
            <div class="lead">
              <dt>Now</dt>
              <dd>
                {percent(after.accuracy)} <small>{points(gain)} points</small>
                <span class="sub">{between(after.accuracyInterval)}</span>
              </dd>
            </div>
          </dl>
          <p class="note">
            On the same {count(after.images)} held-back pictures, with labels as corrected. It took {duration(seconds)}.
          </p>
          <p>
            <Link class="button primary" to={runPath(run)}>
              Open the new run
            </Link>
          </p>
        </div>
        <div>
          <h3>What was called what, ▲ more and ▼ fewer than before</h3>
          <Matrix
            label="What is called what now"
            classes={classes}
            matrix={after.confusionMatrix}
            shown={classesShown(after.confusionMatrix)}
            more={more}
            pathOf={(truth, said) => runPath(run, "pictures", { split: "validation", class: truth, said })}
          />
        </div>
      </div>
    </section>
  );
}
