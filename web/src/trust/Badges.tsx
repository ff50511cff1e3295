import type { BadgeEntity } from "@colophon-protocol/sdk/indexer";
import { Link } from "@tanstack/react-router";
import { day } from "../ui/format";
import { Hash } from "../ui/hash";
import { Problem, Section, State } from "../ui/primitives";
import { useBadges } from "./api";
import { badgeInWords, badgeName } from "./words";

/** What others attest of a dataset or provider: each with who says so, until when, and what that is worth now. */
export function Badges({ of }: { of: Parameters<typeof useBadges>[0] }) {
  const { data, error } = useBadges(of);
  return (
    <Section title="Attestations">
      {error ? (
        <Problem title="The attestations could not be read." hint={error.message} />
      ) : !data ? (
        <p aria-live="polite">Reading what others attest</p>
      ) : data.length === 0 ? (
        <p className="text-sm">Nobody has attested anything yet.</p>
      ) : (
        <ul className="space-y-4">
          {data.map((badge) => (
            <Badge key={String(badge.badgeId)} badge={badge} />
          ))}
        </ul>
      )}
    </Section>
  );
}

function Badge({ badge }: { badge: BadgeEntity }) {
  const [is, words] = badgeInWords(badge.standing);
  const version = badge.subjectKind === "VERSION" ? badge.versionRef?.split("-").at(-1) : undefined;
  return (
    <li className="grid gap-x-8 gap-y-1 text-sm sm:grid-cols-[1fr_auto]">
      <div className="min-w-0">
        <p className="font-medium">
          {badgeName(badge.schema.name)}
          {version ? `, of version ${version}` : ""}
        </p>
        <p className="text-ash">
          says <Hash value={badge.issuer} label="issuer" /> since {day(badge.issuedAt)},{" "}
          {badge.expiresAt ? `until ${day(badge.expiresAt)}` : "with no end"}
        </p>
        {badge.standing === "VALID" ? (
          <Link
            to="/disputes/new"
            search={{ badge: String(badge.badgeId) }}
            className="underline underline-offset-4"
            aria-label={`Raise a claim that "${badgeName(badge.schema.name)}" is false`}
          >
            Is it false?
          </Link>
        ) : null}
      </div>
      <State is={is}>{words}</State>
    </li>
  );
}
