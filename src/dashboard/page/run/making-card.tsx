// How to get the same run again.

import { useState } from "preact/hooks";
import type { RunDetail } from "../../api.ts";
import { Card } from "../parts/card.tsx";
import { Command } from "../parts/copy.tsx";
import { Table } from "../parts/table.tsx";
import { flatOptions } from "./flat-options.ts";

export function MakingCard({ detail }: { readonly detail: RunDetail }) {
  const [open, setOpen] = useState(false);
  const versions = Object.entries(detail.versions).map(([name, version]) => `${name} ${version}`);
  return (
    <Card title="The same again" note={versions.join(", ")} wide>
      <Command text={detail.command} />
      <details onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
        <summary>Everything it depends on</summary>
        {open && (
          <Table
            caption="Options"
            columns={[{ title: "Option" }, { title: "Value" }]}
            rows={[...flatOptions(detail.options)].map(([name, value]) => [name, <code key={name}>{value}</code>])}
          />
        )}
      </details>
    </Card>
  );
}
