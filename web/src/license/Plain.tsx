import type { ColophonClient, Prepared, Transaction } from "@colophon-protocol/sdk";
import type { Token } from "../data/tokens";
import { Sheet } from "../steps/Sheet";
import { Hash } from "../ui/hash";
import { State } from "../ui/primitives";

interface Props {
  /** What tells this write from others, for what is kept of it. */
  plans: readonly (string | bigint)[];
  token: Token;
  title: string;
  text: string;
  button: string;
  done: string;
  call: (client: ColophonClient) => Transaction;
}

/** A write that needs nothing first: one step. */
export function Plain({ plans, token, title, text, button, done, call }: Props) {
  return (
    <Sheet<Prepared>
      plans={plans}
      token={token}
      prepare={async (client) => ({ requirements: [], build: () => transactionOf(call(client)) })}
      write={() => ({ title, text, button })}
      ifSent="The transaction was sent. Look at this page again before you repeat it."
      done={({ hash }) => <Done text={done} hash={hash} />}
    />
  );
}

/** What came of a write. */
export function Done({ text, hash }: { text: string; hash: string }) {
  return (
    <div role="status">
      <p>
        <State is="proven">{text}</State>
      </p>
      <p className="mt-1 text-sm text-ash">
        Transaction <Hash value={hash} label="transaction" />.
      </p>
    </div>
  );
}

const transactionOf = ({ to, data, value }: Transaction): Transaction => ({ to, data, value });
