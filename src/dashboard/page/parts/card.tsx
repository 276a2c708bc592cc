// A part of a page with a heading of its own.

import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";

interface CardProps {
  readonly title: string;
  /** One line on what is shown, where the heading does not say it. */
  readonly note?: ComponentChildren;
  readonly wide?: boolean;
  /** Beside the heading. */
  readonly actions?: ComponentChildren;
  readonly children: ComponentChildren;
}

export function Card({ title, note, wide, actions, children }: CardProps) {
  const id = useId();
  return (
    <section class={wide ? "card wide" : "card"} aria-labelledby={id}>
      <div class="card-head">
        <h2 id={id}>{title}</h2>
        {actions}
      </div>
      {note !== undefined && <p class="note">{note}</p>}
      {children}
    </section>
  );
}
