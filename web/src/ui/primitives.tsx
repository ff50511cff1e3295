import type { ButtonHTMLAttributes, ReactNode } from "react";

const kinds = {
  primary: "bg-rubric text-on-rubric border-rubric px-4",
  plain: "bg-transparent text-ink border-rule hover:border-ink px-4",
  quiet: "bg-transparent text-ink border-transparent underline underline-offset-4",
} as const;

/** A button. One primary action a view. */
export function Button({
  kind = "plain",
  className = "",
  ...rest
}: ButtonHTMLAttributes<HTMLButtonElement> & { kind?: keyof typeof kinds }) {
  return (
    <button
      type="button"
      {...rest}
      className={`inline-flex min-h-10 items-center gap-2 rounded-sm border py-1 text-left text-sm font-medium disabled:cursor-not-allowed disabled:opacity-60 ${kinds[kind]} ${className}`}
    />
  );
}

/** Two bars, drawn: many fonts lack the character. As wide and high as the circles beside it. */
const Paused = () => (
  <svg viewBox="0 0 10 10" width="0.7em" height="0.7em" fill="currentColor" role="presentation">
    <path d="M1 0h3v10H1zM6 0h3v10H6z" />
  </svg>
);

const states = {
  proven: ["●", "text-verdigris"],
  open: ["◐", "text-ochre"],
  faulted: ["○", "text-rubric"],
  frozen: [<Paused key="paused" />, "text-ash"],
} as const;

/** A state: glyph, colour and word, never colour alone. */
export function State({ is, children }: { is: keyof typeof states; children: ReactNode }) {
  const [glyph, color] = states[is];
  return (
    <span className={`inline-flex items-baseline gap-1.5 text-sm font-medium ${color}`}>
      <span aria-hidden="true">{glyph}</span>
      {children}
    </span>
  );
}

/** A titled section of a page with a hairline above. */
export function Section({ title, id, children }: { title: string; id?: string; children: ReactNode }) {
  const heading = id ?? title.toLowerCase().replace(/[^a-z]+/g, "-");
  return (
    <section aria-labelledby={heading} className="border-t border-rule py-8">
      <h2 id={heading} className="mb-4 text-lg font-semibold">
        {title}
      </h2>
      {children}
    </section>
  );
}

/** A definition list of facts: term left, value right, one column when narrow. */
export function Facts({ items }: { items: readonly (readonly [string, ReactNode])[] }) {
  return (
    <dl className="grid grid-cols-1 gap-x-8 gap-y-2 text-sm sm:grid-cols-[12rem_1fr]">
      {items.map(([term, value]) => (
        <div key={term} className="contents">
          <dt className="text-ash">{term}</dt>
          <dd className="mb-2 min-w-0 break-words sm:mb-0">{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** What went wrong, what it means, what to do; announced politely. */
export function Problem({ title, hint, children }: { title: string; hint?: string; children?: ReactNode }) {
  return (
    <div role="alert" className="max-w-prose break-words border-l-2 border-rubric py-1 pl-4">
      <p className="font-medium">{title}</p>
      {hint ? <p className="mt-1 text-sm text-ash">{hint}</p> : null}
      {children}
    </div>
  );
}

/** Progress with words for everyone and a bar for those who see it. */
export function Progress({ value, max, label }: { value: number; max: number; label: string }) {
  return (
    <div className="max-w-prose">
      <progress className="progress" value={value} max={max} aria-label={label} />
      <p className="mt-1 text-sm text-ash tabular-nums" aria-live="polite">
        {label}
      </p>
    </div>
  );
}
