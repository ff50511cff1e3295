import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { type ReactNode, useEffect, useState } from "react";
import { useConnection } from "wagmi";
import { Gate } from "../steps/Gate";
import { Button } from "../ui/primitives";

/** Something that can be done on a page, with a license or a dispute. `name` stands in the URL. */
export interface LicenseAction {
  name: string;
  label: string;
  /** Whether it can be done now, by this account. */
  can: boolean;
  panel: ReactNode;
}

interface Props {
  actions: readonly LicenseAction[];
  /** What is said to a connected account that can do nothing. */
  none?: string;
  /** Why one should connect, in a sentence. */
  why?: string;
}

/** What can be done, as links; the chosen one's steps below. */
export function Actions({ actions, none, why = "Connect the wallet that holds or pays this license." }: Props) {
  const { do: chosen } = useSearch({ strict: false });
  const navigate = useNavigate();
  const { address } = useConnection();
  const known = actions.find(({ name }) => name === chosen);
  const [opened, setOpened] = useState<string>();
  // What was opened stays until it is closed: after doing it, it cannot be done again, but its receipt is still read.
  useEffect(() => {
    if (!chosen) setOpened(undefined);
    else if (known?.can) setOpened(chosen);
  }, [chosen, known?.can]);
  const shown = actions.filter(({ can, name }) => can || name === opened);
  const close = () => navigate({ to: ".", search: {}, resetScroll: false });
  return (
    <div className="mt-6">
      {shown.length > 0 ? (
        <nav aria-label="What you can do" className="flex flex-wrap gap-x-6 gap-y-2">
          {shown.map(({ name, label }) => (
            <Link
              key={name}
              to="."
              search={{ do: name }}
              resetScroll={false}
              aria-current={name === chosen ? "true" : undefined}
              className={`inline-flex min-h-10 items-center text-sm font-medium underline underline-offset-4 ${name === chosen ? "text-rubric" : "text-ink"}`}
            >
              {label}
            </Link>
          ))}
        </nav>
      ) : null}
      {address && shown.length === 0 && none ? <p className="text-sm text-ash">{none}</p> : null}
      {known ? (
        <section
          aria-label={known.label}
          className="mt-4 max-w-prose rounded-sm border border-rule bg-sheet p-4 sm:p-6"
        >
          <Gate why={why}>
            {known.can || opened === known.name ? (
              known.panel
            ) : (
              <p className="text-sm">This cannot be done now, or not by this account.</p>
            )}
          </Gate>
          <div className="mt-4">
            <Button kind="quiet" onClick={close}>
              Close
            </Button>
          </div>
        </section>
      ) : null}
    </div>
  );
}
