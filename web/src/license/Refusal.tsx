import { decodeError } from "@colophon-protocol/sdk";
import { Problem } from "../ui/primitives";

const reasons: Record<string, [string, string]> = {
  NotHolder: [
    "This account does not hold the license.",
    "Connect the wallet that holds it, or ask the holder to delegate.",
  ],
  Expired: ["The license has expired.", "Buy a new one to go on; what you did before stays licensed."],
  Revoked: ["The license was revoked.", "Its terms say when the rightsholder may do that."],
  Frozen: ["The license is frozen.", "A dispute or withdrawal is running. It ends by itself or by a ruling."],
  Closed: ["The license has ended.", "The money went back to who paid."],
  DatasetSuspended: ["The dataset is suspended.", "A guardian or ruling stopped access. The money stays where it is."],
  UseNotLicensed: ["This license does not include reading the raw data.", "It is good for compute where the data is."],
};

const sentencesOf = (message: string) => (message.split("\n")[0] ?? "").split(/(?<=\.)\s+/);

/** Why data was refused: by the license's standing where it says so, else as the error does. */
export function Refusal({ error }: { error: Error & { reason?: string; code?: string } }) {
  const known = error.reason ? reasons[error.reason] : undefined;
  if (known) return <Problem title={known[0]} hint={known[1]} />;
  const { code, shortMessage, hint } = decodeError(error);
  if (code === "rejected") {
    return <p className="text-sm text-ash">You declined in the wallet. Nothing was sent.</p>;
  }
  const [title = "", ...rest] = code === "unknown" ? sentencesOf(error.message) : [shortMessage];
  return (
    <Problem
      title={title}
      hint={[...rest, hint ?? `Nothing was lost${rest.length > 0 ? "." : "; try again."}`].join(" ")}
    />
  );
}
