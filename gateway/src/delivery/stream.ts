/**
 * Writes blobs to a response without copies, one read ahead of the network. Straight to Node's response: web streams
 * would cost half the throughput, and only Node tells when the network has really taken the bytes.
 */
import type { ServerResponse } from "node:http";

/** One part of an answer. */
export interface Part {
  /** Gets the bytes; called one part ahead. */
  read: () => Promise<Uint8Array>;
  /** Called when the network has taken them, and their memory is free again; a rejection cuts the stream. */
  sent?: (bytes: Uint8Array) => void | Promise<void>;
  /** Called just before they are written; a throw cuts the stream. */
  before?: () => Promise<void>;
  /** Nothing else is with the network when `before` is called: what came before was sent, and dealt with. */
  alone?: boolean;
}

/** Thrown when the client went away before the end. */
export class ClientGone extends Error {
  override readonly name = "ClientGone";
}

/**
 * Sends a whole answer. The first part is read before the head goes out, so that its failure can still be answered properly.
 * @param stallMs the connection is cut when the client takes nothing for so long
 * @throws ClientGone when the connection closes early; whatever a part throws (the connection is cut if the head is out)
 */
export async function sendParts(
  response: ServerResponse,
  head: { status: number; headers: Record<string, string> },
  parts: readonly Part[],
  stallMs: number,
): Promise<void> {
  let next = parts[0]?.read();
  await next;
  await parts[0]?.before?.();
  response.setTimeout(stallMs, () => response.destroy());
  response.writeHead(head.status, head.headers);
  let writing: Promise<void> | undefined;
  try {
    for (const [i, part] of parts.entries()) {
      const bytes = (await next) as Uint8Array;
      next = parts[i + 1]?.read();
      next?.catch(() => undefined); // Awaited in the next turn; until then it must not count as unhandled.
      if (part.alone) await writing;
      if (i > 0) await part.before?.();
      const written = write(response, bytes).then(() => part.sent?.(bytes));
      written.catch(() => undefined);
      await writing; // Two parts are with the network at a time, so that it never waits for the disk.
      writing = written;
    }
    await writing;
    await end(response);
  } catch (error) {
    response.destroy();
    throw error;
  }
}

function end(response: ServerResponse): Promise<void> {
  return new Promise((resolve, reject) => {
    // After an abort the callback of `end` never comes, only "close" does.
    const onClose = () =>
      response.writableFinished ? resolve() : reject(new ClientGone("the connection closed at the end"));
    response.once("close", onClose);
    response.end(() => {
      response.removeListener("close", onClose);
      resolve();
    });
  });
}

function write(response: ServerResponse, bytes: Uint8Array): Promise<void> {
  if (response.destroyed || response.closed) return Promise.reject(new ClientGone("the connection is closed"));
  return new Promise((resolve, reject) => {
    const onClose = () => reject(new ClientGone("the connection closed during a part"));
    response.once("close", onClose);
    response.write(bytes, (error) => {
      response.removeListener("close", onClose);
      if (error) reject(new ClientGone("the connection failed", { cause: error }));
      else resolve();
    });
  });
}
