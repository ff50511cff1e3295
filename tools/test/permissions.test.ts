import { describe, expect, it } from "vitest";
import { permissionTable } from "../lib/permissions.mjs";

describe("the permission table", () => {
  const { roles, proxies, restricted, leastTimelockDelay } = permissionTable();

  it("has the roles with their least delays in seconds", () => {
    expect(roles.map(({ id, name, leastDelay }) => [id, name, leastDelay])).toEqual([
      [0, "ADMIN", 0],
      [1, "UPGRADER", 172_800],
      [2, "GOVERNOR", 86_400],
      [3, "GUARDIAN", 0],
      [4, "KEY_OPERATOR", 86_400],
    ]);
    expect(leastTimelockDelay).toBe(172_800);
  });

  it("gives functions of contracts behind proxies to roles that there are, each once", () => {
    const names = roles.map(({ name }) => name);
    for (const { target, role } of restricted) {
      expect(proxies).toContain(target);
      expect(names).toContain(role);
    }
    expect(new Set(restricted.map(({ target, signature }) => `${target}.${signature}`)).size).toBe(restricted.length);
    expect(restricted).toContainEqual({
      target: "ServiceChallenges",
      signature: "setTerms((uint32,uint32,uint16,uint16,uint16,uint16,bool))",
      role: "GOVERNOR",
    });
  });
});
