// A part of the page whose program is fetched when it is first shown.

import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import { Problem } from "./parts/problem.tsx";
import { Skeleton } from "./parts/skeleton.tsx";

interface LaterProps<P> {
  readonly page: () => Promise<ComponentType<P>>;
  readonly props: P;
}

export function Later<P extends object>({ page, props }: LaterProps<P>) {
  const [found, setFound] = useState<{ readonly Page?: ComponentType<P>; readonly gone?: boolean }>({});
  useEffect(() => {
    page().then(
      (Page) => setFound({ Page }),
      () => setFound({ gone: true }),
    );
  }, [page]);
  if (found.gone) return <Problem problem={notThere} />;
  return found.Page === undefined ? <Skeleton lines={6} /> : <found.Page {...props} />;
}

const notThere = {
  code: "page/part-missing",
  message: "This part of the page could not be fetched.",
  fix: "Load the page again; where that does not help, start the dashboard again: reinception dashboard",
};
