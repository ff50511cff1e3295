import { useState } from "react";
import { getAddress, isAddress } from "viem";

/** A hash or address: shortened in the middle, copied whole. */
export function Hash({ value: given, label }: { value: string; label?: string }) {
  const value = isAddress(given, { strict: false }) ? getAddress(given) : given;
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(value);
    setCopied(true);
    setTimeout(() => setCopied(false), 1500);
  };
  return (
    <button
      type="button"
      onClick={copy}
      title={value}
      className="font-mono text-sm text-ash decoration-rule underline-offset-4 hover:underline"
    >
      <span className="sr-only">Copy {label ?? "value"}: </span>
      {copied ? "copied" : `${value.slice(0, 8)}…${value.slice(-6)}`}
    </button>
  );
}
