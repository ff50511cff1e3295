import { badge, issuer } from "ponder:schema";
import { sql } from "ponder";
import type { SQL } from "../sql";

// What rows are worth at a second: the rules of AttestationRegistry and Recalls, as SQL, so that one query answers for a whole page.

/** Most accreditations between an issuer and governance. */
const MAX_DEPTH = 3;

/** Ids of the issuers that are accredited at a second: every accreditation up to governance runs. As many rows as there are issuers. */
export const accreditedAt = (at: bigint): SQL => sql`(
  with recursive accredited (id, term, depth) as (
    select i.id, i.term, 1 from ${issuer} i
    where i.running and i.accreditor_ref is null and (i.expires_at is null or i.expires_at > ${at}::numeric)
    union all
    select i.id, i.term, a.depth + 1 from ${issuer} i
    join accredited a on i.accreditor_ref = a.id and i.accreditor_term = a.term
    where i.running and (i.expires_at is null or i.expires_at > ${at}::numeric) and a.depth < ${MAX_DEPTH}
  ) select id from accredited)`;

/** VALID, or why a badge is not: REVOKED, EXPIRED, ISSUER_LOST. */
export const badgeStanding = (at: bigint): SQL<string> => sql<string>`case
  when ${badge.revokedAt} is not null then 'REVOKED'
  when ${badge.expiresAt} <= ${at}::numeric then 'EXPIRED'
  when ${badge.issuerRef} in ${accreditedAt(at)} then 'VALID'
  else 'ISSUER_LOST' end`;
