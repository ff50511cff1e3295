/** What one step of the main job did. */
export interface StepResult {
  /** Gas of the step's transactions, 0 when it made none. */
  gas?: bigint;
  /** What there is to see, in the order in which it is printed. */
  values: Record<string, unknown>;
}

/** Prints the steps of the main job as they end: one line each, or one JSON object each. */
export class Report {
  #number = 0;
  failed = false;

  constructor(readonly json: boolean) {}

  /** Runs a step and prints it; a failure is printed, remembered and thrown on. */
  async step<T extends StepResult>(name: string, run: () => Promise<T>): Promise<T> {
    const number = ++this.#number;
    const started = performance.now();
    const seconds = () => Math.round(performance.now() - started) / 1000;
    try {
      const result = await run();
      this.#print({ step: name, number, ok: true, gas: result.gas ?? 0n, seconds: seconds(), values: result.values });
      return result;
    } catch (error) {
      this.failed = true;
      const message = error instanceof Error ? error.message : String(error);
      this.#print({ step: name, number, ok: false, gas: 0n, seconds: seconds(), values: { error: message } });
      throw error;
    }
  }

  /** Says something between steps (not in the JSON form). */
  say(line: string): void {
    if (!this.json) console.log(`    ${line}`);
  }

  #print(row: {
    step: string;
    number: number;
    ok: boolean;
    gas: bigint;
    seconds: number;
    values: Record<string, unknown>;
  }): void {
    if (this.json) {
      const { number: _, ...rest } = row;
      console.log(JSON.stringify(rest, (_key, value) => (typeof value === "bigint" ? value.toString() : value)));
      return;
    }
    const gas = row.gas === 0n ? "" : `${row.gas.toLocaleString("en-US")} gas`;
    const mark = row.ok ? "●" : "○";
    console.log(
      `${String(row.number).padStart(2)} ${mark} ${row.step.padEnd(62)} ${gas.padStart(13)} ${row.seconds.toFixed(2).padStart(7)} s`,
    );
    for (const [name, value] of Object.entries(row.values)) console.log(`       ${name}: ${String(value)}`);
  }
}
