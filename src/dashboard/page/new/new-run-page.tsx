// A new run in three steps: which pictures, how it shall learn, start. Each step stands in the query, so that a reload loses
// nothing; the adviser's search is a run of its own, which goes on when the page is left.

import { useState } from "preact/hooks";
import { changedQuery, runPath, withQuery } from "../address.ts";
import { Card } from "../parts/card.tsx";
import { useRun } from "../run/use-run.ts";
import { token } from "../token.ts";
import { go, useTitle } from "../use-address.ts";
import { adjustedTo, emptyForm } from "./asked-run.ts";
import { AuditSummary } from "./audit-summary.tsx";
import { FolderChooser } from "./folder-chooser.tsx";
import { Proposal } from "./proposal.tsx";
import { StartForm } from "./start-form.tsx";

export function NewRunPage({ query }: { readonly query: URLSearchParams }) {
  useTitle("New run");
  const data = query.get("data");
  const adviser = query.get("advice");
  const [form, setForm] = useState(emptyForm);
  const searching = useRun(adviser);
  const set = (changes: Readonly<Record<string, string | null>>) => go(withQuery("/new", changedQuery(query, changes)));
  const advice = searching.detail?.advice ?? searching.detail?.report?.advice ?? searching.heard.advice;
  return (
    <>
      <h1>New run</h1>
      <ol class="way">
        <li>
          <Card title="1. Pictures" note="A folder with a folder inside for each class.">
            <FolderChooser
              key={data ?? ""}
              chosen={data}
              choose={(folder) => set({ data: folder, advice: null, folder: null })}
              change={() => set({ data: null, advice: null })}
            />
            {data !== null && <AuditSummary data={data} />}
          </Card>
        </li>
        {data !== null && (
          <li>
            <Card
              title="2. How it shall learn"
              note="The adviser tries strategies on your pictures and compares them on those that are held back."
            >
              <Proposal
                data={data}
                form={form}
                searching={adviser === null ? null : searching}
                begun={(run) => set({ advice: run })}
                take={() => advice && setForm(adjustedTo(advice, form))}
                advice={advice ?? null}
              />
            </Card>
          </li>
        )}
        {data !== null && (
          <li>
            <Card title="3. Start">
              {token() === null ? (
                <p class="note">To start a run, open the address that the terminal printed.</p>
              ) : (
                <StartForm data={data} form={form} change={setForm} started={(run) => go(runPath(run))} />
              )}
            </Card>
          </li>
        )}
      </ol>
    </>
  );
}
