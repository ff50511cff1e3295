import type { ReactNode } from "react";
import { State } from "../ui/primitives";

/** Where a step is. */
export type StepStatus = "start" | "sent" | "done" | "stopped";

/** A step: what one signs or sends, said before it is asked for. */
export interface StepRow {
  title: string;
  text: ReactNode;
  status?: StepStatus | undefined;
}

const WORDS = {
  start: ["open", "in your wallet"],
  sent: ["open", "sent, waiting for the chain"],
  done: ["proven", "done"],
  stopped: ["faulted", "stopped here"],
} as const;

/** Numbered steps, each with a sentence before and its state after. */
export function StepList({ rows }: { rows: readonly StepRow[] }) {
  return (
    <ol className="mb-6 space-y-4" aria-live="polite">
      {rows.map(({ title, text, status }, index) => {
        const known = status ? WORDS[status] : undefined;
        return (
          <li key={title} className="grid grid-cols-[2rem_1fr] gap-x-2">
            <span className="font-serif text-lg font-semibold text-rubric">{index + 1}</span>
            <div className="min-w-0">
              <h3 className="text-base font-semibold">{title}</h3>
              <p className="text-sm break-words text-ash">{text}</p>
              {known ? (
                <p className="mt-1">
                  <State is={known[0]}>{known[1]}</State>
                </p>
              ) : null}
            </div>
          </li>
        );
      })}
    </ol>
  );
}
