// Free TCP ports on the loopback interface.
import net from "node:net";

/** @param {number} port @returns {Promise<number | undefined>} the port bound (0 asks for any), undefined if busy */
function tryPort(port) {
  return new Promise((resolve) => {
    const server = net.createServer();
    server.once("error", () => resolve(undefined));
    server.listen({ port, host: "127.0.0.1", exclusive: true }, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address ? address.port : undefined));
    });
  });
}

/**
 * The preferred port if it is free, else the next free one (at most 50 tries), else any free port.
 * @param {number} [preferred] without it, any free port
 * @param {Set<number>} [taken] ports already promised to someone who has not bound them yet; the result is added to it
 * @returns {Promise<number>}
 */
export async function freePort(preferred = 0, taken = new Set()) {
  for (let step = 0; preferred > 0 && step < 50; step++) {
    const port = preferred + step;
    if (!taken.has(port) && (await tryPort(port)) !== undefined) {
      taken.add(port);
      return port;
    }
  }
  for (;;) {
    const port = await tryPort(0);
    if (port === undefined)
      throw new Error("ports: the system gives no free TCP port on 127.0.0.1; close something that listens.");
    if (!taken.has(port)) {
      taken.add(port);
      return port;
    }
  }
}
