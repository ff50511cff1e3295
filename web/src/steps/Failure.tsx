import { decodeError } from "@colophon-protocol/sdk";
import { Problem } from "../ui/primitives";

/** Why something did not go on, decoded. `sent` warns of a transaction on its way, after which doing it again could do it twice. */
export function Failure({ error, sent }: { error: Error; sent?: string | undefined }) {
  const { code, shortMessage, hint } = decodeError(error);
  if (code === "rejected") {
    return (
      <p role="alert" className="mt-4 text-sm text-ash">
        You declined in the wallet. Nothing was sent and nothing was paid.
      </p>
    );
  }
  return (
    <div className="mt-6">
      <Problem title={shortMessage} {...(hint ? { hint } : {})}>
        {sent ? <p className="mt-1 text-sm">{sent}</p> : null}
      </Problem>
    </div>
  );
}
