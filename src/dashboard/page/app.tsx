// The frame around every page: the way to the others, the theme, what a screen reader is told. Each page is fetched when it
// is first shown.

import { useEffect, useRef, useState } from "preact/hooks";
import type { Address } from "./address.ts";
import { Later } from "./later.tsx";
import { Link } from "./parts/link.tsx";
import { Problem } from "./parts/problem.tsx";
import { ThemeButton } from "./parts/theme-button.tsx";
import { listenToVoice } from "./saying.ts";
import { token } from "./token.ts";
import { useAddress } from "./use-address.ts";

const pages = {
  runs: () => import("./runs/runs-page.tsx").then(({ RunsPage }) => RunsPage),
  run: () => import("./run/run-page.tsx").then(({ RunPage }) => RunPage),
  compare: () => import("./compare/compare-page.tsx").then(({ ComparePage }) => ComparePage),
  new: () => import("./new/new-run-page.tsx").then(({ NewRunPage }) => NewRunPage),
};

export function App() {
  const address = useAddress();
  useFocusOnArrival(location.pathname);
  return (
    <>
      <a class="skip" href="#main">
        Skip to the content
      </a>
      <header class="bar">
        <Link class="brand" to="/">
          <span class="mark" aria-hidden="true" />
          reinception
        </Link>
        <nav aria-label="Pages">
          <Link to="/" current={address.place.page === "runs"}>
            Runs
          </Link>
          <Link to="/new" current={address.place.page === "new"}>
            New run
          </Link>
        </nav>
        <ThemeButton />
      </header>
      {token() === null && <ReadOnly />}
      <main id="main" tabIndex={-1}>
        <Page {...address} />
      </main>
      <Voice />
    </>
  );
}

function Page({ place, query }: Address) {
  switch (place.page) {
    case "runs":
      return <Later key="runs" page={pages.runs} props={{ query }} />;
    case "run":
      return <Later key={`run ${place.run}`} page={pages.run} props={{ run: place.run, tab: place.tab, query }} />;
    case "compare":
      return <Later key="compare" page={pages.compare} props={{ query }} />;
    case "new":
      return <Later key="new" page={pages.new} props={{ query }} />;
    case "nowhere":
      return (
        <>
          <h1>Nothing here</h1>
          <Problem
            problem={{
              code: "page/nowhere",
              message: "There is no page at this address.",
              fix: "All runs are listed at /.",
            }}
          />
        </>
      );
  }
}

/** As after a load, the keyboard goes on at the beginning of what is new. */
function useFocusOnArrival(path: string): void {
  const before = useRef(path);
  useEffect(() => {
    if (before.current !== path) document.getElementById("main")?.focus({ preventScroll: true });
    before.current = path;
  }, [path]);
}

function ReadOnly() {
  return (
    <p class="strip" role="note">
      <strong>Read only.</strong> To change something, open the address that the terminal printed, which ends in{" "}
      <code>#token=…</code>. It is printed again by <code>reinception dashboard</code>.
    </p>
  );
}

/** What is said stands here, unseen, where a screen reader notices that it changes. */
function Voice() {
  const [text, setText] = useState("");
  useEffect(() => listenToVoice(setText), []);
  return (
    <div class="unseen" role="status" aria-live="polite">
      {text}
    </div>
  );
}
