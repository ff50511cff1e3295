import {
  type ColophonClient,
  type PreparedStatement,
  prepareStatement,
  signRevenueStatement,
} from "@colophon-protocol/sdk";
import type { Message } from "@colophon-protocol/sdk/formats";
import { type LicenseEntity, offerOf } from "@colophon-protocol/sdk/indexer";
import { useState } from "react";
import { type Hex, isHex, keccak256, toHex, zeroHash } from "viem";
import { getBlock } from "viem/actions";
import { useColophon } from "../app";
import { termsOf } from "../buy/price";
import type { Token } from "../data/tokens";
import { Sheet } from "../steps/Sheet";
import { Field } from "../ui/fields";
import { money } from "../ui/format";
import { Hash } from "../ui/hash";
import { AmountForm } from "./AmountForm";
import { Done } from "./Plain";
import type { ShareAccount } from "./share-words";

interface Props {
  license: LicenseEntity;
  account: ShareAccount;
  token: Token;
}

type Statement = Message<"RevenueStatement">;

/** Stating the revenue of the next period, and paying what it makes due: signed, approved, paid. */
export function StateRevenue({ license, account, token }: Props) {
  // The period does not move on under who has just stated it.
  const [period] = useState(account.nextPeriod);
  const [report, setReport] = useState("");
  const reportHash = report.trim() === "" ? zeroHash : keccak256(toHex(report.trim()));
  return (
    <>
      <p className="mb-4 text-sm text-ash">
        State what you earned with the data in period {period}. Nobody else can state it; the terms say who may audit
        it.
      </p>
      <AmountForm label={`Revenue of period ${period}`} token={token} zero>
        {(revenue) => (
          <>
            <details className="mb-6 text-sm">
              <summary>Refer to your books</summary>
              <div className="mt-2 space-y-2">
                <Field
                  label="Reference, such as a report's name and number"
                  value={report}
                  inputMode="text"
                  onChange={({ target }) => setReport(target.value)}
                />
                <p className="text-ash">
                  Only its hash goes on chain: <Hash value={reportHash} label="report hash" />
                </p>
              </div>
            </details>
            <Steps
              key={`${revenue}${reportHash}`}
              license={license}
              token={token}
              statement={{
                licenseId: license.licenseId,
                period,
                token: token.address,
                revenue,
                reportHash,
                signedAt: 0,
              }}
            />
          </>
        )}
      </AmountForm>
    </>
  );
}

function Steps({ license, token, statement }: Omit<Props, "account"> & { statement: Statement }) {
  const { config } = useColophon();
  const { deployment } = config;
  const terms = termsOf(license.offer);
  const countersigned = terms?.rail === "share" && terms.countersigned;
  const [auditor, setAuditor] = useState<Hex>();
  const [signedAt, setSignedAt] = useState<number>();
  const amount = (base: bigint) => money(base, token.decimals, token.symbol);
  const { licenseId, offer } = license;
  const plan = (client: ColophonClient, given: Statement, signature: Hex) =>
    prepareStatement(client, {
      licenseId,
      offer: offerOf(offer),
      statement: given,
      signature,
      ...(auditor ? { auditorSignature: auditor } : {}),
      deployment,
    });
  return (
    <>
      {countersigned ? (
        <Countersign statement={statement} signedAt={signedAt} onTime={setSignedAt} onSignature={setAuditor} />
      ) : null}
      <Sheet<PreparedStatement>
        plans={["state", licenseId, statement.period, statement.revenue]}
        token={token}
        prepare={(client) => plan(client, statement, "0x")}
        first={{
          title: "Sign the statement",
          text: `You sign that period ${statement.period} earned you ${amount(statement.revenue)}. No transaction, no gas.`,
          sign: async (client) => {
            const at = signedAt ?? Number((await getBlock(client)).timestamp);
            const given = { ...statement, signedAt: at };
            return plan(client, given, await signRevenueStatement(client, { message: given, deployment }));
          },
        }}
        write={({ owed, fromCredit, due }) => ({
          title: due > 0n ? "State and pay" : "State",
          text: `${amount(owed)} are owed for the period${fromCredit > 0n ? `, ${amount(fromCredit)} of it are paid already` : ""}. You pay ${amount(due)}, and the statement goes on record, in one transaction.`,
          button: due > 0n ? `State and pay ${amount(due)}` : "State",
        })}
        ifSent="The transaction was sent. Look at the next statement before you repeat it."
        done={({ hash }, { due }) => (
          <Done text={`Period ${statement.period} is stated, ${amount(due)} are paid`} hash={hash} />
        )}
      />
    </>
  );
}

interface CountersignProps {
  statement: Statement;
  signedAt: number | undefined;
  onTime: (time: number) => void;
  onSignature: (signature: Hex | undefined) => void;
}

/** Where the auditor has to sign too: both sign the same statement, the time in it included. */
function Countersign({ statement, signedAt, onTime, onSignature }: CountersignProps) {
  const given = { ...statement, revenue: String(statement.revenue), licenseId: String(statement.licenseId), signedAt };
  return (
    <div className="mb-6 space-y-4">
      <p className="text-sm">
        The auditor signs the same statement. Send it what stands here, and enter its signature.
      </p>
      <Field
        label="Time of the statement, in seconds since 1970"
        inputMode="numeric"
        onChange={({ target }) => /^\d+$/.test(target.value) && onTime(Number(target.value))}
      />
      <pre className="border border-rule p-2 font-mono text-xs break-all whitespace-pre-wrap">
        {JSON.stringify(given, null, 2)}
      </pre>
      <Field
        label="The auditor's signature"
        inputMode="text"
        onChange={({ target }) => onSignature(isHex(target.value) ? target.value : undefined)}
      />
    </div>
  );
}
