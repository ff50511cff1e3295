import type { DisputeEvidence } from "@colophon-protocol/sdk";
import { type FormEvent, type ReactNode, useId, useState } from "react";
import { sha256, stringToBytes } from "viem";
import { Field } from "../ui/fields";
import { Button } from "../ui/primitives";

/** A written statement as evidence: its own bytes stand in the URI, so that nobody has to keep them. */
export function statementEvidence(text: string): DisputeEvidence {
  const uri = `data:text/plain;charset=utf-8,${encodeURIComponent(text)}`;
  return { hash: sha256(stringToBytes(text)), uri };
}

/** Asks for evidence, a statement or a file that lies somewhere, then shows the steps with it. */
export function EvidenceForm({ children }: { children: (evidence: DisputeEvidence) => ReactNode }) {
  const [evidence, setEvidence] = useState<DisputeEvidence>();
  const [wrong, setWrong] = useState<string>();
  const id = useId();
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const statement = String(form.get("statement")).trim();
    const uri = String(form.get("uri")).trim();
    const file = form.get("file");
    if (file instanceof File && file.size > 0) {
      if (!URL.canParse(uri))
        return setWrong("Say where the file lies: an address that starts with https:// or ipfs://.");
      setEvidence({ hash: sha256(new Uint8Array(await file.arrayBuffer())), uri });
    } else if (statement) setEvidence(statementEvidence(statement));
    else return setWrong("Write a statement, or name a file and where it lies.");
    setWrong(undefined);
  };
  return (
    <>
      <form onSubmit={submit} className="mb-6 space-y-3" onChange={() => setEvidence(undefined)}>
        <div>
          <label htmlFor={id} className="block text-sm font-medium">
            What happened
          </label>
          <textarea
            id={id}
            name="statement"
            rows={4}
            aria-describedby={`${id}-hint`}
            className="mt-1 w-full rounded-sm border border-ash bg-sheet px-3 py-2 text-base"
          />
          <p id={`${id}-hint`} className="mt-1 text-sm text-ash">
            Everybody can read it on chain, for good. Name no person and no secret.
          </p>
        </div>
        <details className="text-sm">
          <summary>Or give a file</summary>
          <div className="mt-3 space-y-3">
            <p className="text-ash">The chain keeps its hash and where it lies. The file itself stays with you.</p>
            <label className="block">
              <span className="font-medium">File</span>
              <input type="file" name="file" className="mt-1 block w-full text-sm" />
            </label>
            <Field label="Where it lies" name="uri" inputMode="url" />
          </div>
        </details>
        {wrong ? (
          <p role="alert" className="text-sm text-rubric">
            {wrong}
          </p>
        ) : null}
        <Button type="submit">Go on</Button>
      </form>
      {evidence ? children(evidence) : null}
    </>
  );
}
