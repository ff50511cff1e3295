/** Uses in the order in which buyers ask for them: bit, name, what it lets you do. */
export const USES = [
  [1 << 1, "Train", "train models on it"],
  [1 << 2, "Fine-tune", "fine-tune models with it"],
  [1 << 3, "Evaluate", "evaluate models against it"],
  [1 << 4, "Infer", "use it while a model answers"],
  [1 << 0, "Read raw", "read the raw data"],
  [1 << 5, "Redistribute", "pass the data on"],
  [1 << 6, "Derive", "publish derivatives"],
  [1 << 7, "Mint", "sell licenses of derivatives"],
] as const;

/** "train, fine-tune, read raw": the uses of a bit set. */
export const usesInWords = (uses: number) =>
  USES.filter(([bit]) => (uses & bit) !== 0)
    .map(([, name]) => name.toLowerCase())
    .join(", ");

/** The rights that terms give, as words in a line. */
export function Rights({ uses }: { uses: number }) {
  const granted = USES.filter(([bit]) => (uses & bit) !== 0);
  return (
    <ul className="flex flex-wrap gap-x-3 gap-y-1 text-sm" aria-label="Uses allowed">
      {granted.map(([bit, name]) => (
        <li key={bit} className="text-verdigris">
          <span aria-hidden="true">● </span>
          {name}
        </li>
      ))}
    </ul>
  );
}
