export { ColophonError, type ColophonErrorCode, type DecodedRevert } from "./colophon-error.js";
export { decodeError, decodeRevertData } from "./decode.js";
export { describeErrorName, errorHints } from "./hints.js";
export type { ErrorHint } from "./words.js";
