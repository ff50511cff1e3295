import { useEffect, useReducer, useSyncExternalStore } from "react";
import { useBlock } from "wagmi";

const CALM = "(prefers-reduced-motion: reduce)";
/** How often what counts by itself is drawn again, in milliseconds; for who asked for calm, rarely. */
const EVERY = 1_000;
const EVERY_CALM = 15_000;

/** Seconds that the chain is ahead of this device, by the freshest block seen: an older one only tells that time went on. */
let ahead: number | undefined;

/** The chain's time now, told from the newest block and this device's clock. It never runs backwards. */
function chainNow(blockTime: bigint | undefined): number {
  const here = Date.now() / 1000;
  if (blockTime !== undefined) ahead = Math.max(ahead ?? Number.NEGATIVE_INFINITY, Number(blockTime) - here);
  return Math.floor(here + (ahead ?? 0));
}

/** The chain's time, second by second, without asking the chain each second. For who wants no motion it stands still between looks. */
export function useChainSeconds(): number {
  const { data: block } = useBlock({ watch: true });
  const calm = useCalm();
  const [, draw] = useReducer((count: number) => count + 1, 0);
  useEffect(() => {
    const timer = setInterval(draw, calm ? EVERY_CALM : EVERY);
    return () => clearInterval(timer);
  }, [calm]);
  const now = chainNow(block?.timestamp);
  return calm ? now - (now % (EVERY_CALM / 1000)) : now;
}

/** Whether the reader asked the system for less motion. */
function useCalm(): boolean {
  return useSyncExternalStore(
    (changed) => {
      const query = matchMedia(CALM);
      query.addEventListener("change", changed);
      return () => query.removeEventListener("change", changed);
    },
    () => matchMedia(CALM).matches,
  );
}
