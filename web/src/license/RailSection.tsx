import type { ReactNode } from "react";
import { Problem, Section } from "../ui/primitives";

interface Props<state> {
  title: string;
  read: { data: state | undefined; error: Error | null };
  children: (state: state) => ReactNode;
}

/** The section of a license that its payment rail fills, once the rail has been read. */
export function RailSection<state>({ title, read: { data, error }, children }: Props<state>) {
  return (
    <Section title={title}>
      {error ? (
        <Problem title="The payment rail could not be read." hint={error.message.split("\n")[0] ?? ""} />
      ) : data ? (
        children(data)
      ) : (
        <p aria-live="polite">Reading how it is paid</p>
      )}
    </Section>
  );
}
