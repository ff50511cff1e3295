// Where things are. Everything in tools/ resolves paths from here, never from the working directory.
import path from "node:path";
import { fileURLToPath } from "node:url";

/** Absolute path of the repository's root. */
export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../..");

/** Git-ignored folder for everything the tools generate or remember. */
const stateDir = path.join(root, ".colophon");

/** @param {...string} parts @returns {string} an absolute path inside the repository */
export const inRoot = (...parts) => path.join(root, ...parts);

/** @param {...string} parts @returns {string} an absolute path inside the state folder */
export const inState = (...parts) => path.join(stateDir, ...parts);
