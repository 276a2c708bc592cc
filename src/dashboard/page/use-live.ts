// What a run says while it goes on, as it says it. A connection that breaks is opened again where it left off; one that the
// server has closed for good is opened anew after a while.

import { useEffect, useRef } from "preact/hooks";
import type { LiveMessage } from "../api.ts";

const secondsUntilAnew = 1;

/** @param run - null listens to nothing */
export function useLive(run: string | null, listen: (message: LiveMessage) => void): void {
  const latest = useRef(listen);
  latest.current = listen;
  useEffect(() => {
    if (run === null) return;
    let source: EventSource | undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const open = () => {
      source = new EventSource(`/api/runs/${encodeURIComponent(run)}/live`);
      source.onmessage = ({ data }) => latest.current(JSON.parse(data as string) as LiveMessage);
      source.onerror = () => {
        if (source?.readyState === EventSource.CLOSED) timer = setTimeout(open, secondsUntilAnew * 1000);
      };
    };
    open();
    return () => {
      source?.close();
      clearTimeout(timer);
    };
  }, [run]);
}
