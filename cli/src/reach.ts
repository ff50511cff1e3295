/** Requests to a gateway that go past the SDK's own client. */
import { DeliveryError } from "@colophon-protocol/sdk/delivery";

/** Asks, and says in words when nothing answers. @throws DeliveryError `unavailable` */
export async function reach(ask: () => Promise<Response>): Promise<Response> {
  try {
    return await ask();
  } catch (cause) {
    if ((cause as Error).message.includes("fetch failed")) {
      throw new DeliveryError("unavailable", "The gateway cannot be reached. Try again.", { cause });
    }
    throw cause;
  }
}
