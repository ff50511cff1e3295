export { EXIT, type ExitCode } from "./exit-codes.js";
export { type AdherenceProgram, guestRunner, localProgram, whyNoGuest } from "./guest.js";
export { buildProgram, run } from "./program.js";
