/** Where the burner wallet of a local chain keeps its key in this browser. */
export const BURNER_KEY = "colophon.burner";
/** Set once its owner disconnects the burner, so that a reload does not connect it again. */
export const BURNER_LEFT = "colophon.burner.left";

/** Whether the burner is to connect by itself: it was used here, and not disconnected since. */
export const burnerInUse = () =>
  localStorage.getItem(BURNER_KEY) !== null && localStorage.getItem(BURNER_LEFT) === null;

/** Whether a wallet is connected in this browser, told without loading any wallet code: by what wagmi keeps of it. */
export function walletInUse(): boolean {
  try {
    const kept = JSON.parse(localStorage.getItem("wagmi.store") ?? "null") as { state?: { current?: unknown } } | null;
    return typeof kept?.state?.current === "string" || burnerInUse();
  } catch {
    return burnerInUse();
  }
}
