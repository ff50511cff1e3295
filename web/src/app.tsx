import { createContext, useContext } from "react";
import type { ColophonConfig } from "./config";

/** What every view may ask for. */
export interface Colophon {
  config: ColophonConfig;
}

const Context = createContext<Colophon | null>(null);
export const ColophonProvider = Context.Provider;

/** The dApp's settings. */
export function useColophon(): Colophon {
  const value = useContext(Context);
  if (!value) throw new Error("useColophon must be used inside ColophonProvider.");
  return value;
}
