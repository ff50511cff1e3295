// The licensee looks at what the main job's training run is worth: on the license, and on the run's own page.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { FORMS, type Started, Visitor } from "./visitor.js";

/** The story goes on from a stack on which the main job has run. */
export function runs(started: () => Started): void {
  describe("runs", () => {
    let reader: Visitor;
    let path = "";

    beforeAll(async () => {
      reader = await Visitor.enter(started());
    });
    afterAll(() => reader?.leave());

    it("marks the license's run as executed, not proven", async () => {
      const { page, open, seen, accessible } = reader;
      await open("/library/1");
      await page.getByRole("heading", { name: "Runs and proofs" }).waitFor();
      await seen("executed, not proven");
      await accessible("license-run");
      await page.getByRole("link", { name: /^Training run of/ }).click();
      await page.waitForURL(/\/runs\/\d+/);
      path = new URL(page.url()).pathname;
    });

    it("says what was used, under which license, where, and what nobody proves", async () => {
      const { page, seen } = reader;
      await page.getByRole("heading", { name: "Training run" }).waitFor();
      await seen("No proof was made");
      await seen("simulated enclave");
      await seen(/used [\d,]+ times in all/);
      await seen("That the list holds everything that the run used.");
      const version = page.getByRole("list", { name: "Licensed versions" }).getByRole("listitem");
      expect(await version.textContent()).toMatch(/MNIST.*version 1, to train.*under license 1/);
      expect(await page.title()).toBe("Training run · Colophon");
    });

    it.each(FORMS)("holds together in %s at %d pixels", (...form) =>
      reader.looksRight(form, [["run", path, "simulated enclave"]]),
    );

    it("says that there is no such run", async () => {
      await reader.open("/runs/7");
      await reader.seen("There is no such run.");
      expect(reader.errors).toEqual([]);
    });
  });
}
