import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { parseDeploymentConfiguration } from "../../src/deployment/index.js";

const LOCAL = new URL("../../../script/config/31337.json", import.meta.url);

describe("a configuration file", () => {
  it.each([
    [null, /the configuration is null, expected an object/],
    [{}, /treasury is missing, expected an address/],
    [{ governor: "0x12" }, /governor is "0x12"/],
    [{ upgraderDelay: -1 }, /upgraderDelay is -1, expected a whole number/],
    [{ testTokens: 1 }, /testTokens is 1, expected true or false/],
    [{ tokens: {} }, /tokens is \{\}, expected a list/],
    [{ tokens: [{ token: "0x12" }] }, /tokens\[0\]\.token is "0x12"/],
    [{ proofRoutes: [1] }, /proofRoutes\[0\] is 1, expected an object/],
  ])("that is malformed is refused: %j", async (change, message) => {
    const whole =
      change && Object.keys(change).length > 0 ? { ...JSON.parse(await readFile(LOCAL, "utf8")), ...change } : change;
    expect(() => parseDeploymentConfiguration(whole)).toThrow(message);
  });
});
