// The main options of a run, with the help and the defaults of the one table of options, and the command that asks for the
// same.

import { useState } from "preact/hooks";
import { defaultOf, options, specOf } from "../../../options.ts";
import type { Problem as Told, RunRow } from "../../api.ts";
import { change as ask } from "../ask.ts";
import { Command } from "../parts/copy.tsx";
import { Problem } from "../parts/problem.tsx";
import { sentence } from "../words.ts";
import { applies, commandOf, type Form, type FormOption, formOptions, requestOf } from "./asked-run.ts";

interface StartFormProps {
  readonly data: string;
  readonly form: Form;
  readonly change: (form: Form) => void;
  readonly started: (run: string) => void;
}

const names: { readonly [Option in FormOption]: string } = {
  strategy: "Strategy",
  budget: "Time for trials",
  unfreeze: "What learns besides the head",
  epochs: "Epochs",
  learningRate: "Learning rate",
  augment: "Changed pictures",
  weights: "Weights",
  validation: "Share held back",
};

/** Those of which there are few; a file of weights is named in a terminal. */
const choices: Readonly<Partial<Record<FormOption, readonly (readonly [value: string, name: string])[]>>> = {
  strategy: options.strategy.choices.map((choice) => [choice, choice] as const),
  augment: [
    ["", `as usual (${options.augment.default})`],
    ...options.augment.choices.map((one) => [one, one] as const),
  ],
  weights: [
    ["", "imagenet: timm's, fetched once"],
    ["small", "small: the package's own, quick"],
  ],
};

export function StartForm({ data, form, change, started }: StartFormProps) {
  const [name, setName] = useState("");
  const [problem, setProblem] = useState<Told | undefined>();
  const [busy, setBusy] = useState(false);
  const start = async (event: SubmitEvent) => {
    event.preventDefault();
    setBusy(true);
    const { value, problem } = await ask<RunRow>("runs", requestOf(data, name, form));
    setBusy(false);
    setProblem(problem);
    if (value) started(value.name);
  };
  return (
    <form class="start" onSubmit={(event) => void start(event)}>
      <div class="fields">
        {formOptions
          .filter((option) => applies(option, form))
          .map((option) => (
            <Field
              key={option}
              option={option}
              value={form[option]}
              put={(value) => change({ ...form, [option]: value })}
            />
          ))}
        <label>
          <span>Name</span>
          <input
            value={name}
            placeholder="found for you"
            onInput={({ currentTarget }) => setName(currentTarget.value)}
          />
          <small class="note">folder of the run</small>
        </label>
      </div>
      <Command text={commandOf(data, form)} />
      {problem && <Problem problem={problem} />}
      <div class="commands">
        <button type="submit" class="primary" disabled={busy}>
          {busy ? "Starting…" : "Start the run"}
        </button>
      </div>
    </form>
  );
}

interface FieldProps {
  readonly option: FormOption;
  readonly value: string;
  readonly put: (value: string) => void;
}

function Field({ option, value, put }: FieldProps) {
  const few = choices[option];
  const { help } = specOf(option);
  return (
    // biome-ignore lint/a11y/noLabelWithoutControl: the control is one of the two below
    <label>
      <span>{names[option]}</span>
      {few === undefined ? (
        <input
          value={value}
          placeholder={defaultOf(option) ?? ""}
          onInput={({ currentTarget }) => put(currentTarget.value)}
        />
      ) : (
        <select value={value} onChange={({ currentTarget }) => put(currentTarget.value)}>
          {few.map(([one, text]) => (
            <option key={one} value={one}>
              {text}
            </option>
          ))}
        </select>
      )}
      <small class="note">{sentence(help)}</small>
    </label>
  );
}
