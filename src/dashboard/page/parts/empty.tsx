// Where there is nothing yet: what to do about it.

import type { ComponentChildren } from "preact";
import { Icon, type IconName } from "./icon.tsx";

interface EmptyProps {
  readonly icon?: IconName;
  readonly title: string;
  readonly children: ComponentChildren;
}

export function Empty({ icon = "picture", title, children }: EmptyProps) {
  return (
    <div class="empty">
      <Icon name={icon} />
      <p class="what">{title}</p>
      <div>{children}</div>
    </div>
  );
}
