/** Paying for what a gateway counts: vouchers of a metered license, signed as it is used. */
import { licenseOf, type Offer, offerIdOfLicense, RAILS, signUsageVoucher } from "@colophon-protocol/sdk";
import type { MeteringOptions } from "@colophon-protocol/sdk/delivery";
import { requireSigner } from "../account.js";
import type { Context } from "../context.js";
import { parseAmount } from "../parse.js";
import { loadOffer } from "./offer.js";
import { amountText, tokenUnits } from "./token.js";

/** What the SDK's metering needs, and what the vouchers say in the end. */
export type CommandMetering = Pick<MeteringOptions, "offer" | "sign" | "budget" | "onVoucher"> & {
  /** What the last voucher says in all, in words; nothing while none was signed. */
  paid(): string;
};

/** How a license's use is paid; undefined when it is not paid by use. @throws CliError on a budget that is no amount */
export async function meteringFor(
  context: Context,
  licenseId: bigint,
  budget?: string,
): Promise<CommandMetering | undefined> {
  const { client, deployment } = context;
  const { rail } = await licenseOf(client, { deployment, licenseId });
  if (rail !== RAILS.meter) return undefined;
  const offer = await loadOffer(context, await offerIdOfLicense(client, { deployment, licenseId }));
  return meteringOf(context, offer, budget);
}

/** How use under a metered offer is paid. */
export async function meteringOf(context: Context, offer: Offer, budget?: string): Promise<CommandMetering> {
  const { client, deployment, settings } = context;
  const units = await tokenUnits(context, offer.token);
  const account = await requireSigner(settings);
  let said = 0n;
  return {
    offer,
    sign: (message) => signUsageVoucher(client, { deployment, account, message }),
    onVoucher: ({ amount }) => {
      said = amount;
    },
    ...(budget === undefined ? {} : { budget: parseAmount("--budget", budget, units.decimals) }),
    paid: () => amountText(said, units),
  };
}
