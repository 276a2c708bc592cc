// What can be wrong with what the dashboard is asked for.

import { inQuotes, quoted, type Sentence } from "./words.ts";

export const dashboardErrors = {
  "dashboard/no-run": ({ name }: { name: string }) => ({
    found: `there is no run ${inQuotes(name)} in the folder that the dashboard shows.`,
    fix: "Go back to the list of runs; it may have been moved or removed.",
  }),
  "dashboard/no-picture": ({ id, count }: { id: string; count: number }) => ({
    found: `the run has no picture ${inQuotes(id)}: its ${count} pictures are numbered from 0.`,
    fix: "Choose one from the list of the run's pictures.",
  }),
  "dashboard/name-taken": ({ name }: { name: string }) => ({
    found: `there is something called ${inQuotes(name)} in the folder of runs already.`,
    fix: "Give the new run another name, or none.",
  }),
  "dashboard/name": ({ name }: { name: string }) => ({
    found: `${inQuotes(name)} cannot be the name of a run: it is the name of a folder, without slashes and not hidden.`,
    fix: "Use letters, digits and hyphens, as in: first-run",
  }),
  "dashboard/outside": ({ path, roots }: { path: string; roots: readonly string[] }) => ({
    found: `${inQuotes(path)} is in none of the folders that the dashboard may look into: ${quoted(roots)}.`,
    fix: `Start it with that folder as well: reinception dashboard --photos ${inQuotes(path)}`,
  }),
  "dashboard/option": ({ name }: { name: string }) => ({
    found: `the option ${inQuotes(name)} is not taken from a page.`,
    fix: "Leave it out, or start the run in a terminal with it.",
  }),
  "dashboard/request": ({ what }: { what: string }) => ({
    found: `the request does not say what it is to: ${what}.`,
    fix: "Reload the page; it may be older than the dashboard that answers.",
  }),
  "dashboard/too-many-listeners": ({ most }: { most: number }) => ({
    found: `${most} pages are watching runs already.`,
    fix: "Close one of them.",
  }),
  "dashboard/under-way": ({ name }: { name: string }) => ({
    found: `the run ${inQuotes(name)} is under way already.`,
    fix: "Wait until it has ended, or stop it.",
  }),
  "dashboard/too-many-runs": ({ most }: { most: number }) => ({
    found: `${most} runs that were started from here are under way already.`,
    fix: "Wait until one has ended, or stop it.",
  }),
  "dashboard/no-page": ({ path }: { path: string }) => ({
    found: `the page of the dashboard has not been built: there is no ${inQuotes(path)}.`,
    fix: "Build it: npm run build",
  }),
} satisfies Record<string, (details: never) => Sentence>;
