import { day } from "../ui/format";
import { Hash } from "../ui/hash";
import { Problem, Section, State } from "../ui/primitives";
import { type BadgeRow, useBadges } from "./api";
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
            <Badge key={badge.id} badge={badge} />
          ))}
        </ul>
      )}
    </Section>
  );
}

function Badge({ badge }: { badge: BadgeRow }) {
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
          says <Hash value={badge.issuer} label="issuer" /> since {day(BigInt(badge.issuedAt))},{" "}
          {badge.expiresAt ? `until ${day(BigInt(badge.expiresAt))}` : "with no end"}
        </p>
      </div>
      <State is={is}>{words}</State>
    </li>
  );
}
