// A link to another page of the dashboard, which is shown without loading the document again. With a key held, or another
// button, it is a link like any other.

import type { ComponentChildren } from "preact";
import { go } from "../use-address.ts";

interface LinkProps {
  readonly to: string;
  readonly class?: string;
  /** Whether it leads to where one is. */
  readonly current?: boolean;
  readonly label?: string;
  /** Whether the Tab key goes past it, since there is another way to it. */
  readonly skipped?: boolean;
  readonly children: ComponentChildren;
}

export function Link({ to, current, label, skipped, children, ...rest }: LinkProps) {
  const follow = (event: MouseEvent) => {
    if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    go(to);
  };
  return (
    <a
      href={to}
      onClick={follow}
      {...(current ? { "aria-current": "page" as const } : {})}
      {...(label === undefined ? {} : { "aria-label": label })}
      {...(skipped ? { tabIndex: -1 } : {})}
      {...rest}
    >
      {children}
    </a>
  );
}
