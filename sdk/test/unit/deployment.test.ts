import { createClient, http } from "viem";
import { foundry, mainnet } from "viem/chains";
import { describe, expect, it } from "vitest";
import { type Deployment, getDeployment, parseDeployment, resolveAddress } from "../../src/index.js";

const registry = "0x1111111111111111111111111111111111111111";
const codeHash = `0x${"c0".repeat(32)}`;
const deployment: Deployment = { chainId: 31337, contracts: { DatasetRegistry: { address: registry, block: 3 } } };
const client = createClient({ chain: foundry, transport: http() });

describe("deployments", () => {
  it("reads the content of a deployment file", () => {
    const content = {
      chainId: 31337,
      deployer: registry,
      contracts: { DatasetRegistry: { address: registry, block: 3, version: "1", codeHash, implementation: registry } },
      external: { permit2: registry },
    };
    expect(parseDeployment({ ...content, more: 1 })).toEqual(content);
    expect(parseDeployment(deployment)).toEqual(deployment);
  });

  it.each([
    [null, /chainId is undefined/],
    [{ chainId: "1", contracts: {} }, /chainId is "1"/],
    [{ chainId: 1 }, /contracts is missing/],
    [{ chainId: 1, contracts: { A: { address: "0x1" } } }, /contracts\.A\.address is "0x1"/],
    [{ chainId: 1, contracts: {}, deployer: 1 }, /deployer is 1/],
    [{ chainId: 1, contracts: { A: { address: registry, codeHash: "0x1" } } }, /contracts\.A\.codeHash is "0x1"/],
    [{ chainId: 1, contracts: { A: { address: registry, implementation: 1 } } }, /A\.implementation is 1/],
    [{ chainId: 1, contracts: {}, external: { permit2: 1 } }, /external\.permit2 is 1/],
  ])("says what is wrong with %j", (content, message) => {
    expect(() => parseDeployment(content)).toThrow(message);
  });

  it("refuses a chain that has no published deployment, and names those that have", () => {
    expect(() => getDeployment(999_999_999)).toThrow(/No Colophon deployment is known for chain 999999999/);
  });

  it("takes an explicit address first", () => {
    expect(resolveAddress({ chain: mainnet }, "DatasetRegistry", { deployment, address: registry })).toBe(registry);
    expect(resolveAddress(client, "DatasetRegistry", { deployment })).toBe(registry);
  });

  it("refuses the deployment of another chain", () => {
    expect(() => resolveAddress({ chain: mainnet }, "DatasetRegistry", { deployment })).toThrow(
      /of chain 31337, the client of chain 1/,
    );
  });

  it("names the contract that a deployment lacks", () => {
    expect(() => resolveAddress(client, "KeyNetwork", { deployment })).toThrow(/has no KeyNetwork/);
  });

  it("asks for a chain when there is nothing to go by", () => {
    expect(() => resolveAddress({ chain: undefined }, "KeyNetwork", {})).toThrow(/the client has no chain/);
  });
});
