// What was called what, with the way from each number to its pictures.

import { useState } from "preact/hooks";
import type { Report } from "../../../index.ts";
import { runPath } from "../address.ts";
import { Card } from "../parts/card.tsx";
import { Choice } from "../parts/choice.tsx";
import { Link } from "../parts/link.tsx";
import { Matrix } from "../parts/matrix.tsx";
import { count, counted } from "../words.ts";
import { classesShown, confusions } from "./matrix-cells.ts";

const pairsShown = 6;

interface MatrixCardProps {
  readonly run: string;
  readonly report: Report;
}

export function MatrixCard({ run, report }: MatrixCardProps) {
  const [side, setSide] = useState<"validation" | "test">(report.test === null ? "validation" : "test");
  const { confusionMatrix, images } = (side === "test" ? report.test : null) ?? report.validation;
  const { classes } = report;
  const shown = classesShown(confusionMatrix);
  const pathOf = (truth: string, said: string) => runPath(run, "pictures", { split: side, class: truth, said });
  const pairs = confusions(confusionMatrix);
  return (
    <Card
      title="What was called what"
      note={`Rows are what ${counted(images, "picture")} ${images === 1 ? "is" : "are"}, columns what they were called. A number opens its pictures; arrow keys move.`}
      actions={
        report.test !== null && (
          <Choice
            label="Pictures"
            value={side}
            choices={[
              ["test", "Test"],
              ["validation", "Held back"],
            ]}
            choose={setSide}
          />
        )
      }
    >
      <Matrix label="What was called what" classes={classes} matrix={confusionMatrix} shown={shown} pathOf={pathOf} />
      {shown.length < classes.length && (
        <p class="note">
          The {shown.length} of {count(classes.length)} classes that are confused most. All pairs are in the pictures.
        </p>
      )}
      {pairs.length > 0 && (
        <>
          <h3>Confused most</h3>
          <ul class="pairs">
            {pairs.slice(0, pairsShown).map(({ truth, said, images }) => (
              <li key={`${truth} ${said}`}>
                <Link to={pathOf(classes[truth]!, classes[said]!)}>
                  {classes[truth]} <span class="soft">called</span> {classes[said]}
                </Link>
                <span class="number">{count(images)}</span>
              </li>
            ))}
          </ul>
        </>
      )}
      <p>
        <Link class="button" to={runPath(run, "pictures", { split: side, only: "wrong", sort: "most wrong" })}>
          Look at all that are wrong
        </Link>
      </p>
    </Card>
  );
}
