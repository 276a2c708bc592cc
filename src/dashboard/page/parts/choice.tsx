// One of a few, all of them in sight: buttons of which one is pressed.

interface ChoiceProps<Value extends string> {
  readonly label: string;
  readonly value: Value;
  readonly choices: readonly (readonly [value: Value, name: string])[];
  readonly choose: (value: Value) => void;
}

export function Choice<Value extends string>({ label, value, choices, choose }: ChoiceProps<Value>) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset would need a legend that is seen
    <div class="choice" role="group" aria-label={label}>
      {choices.map(([one, name]) => (
        <button key={one} type="button" aria-pressed={one === value} onClick={() => choose(one)}>
          {name}
        </button>
      ))}
    </div>
  );
}
