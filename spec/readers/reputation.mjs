/**
 * The reputation function, a second time and straight from docs/reputation.md: it shares no code with the SDK. All numbers are whole;
 * a division drops what is left over, toward zero.
 */
export const DAY = 86_400n;
export const P = {
  version: 1,
  fee: 250n,
  stranger: 100n,
  issuerShare: 3_333n,
  leastMarket: 1_000_000_000_000n,
  volumeHalf: 20_000n,
  buyerCap: 5_000n,
  buyerHalf: 100n,
  bondHalf: 10_000n,
  half: {
    buyers: 50_000n,
    attestations: 20_000n,
    record: 100_000n,
    disputes: 20_000n,
    faults: 10_000n,
    overruled: 20_000n,
  },
  ageHalf: 180n * DAY,
  bondWindow: 180n * DAY,
  forgetting: 1095n * DAY,
  mostWon: 5n,
  perMissedRecall: 500n,
};
const TERMS = {
  dataset: {
    volume: 3000,
    buyers: 2500,
    attestations: 2000,
    quality: 1500,
    age: 1000,
    refunds: -3000,
    disputes: -3000,
    recalls: -1500,
  },
  provider: {
    volume: 2500,
    buyers: 2000,
    bond: 3000,
    attestations: 1500,
    age: 1000,
    refunds: -3000,
    disputes: -2500,
    faults: -6000,
  },
  creator: {
    volume: 3500,
    buyers: 3000,
    attestations: 1500,
    quality: 1000,
    age: 1000,
    refunds: -3000,
    disputes: -3000,
    recalls: -2000,
  },
  issuer: { weight: 4000, record: 4500, age: 1500, disputes: -3000, overruled: -7000 },
};

const order = (a, b) => (a < b ? -1 : a > b ? 1 : 0);
const least = (...numbers) => numbers.sort(order)[0];
const most = (...numbers) => numbers.sort(order).at(-1);
const sum = (numbers) => numbers.reduce((a, b) => a + b, 0n);
const toward = (top, x, half) => (x > 0n ? (top * x) / (x + half) : 0n);

// ---- the score of facts

export function scoreOf(facts) {
  const { at, subject } = facts;
  const market = most(facts.market, P.leastMarket);
  const [volumeHalf, buyerCap, buyerHalf, bondHalf] = [P.volumeHalf, P.buyerCap, P.buyerHalf, P.bondHalf].map(
    (part) => (market * part) / 1_000_000n,
  );
  const fades = (times) =>
    sum(times.map((time) => (at - time < P.forgetting ? 10_000n - (10_000n * (at - time)) / P.forgetting : 0n)));
  /** What buyers bring: strangers apart, and per issuer. */
  const heard = (amountOf, withStrangers) => {
    let strangers = 0n;
    const issuers = {};
    for (const buyer of facts.buyers) {
      const amount = amountOf(buyer);
      const weights = sum(buyer.vouchers.map((voucher) => voucher.weightBps));
      const vouched = least(weights, 10_000n);
      if (withStrangers)
        strangers += (amount * (10_000n - vouched) * toward(P.stranger, buyer.elsewhere, buyerHalf)) / 100_000_000n;
      for (const { issuer, weightBps } of buyer.vouchers) {
        issuers[issuer] ??= { weightBps, brings: 0n };
        issuers[issuer].brings += (amount * vouched * weightBps) / (weights * 10_000n);
      }
    }
    const everything = strangers + sum(Object.values(issuers).map(({ brings }) => brings));
    return Object.values(issuers).reduce((all, { weightBps, brings }) => {
      const share = most(P.issuerShare, (weightBps * 10_000n) / facts.accreditationBps);
      return all + (share < 10_000n ? least(brings, ((everything - brings) * share) / (10_000n - share)) : brings);
    }, strangers);
  };
  const volume = heard((buyer) => least(buyer.backed, buyerCap), true);
  const buyers = heard((buyer) => toward(10_000n, buyer.backed, buyerHalf), false);
  const record = sum(facts.vouchedFor.map((sold) => toward(10_000n, sold, buyerHalf)));
  const lost = fades(facts.disputesLostAt);
  const lived =
    subject.kind === "issuer" ? toward(10_000n, record, P.half.record) : toward(10_000n, volume, volumeHalf);
  const age = facts.firstReleaseAt === null ? 0n : at - facts.firstReleaseAt;
  const badges = sum(facts.badgeWeightsBps);
  const quality = facts.qualitiesBps.length ? sum(facts.qualitiesBps) / BigInt(facts.qualitiesBps.length) : 0n;
  const faults = fades(facts.faultsAt);
  const overruled = fades(facts.overruledAt);
  const lose = (top, bad, whole) => (bad > 0n ? (top * bad) / whole : 0n);
  const points = {
    volume: (top) => [volume, toward(top, volume, volumeHalf)],
    buyers: (top) => [buyers, toward(top, buyers, P.half.buyers)],
    attestations: (top) => [badges, toward(top, badges, P.half.attestations)],
    quality: (top) => [quality, (top * quality) / 10_000n],
    age: (top) => [age, (toward(top, age, P.ageHalf) * lived) / 10_000n],
    bond: (top) => [facts.bond, toward(top, facts.bond, bondHalf)],
    weight: (top) => [facts.weightBps, (top * facts.weightBps) / 10_000n],
    record: (top) => [record, toward(top, record, P.half.record)],
    refunds: (top) => [facts.refunded, lose(top, facts.refunded, facts.refunded + volume + buyerHalf)],
    disputes: (top) => [lost, lose(top, lost, lost + least(facts.disputesWon, P.mostWon) * 10_000n + P.half.disputes)],
    recalls: (top) => [facts.missedRecalls, most(top, -facts.missedRecalls * P.perMissedRecall)],
    faults: (top) => [faults, lose(top, faults, faults + P.half.faults)],
    overruled: (top) => [overruled, lose(top, overruled, overruled + P.half.overruled)],
  };
  const terms = Object.entries(TERMS[subject.kind]).map(([name, top]) => {
    const [from, given] = points[name](BigInt(top));
    return { name, points: given, most: BigInt(top), from };
  });
  const all = sum(terms.map((term) => term.points));
  return { version: P.version, subject, at, score: most(0n, least(10_000n, all)), terms };
}

// ---- the facts of a world

export function factsOf(world, subject, at, units, known) {
  const value = (token, amount) => (units[token] ? (amount * 1_000_000n) / units[token] : 0n);
  const backed = ({ token, amount, fee }) => least(value(token, amount), (value(token, fee) * 10_000n) / P.fee);
  const until = (events, key = "at") => events.filter((event) => event[key] <= at);
  const releases = until(world.releases);
  const is = { dataset: ["datasetId"], provider: ["provider"], creator: ["seller"], issuer: [] }[subject.kind];
  const own = (event) => is.some((field) => event[field] === subject.id);
  const mine = releases.filter(own);
  const owners = new Set(subject.kind === "dataset" ? mine.map(({ seller }) => seller) : [subject.id]);
  const weight = (issuer) => world.issuers.find((one) => one.issuer === issuer)?.weightBps ?? 0n;
  const stand = until(world.badges, "recordedAt").filter(
    (one) =>
      known.includes(one.schema) && !(one.expiresAt && one.expiresAt <= at) && !(one.revokedAt && one.revokedAt <= at),
  );
  const vouchers = (person) =>
    [
      ...new Set(
        stand.filter((one) => one.subject.kind === "person" && one.subject.id === person).map((one) => one.issuer),
      ),
    ]
      .filter((issuer) => !owners.has(issuer) && weight(issuer) > 0n)
      .sort(order)
      .map((issuer) => ({ issuer, weightBps: weight(issuer) }));
  const party = subject.kind === "provider" ? "provider" : "seller";
  const buyers = [...new Set(mine.map(({ buyer }) => buyer))]
    .filter((buyer) => !owners.has(buyer))
    .sort(order)
    .map((buyer) => ({
      buyer,
      backed: sum(mine.filter((one) => one.buyer === buyer).map(backed)),
      elsewhere: sum(releases.filter((one) => one.buyer === buyer && !owners.has(one[party])).map(backed)),
      vouchers: vouchers(buyer),
    }));
  const about = ({ kind, id }) => {
    if (subject.kind === "dataset") return ["dataset", "version"].includes(kind) && id.split("/")[0] === subject.id;
    return kind === (subject.kind === "provider" ? "provider" : "person") && id === subject.id;
  };
  const given = {};
  for (const schema of [...new Set(stand.map((one) => one.schema))]) {
    const [best] = stand
      .filter(
        (one) => one.schema === schema && about(one.subject) && !owners.has(one.issuer) && weight(one.issuer) > 0n,
      )
      .sort((a, b) => order(weight(b.issuer), weight(a.issuer)) || order(a.issuer, b.issuer));
    if (best) given[best.issuer] = least(10_000n, (given[best.issuer] ?? 0n) + weight(best.issuer));
  }
  const datasets =
    subject.kind === "dataset" ? [subject.id] : [...new Set(mine.map((one) => one.datasetId))].sort(order);
  const qualities = datasets.flatMap((datasetId) => {
    const scores = until(world.qualities).filter((one) => one.datasetId === datasetId);
    const last = [...new Set(scores.map((one) => one.method))].map(
      (method) =>
        scores
          .filter((one) => one.method === method)
          .sort((a, b) => order(b.version, a.version) || order(b.at, a.at))[0].score,
    );
    return last.length ? [least(...last)] : [];
  });
  const issued = until(world.badges, "recordedAt").filter(
    (one) => one.issuer === subject.id && subject.kind === "issuer",
  );
  const sold = ({ kind, id }) =>
    sum(
      releases
        .filter((one) => one.seller !== subject.id)
        .filter((one) => {
          if (kind === "dataset" || kind === "version") return one.datasetId === id.split("/")[0];
          return (kind === "provider" ? one.provider : one.seller) === id || one.buyer === id;
        })
        .map(backed),
    );
  const vouched = new Map(
    issued
      .filter((one) => one.revokedBy !== "ruling" && known.includes(one.schema))
      .map((one) => [`${one.subject.kind}/${one.subject.id}`, one.subject]),
  );
  const disputes = until(world.disputes).filter((one) =>
    subject.kind === "dataset" ? one.datasetId === subject.id : one.respondent === subject.id,
  );
  const firsts = subject.kind === "issuer" ? issued.map((one) => one.recordedAt) : mine.map((one) => one.at);
  const isProvider = subject.kind === "provider";
  return {
    subject,
    at,
    market: sum(releases.filter((one) => one.at > at - 365n * DAY).map(backed)),
    buyers,
    accreditationBps: sum(world.issuers.map((one) => one.weightBps)),
    badgeWeightsBps: Object.keys(given)
      .sort(order)
      .map((issuer) => given[issuer]),
    qualitiesBps: subject.kind === "issuer" ? [] : qualities,
    firstReleaseAt: firsts.length ? least(...firsts) : null,
    refunded: sum(
      until(world.refunds)
        .filter((one) => one.cause !== "withdrawal" && own(one))
        .map((one) => value(one.token, one.amount)),
    ),
    disputesLostAt: disputes
      .filter((one) => one.outcome === "lost")
      .map((one) => one.at)
      .sort(order),
    disputesWon: BigInt(disputes.filter((one) => one.outcome === "won").length),
    faultsAt: isProvider
      ? until(world.faults)
          .filter((one) => one.provider === subject.id)
          .map((one) => one.at)
          .sort(order)
      : [],
    missedRecalls: BigInt(
      world.missedRecalls.filter(
        (one) => one.deadline < at && (subject.kind === "dataset" ? one.datasetId : one.seller) === subject.id,
      ).length,
    ),
    bond: isProvider
      ? meanBond(
          until(world.bonds).filter((one) => one.provider === subject.id),
          at,
          value,
        )
      : 0n,
    weightBps: subject.kind === "issuer" ? weight(subject.id) : 0n,
    vouchedFor: [...vouched.keys()].sort(order).map((key) => sold(vouched.get(key))),
    overruledAt: issued
      .filter((one) => one.revokedBy === "ruling" && one.revokedAt <= at)
      .map((one) => one.revokedAt)
      .sort(order),
  };
}

/** Second by second in principle: each stake lasts until the next of its token. */
function meanBond(changes, at, value) {
  let area = 0n;
  for (const token of new Set(changes.map((one) => one.token))) {
    const own = changes.filter((one) => one.token === token).sort((a, b) => (a.at < b.at ? -1 : 1));
    own.forEach((one, i) => {
      const from = most(one.at, at - P.bondWindow);
      const to = own[i + 1]?.at ?? at;
      if (to > from) area += value(token, one.stake) * (to - from);
    });
  }
  return area / P.bondWindow;
}
