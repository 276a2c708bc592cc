// What may be wider than there is room. Where it is, the keyboard can reach it and scroll; where it is not, the Tab key has no
// stop there.

import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";

interface ScrollingProps {
  readonly label: string;
  readonly look?: string;
  readonly children: ComponentChildren;
}

export function Scrolling({ label, look = "", children }: ScrollingProps) {
  const frame = useRef<HTMLDivElement>(null);
  const [wide, setWide] = useState(false);
  useEffect(() => {
    const { current } = frame;
    if (current === null) return;
    const watch = new ResizeObserver(() => setWide(current.scrollWidth > current.clientWidth));
    watch.observe(current);
    return () => watch.disconnect();
  }, []);
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for what is typed
    <div ref={frame} class={`table-frame ${look}`} role="group" aria-label={label} {...(wide ? { tabIndex: 0 } : {})}>
      {children}
    </div>
  );
}
