// The curves of a run as state. While it learns they are asked for again, but not with every step: whoever watches sees the
// same, and the server has better things to do.

import { useEffect, useRef } from "preact/hooks";
import { nowMs } from "../../../clock.ts";
import type { Curves } from "../../api.ts";
import { type Asked, useAsked } from "../use-asked.ts";

const points = 300;
const secondsBetween = 2;

/** @param news - another text whenever something has changed */
export function useCurves(run: string, news: string): Asked<Curves> {
  const asked = useAsked<Curves>(`runs/${encodeURIComponent(run)}/curves?points=${points}`);
  const known = useRef(news);
  const askedAtMs = useRef(nowMs());
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const { again } = asked;
  useEffect(() => {
    if (news === known.current || timer.current !== undefined) return;
    known.current = news;
    const waitMs = Math.max(0, askedAtMs.current + secondsBetween * 1000 - nowMs());
    timer.current = setTimeout(() => {
      timer.current = undefined;
      askedAtMs.current = nowMs();
      again();
    }, waitMs);
  }, [news, again]);
  useEffect(() => () => clearTimeout(timer.current), []);
  return asked;
}
