/**
 * What a ring of accounts can move with a budget: an honest market, a ring that deals with itself in every way that we know, and the
 * reputation function between them. Nothing here is random but by the seed, so every run says the same.
 */

const UNIT = 1_000_000n;
const TOKEN = "0x00000000000000000000000000000000000000aa";
const UNITS = { [TOKEN]: UNIT };
const SCHEMA = `0x${"11".repeat(32)}`;
const DAY = 86_400;
const YEAR = 365 * DAY;
const START = 1_800_000_000;
const NOW = BigInt(START + 2 * YEAR);
const FEE_BPS = 250;

const BUDGETS = [100, 1_000, 10_000, 100_000, 1_000_000];
const ACCOUNTS = [1, 2, 5, 10, 20, 50, 100, 200];
/** Part of the budget that goes into purchases elsewhere. */
const ELSEWHERE = [0, 0.02, 0.1, 0.25];
/** Part of the accounts that a captured issuer vouches for. */
const VOUCHED = [1, 0.5, 0.1, 0];

/** mulberry32: enough for a model, and the same everywhere. */
function randomFrom(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const address = (group, i) => `0x${group.toString(16).padStart(4, "0")}${i.toString(16).padStart(36, "0")}`;
const [SELLERS, BUYERS, ISSUERS, RING, PARTNERS] = [1, 2, 3, 4, 5];
const whole = (value) => BigInt(Math.max(0, Math.round(value * 1e6)));

function release(seller, buyer, value, at) {
  const amount = whole(value);
  return {
    datasetId: String(Number.parseInt(seller.slice(6), 16) + (Number.parseInt(seller.slice(2, 6), 16) << 16)),
    seller,
    provider: seller,
    buyer,
    token: TOKEN,
    amount,
    fee: (amount * BigInt(FEE_BPS)) / 10_000n,
    at: BigInt(Math.round(at)),
  };
}

function badge(issuer, kind, id) {
  return {
    issuer,
    schema: SCHEMA,
    subject: { kind, id },
    recordedAt: BigInt(START),
    expiresAt: 0n,
    revokedAt: 0n,
    revokedBy: null,
  };
}

/** Sixty sellers and three hundred buyers over two years, a third of the buyers vouched for; sellers differ as sellers do. */
function honestMarket(seed, { sellers = 60, buyers = 300, sales = 4_000, price = 2_500 } = {}) {
  const random = randomFrom(seed);
  const spread = () => Math.exp((random() + random() + random() - 1.5) * 2);
  const appeal = Array.from({ length: sellers }, spread);
  const all = appeal.reduce((a, b) => a + b, 0);
  const pick = () => {
    let at = random() * all;
    for (let i = 0; i < sellers; ++i) {
      at -= appeal[i];
      if (at <= 0) return i;
    }
    return sellers - 1;
  };
  const releases = Array.from({ length: sales }, () =>
    release(
      address(SELLERS, pick()),
      address(BUYERS, Math.floor(random() * buyers)),
      price * spread(),
      START + random() * 2 * YEAR,
    ),
  );
  const issuers = [10_000, 8_000, 6_000, 4_000, 4_000].map((weight, i) => ({
    issuer: address(ISSUERS, i),
    weightBps: BigInt(weight),
  }));
  const badges = [];
  for (let i = 0; i < buyers / 3; ++i) badges.push(badge(issuers[i % 5].issuer, "person", address(BUYERS, i)));
  for (let i = 0; i < sellers; i += 2) badges.push(badge(issuers[i % 5].issuer, "person", address(SELLERS, i)));
  return {
    releases,
    refunds: [],
    badges,
    issuers,
    qualities: [],
    disputes: [],
    faults: [],
    bonds: [],
    missedRecalls: [],
    sellers: Array.from({ length: sellers }, (_, i) => address(SELLERS, i)),
  };
}

/**
 * What a ring adds to the world for a budget that it burns. Its capital goes round and costs nothing; fees are gone, and so is what
 * it pays to honest sellers.
 * @param plan `accounts` that buy; `elsewhere`, the part of the budget that goes into purchases elsewhere; `from`, of whom: a second seller
 * of the ring ("partner") or honest ones ("honest"); `captured`, the weights of issuers that it bought; `vouched`, the part of the
 * accounts that these vouch for.
 */
function ringReleases(budget, plan, sellers) {
  const fee = FEE_BPS / 10_000;
  const own = (budget * (1 - plan.elsewhere)) / fee / plan.accounts;
  const outside = (budget * plan.elsewhere) / (plan.from === "partner" ? fee : 1) / plan.accounts;
  const releases = [];
  for (let i = 0; i < plan.accounts; ++i) {
    const buyer = address(RING, i + 1);
    const at = START + YEAR + (YEAR * (i + 0.5)) / plan.accounts;
    releases.push(release(address(RING, 0), buyer, own, at));
    const other = plan.from === "partner" ? address(PARTNERS, 0) : sellers[i % sellers.length];
    if (outside > 0) releases.push(release(other, buyer, outside, at));
  }
  return releases;
}

const RING_SELLER = { kind: "creator", id: address(RING, 0) };

/** The world with the ring in it. Captured issuers vouch for its seller and for part of its accounts. */
function withRing(market, budget, plan) {
  const releases = [...market.releases, ...ringReleases(budget, plan, market.sellers)];
  const captured = (plan.captured ?? []).map((weight, i) => ({
    issuer: address(ISSUERS, 90 + i),
    weightBps: BigInt(weight),
  }));
  const vouched = captured.flatMap(({ issuer }, k) => [
    badge(issuer, "person", RING_SELLER.id),
    ...Array.from({ length: plan.accounts }, (_, i) => i)
      .filter((i) => i % captured.length === k && i < plan.accounts * plan.vouched)
      .map((i) => badge(issuer, "person", address(RING, i + 1))),
  ]);
  return { ...market, releases, issuers: [...market.issuers, ...captured], badges: [...market.badges, ...vouched] };
}

function plansOf(strategy) {
  if (strategy === "one account") return [{ accounts: 1, elsewhere: 0, from: "partner" }];
  const from = strategy === "customers of others" ? "honest" : "partner";
  const captured = CAPTURED[strategy];
  const plans = ACCOUNTS.flatMap((accounts) => ELSEWHERE.map((elsewhere) => ({ accounts, elsewhere, from })));
  return captured ? plans.flatMap((plan) => VOUCHED.map((vouched) => ({ ...plan, captured, vouched }))) : plans;
}

/** Weights of the issuers that the ring has bought. */
const CAPTURED = {
  "one captured issuer, a fifth of full weight": [2_000],
  "one captured issuer of full weight": [10_000],
  "two captured issuers of full weight": [10_000, 10_000],
};

const STRATEGIES = [
  "one account",
  "two sellers who buy of each other's accounts",
  "customers of others",
  ...Object.keys(CAPTURED),
];

const scoreIn = (world, subject, reputationOf) => Number(reputationOf(world, subject, NOW, UNITS, [SCHEMA]).score);

/**
 * For each strategy and budget the best plan found, and what it is worth if demand goes to sellers in proportion to their scores and
 * nothing that was bought by deceit is ever given back: the most that a score can be worth.
 */
export function simulate(reputationOf, { seed = 7, budgets = BUDGETS, strategies = STRATEGIES } = {}) {
  const market = honestMarket(seed);
  const scores = market.sellers.map((id) => scoreIn(market, { kind: "creator", id }, reputationOf));
  const sum = scores.reduce((a, b) => a + b, 0);
  const year = market.releases.filter(({ at }) => at > NOW - BigInt(YEAR));
  const demand = Number(year.reduce((total, { amount }) => total + amount, 0n)) / 1e6;
  const sorted = [...scores].sort((a, b) => a - b);
  const rows = strategies.flatMap((strategy) =>
    budgets.map((budget) => {
      const tried = plansOf(strategy).map((plan) => ({
        plan,
        score: scoreIn(withRing(market, budget, plan), RING_SELLER, reputationOf),
      }));
      const best = tried.reduce((a, b) => (b.score > a.score ? b : a));
      const gain = Math.round((demand * best.score) / (sum + best.score));
      const below = sorted.filter((score) => score < best.score).length;
      return { strategy, burnt: budget, score: best.score, below, gain, accounts: best.plan.accounts };
    }),
  );
  const at = (part) => sorted[Math.floor(part * (sorted.length - 1))];
  return {
    market: { sellers: scores.length, demand: Math.round(demand), least: at(0), median: at(0.5), most: at(1) },
    rows,
  };
}
