export { ColophonError, type ColophonErrorCode, type DecodedRevert } from "./colophon-error.js";
export { decodeError, decodeRevertData } from "./decode.js";
export { describeErrorName, type ErrorHint, errorHints } from "./hints.js";
