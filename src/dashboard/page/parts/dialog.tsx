// Something above the page: the keyboard stays in it until it is closed, and goes back to where it was.

import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import { Icon } from "./icon.tsx";

interface DialogProps {
  readonly title: string;
  readonly close: () => void;
  readonly press?: (event: KeyboardEvent) => void;
  readonly children: ComponentChildren;
}

export function Dialog({ title, close, press, children }: DialogProps) {
  const id = useId();
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const before = document.activeElement;
    dialog.current?.showModal();
    return () => before instanceof HTMLElement && before.isConnected && before.focus();
  }, []);
  return (
    <dialog
      ref={dialog}
      aria-labelledby={id}
      onClose={close}
      onKeyDown={press}
      onClick={({ target, currentTarget }) => target === currentTarget && close()}
    >
      <div class="dialog-head">
        <h2 id={id}>{title}</h2>
        <button type="button" class="plain" onClick={close} aria-label="Close">
          <Icon name="cross" />
        </button>
      </div>
      {children}
    </dialog>
  );
}
