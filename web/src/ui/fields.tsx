import { type InputHTMLAttributes, type ReactNode, useId } from "react";

/** A labelled field; the unit stands behind it, the hint below. */
export function Field({
  label,
  unit,
  hint,
  ...rest
}: InputHTMLAttributes<HTMLInputElement> & { label: string; unit?: string; hint?: ReactNode }) {
  const id = useId();
  return (
    <div className="min-w-0">
      <label htmlFor={id} className="block text-sm font-medium">
        {label}
      </label>
      <div className="mt-1 flex items-baseline gap-2">
        <input
          id={id}
          inputMode="decimal"
          autoComplete="off"
          aria-describedby={hint ? `${id}-hint` : undefined}
          {...rest}
          className="min-h-10 w-full min-w-0 max-w-56 rounded-sm border border-ash bg-sheet px-3 text-base tabular-nums"
        />
        {unit ? <span className="shrink-0 text-sm text-ash">{unit}</span> : null}
      </div>
      {hint ? (
        <p id={`${id}-hint`} className="mt-1 text-sm text-ash">
          {hint}
        </p>
      ) : null}
    </div>
  );
}

/** What somebody should look at before going on: ochre for soon, rubric for now. Glyph and words, never colour alone. */
export function Notice({ urgent = false, title, children }: { urgent?: boolean; title: string; children?: ReactNode }) {
  return (
    <div role="status" className={`my-4 max-w-prose border-l-2 py-1 pl-4 ${urgent ? "border-rubric" : "border-ochre"}`}>
      <p className={`font-medium ${urgent ? "text-rubric" : "text-ochre"}`}>
        <span aria-hidden="true">{urgent ? "○" : "◐"} </span>
        {title}
      </p>
      {children ? <div className="mt-1 text-sm">{children}</div> : null}
    </div>
  );
}
