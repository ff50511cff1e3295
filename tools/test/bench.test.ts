import { describe, expect, it } from "vitest";
import { measureFigure, row, selectFigures } from "../bench.mjs";

const figure = (id: string, budget: number, value: number, least = false) => ({
  ...{ id, what: "a thing", unit: "gas", budget, least, run: async () => value },
});

describe("benchmarks", () => {
  it("hold a figure against a most or a least", async () => {
    expect(await measureFigure(figure("gas.a", 100, 100))).toMatchObject({ value: 100, pass: true, baseline: null });
    expect((await measureFigure(figure("gas.a", 100, 101))).pass).toBe(false);
    expect((await measureFigure(figure("x.b", 100, 99, true))).pass).toBe(false);
    expect((await measureFigure(figure("x.b", 100, 100.004, true))).value).toBe(100);
  });

  it("do not pass what could not be measured", async () => {
    const broken = { ...figure("gas.a", 1, 0), run: () => Promise.reject(new Error("no snapshot")) };
    const result = await measureFigure(broken);
    expect(result).toMatchObject({ value: null, pass: false, error: "no snapshot" });
    expect(row(result)).toContain("not measured: no snapshot");
    expect((await measureFigure({ ...broken, run: async () => Number.NaN })).pass).toBe(false);
  });

  it("are chosen by group or by name", () => {
    const all = [figure("gas.a", 1, 1), figure("gas.b.c", 1, 1), figure("size.max", 1, 1)];
    expect(selectFigures(all, "gas").map(({ id }) => id)).toEqual(["gas.a", "gas.b.c"]);
    expect(selectFigures(all, "size.max,gas.a").map(({ id }) => id)).toEqual(["gas.a", "size.max"]);
    expect(() => selectFigures(all, "gases")).toThrow("no figure is named gases");
  });
});
