// One of many names: typed in part, found in a list, taken with Enter or a click (ARIA's combobox with a list box).

import { useId, useState } from "preact/hooks";

interface ComboboxProps {
  readonly label: string;
  readonly choices: readonly string[];
  readonly choose: (choice: string) => void;
  readonly disabled?: boolean;
}

const shownAtMost = 50;

export function Combobox({ label, choices, choose, disabled = false }: ComboboxProps) {
  const id = useId();
  const [typed, setTyped] = useState("");
  const [open, setOpen] = useState(false);
  const [at, setAt] = useState(0);
  const found = choices.filter((choice) => choice.toLowerCase().includes(typed.trim().toLowerCase()));
  const shown = found.slice(0, shownAtMost);
  const close = () => {
    setOpen(false);
    setAt(0);
  };
  const take = (choice: string | undefined) => {
    if (choice === undefined) return;
    setTyped("");
    close();
    choose(choice);
  };
  const press = (event: KeyboardEvent) => {
    if (event.key === "Escape") {
      if (open) event.stopPropagation();
      return close();
    }
    if (event.key === "Enter") {
      event.preventDefault();
      return open ? take(shown[at]) : setOpen(true);
    }
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    setOpen(true);
    if (open) setAt((at + step + shown.length) % Math.max(1, shown.length));
  };
  return (
    <div class="combobox">
      <label for={`${id}-input`}>{label}</label>
      <input
        id={`${id}-input`}
        role="combobox"
        aria-expanded={open}
        aria-controls={`${id}-list`}
        aria-autocomplete="list"
        {...(open && shown.length > 0 ? { "aria-activedescendant": `${id}-${at}` } : {})}
        autocomplete="off"
        placeholder="Class"
        value={typed}
        disabled={disabled}
        onInput={({ currentTarget }) => {
          setTyped(currentTarget.value);
          setOpen(true);
          setAt(0);
        }}
        onClick={() => setOpen(true)}
        onBlur={close}
        onKeyDown={press}
      />
      <div id={`${id}-list`} class="options" role="listbox" aria-label={label} hidden={!open}>
        {shown.map((choice, i) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: keys are the input's
          // biome-ignore lint/a11y/useFocusableInteractive: the focus stays in the input
          <div
            key={choice}
            id={`${id}-${i}`}
            role="option"
            aria-selected={i === at}
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => take(choice)}
          >
            {choice}
          </div>
        ))}
        {shown.length === 0 && (
          // biome-ignore lint/a11y/useFocusableInteractive: nothing can be done with it
          <div role="option" aria-selected="false" aria-disabled="true">
            No class is called that
          </div>
        )}
      </div>
    </div>
  );
}
