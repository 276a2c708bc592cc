// Findings of an audit, those of a kind together; each kind opens to say which pictures it is about.

import { useState } from "preact/hooks";
import type { Finding, FindingKind } from "../../../index.ts";
import { findingKinds } from "../../../report/finding-kinds.ts";
import { count } from "../words.ts";
import { Icon } from "./icon.tsx";

const shownAtFirst = 20;

export function FindingList({ findings }: { readonly findings: readonly Finding[] }) {
  const kinds = (Object.keys(findingKinds) as FindingKind[])
    .map((kind) => findings.filter((finding) => finding.kind === kind))
    .filter((group) => group.length > 0)
    .sort((a, b) => Number(b[0]!.severity === "serious") - Number(a[0]!.severity === "serious"));
  if (kinds.length === 0)
    return (
      <p class="fine">
        <Icon name="check" /> Nothing odd was found.
      </p>
    );
  return (
    <ul class="findings">
      {kinds.map((group) => (
        <Kind key={group[0]!.kind} group={group} />
      ))}
    </ul>
  );
}

function Kind({ group }: { readonly group: readonly Finding[] }) {
  const [open, setOpen] = useState(false);
  const { kind, severity } = group[0]!;
  return (
    <li class={severity}>
      <details onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
        <summary>
          <span class="badge">{severity === "serious" ? "serious" : "to know"}</span>
          <span>{findingKinds[kind].title}</span>
          <span class="number">{count(group.length)}</span>
        </summary>
        {open && (
          <ul>
            {group.slice(0, shownAtFirst).map(({ images, detail }) => (
              <li key={`${images.join()} ${detail}`}>
                {images.map((name) => (
                  <code key={name}>{name}</code>
                ))}
                {detail}
              </li>
            ))}
            {group.length > shownAtFirst && <li class="note">and {count(group.length - shownAtFirst)} more</li>}
          </ul>
        )}
      </details>
    </li>
  );
}
