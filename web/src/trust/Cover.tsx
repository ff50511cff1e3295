import type { OfferEntity } from "@colophon-protocol/sdk/indexer";
import { Link } from "@tanstack/react-router";
import { useTokens } from "../data/tokens";
import { State } from "../ui/primitives";
import { useCover } from "./api";
import { coverInWords } from "./words";

/** "covered to 250 USDC": what a purchase of an offer is compensated with at most, with the provider that stands for it. */
export function Covered({ offer }: { offer: OfferEntity }) {
  const { data } = useCover(offer.offerId);
  const { price } = useTokens();
  if (!data) return null;
  const [is, words] = coverInWords(data, (amount) => price(amount, offer.token));
  return (
    <p className="mt-2 text-sm">
      <State is={is}>{words}</State>{" "}
      <Link to="/providers/$provider" params={{ provider: offer.provider }} className="underline underline-offset-4">
        by its provider
      </Link>
    </p>
  );
}
