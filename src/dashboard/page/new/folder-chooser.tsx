// A folder of pictures, chosen step by step from those that the dashboard may look into.

import { useState } from "preact/hooks";
import type { FolderList } from "../../api.ts";
import { withQuery } from "../address.ts";
import { Icon } from "../parts/icon.tsx";
import { Problem } from "../parts/problem.tsx";
import { Skeleton } from "../parts/skeleton.tsx";
import { useAsked } from "../use-asked.ts";
import { counted } from "../words.ts";

interface FolderChooserProps {
  readonly chosen: string | null;
  readonly choose: (path: string) => void;
  readonly change: () => void;
}

export function FolderChooser({ chosen, choose, change }: FolderChooserProps) {
  const [path, setPath] = useState<string | null>(null);
  const { value, problem, again } = useAsked<FolderList>(chosen === null ? withQuery("folders", { path }) : null);
  if (chosen !== null)
    return (
      <p class="chosen-folder">
        <Icon name="folder" />
        <code>{chosen}</code>
        <button type="button" onClick={change}>
          Choose another
        </button>
      </p>
    );
  if (value === undefined)
    return problem === undefined ? <Skeleton lines={4} /> : <Problem problem={problem} again={again} />;
  return (
    <div class="folders">
      <p class="chosen-folder">
        {value.path !== null && (
          <button type="button" onClick={() => setPath(value.parent)} aria-label="The folder above">
            <Icon name="up" />
          </button>
        )}
        <code>{value.path ?? "Folders that may be looked into"}</code>
        {value.path !== null && (
          <button type="button" class="primary" onClick={() => choose(value.path!)}>
            Take this folder
          </button>
        )}
      </p>
      {problem && <Problem problem={problem} again={again} />}
      {value.folders.length === 0 ? (
        <p class="note">There is no folder in it.</p>
      ) : (
        <ul>
          {value.folders.map(({ name, path, pictures }) => (
            <li key={path}>
              <button type="button" onClick={() => setPath(path)}>
                <Icon name="folder" />
                <span>{name}</span>
                <span class="note">{pictures === 0 ? "no pictures" : counted(pictures, "picture")}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
