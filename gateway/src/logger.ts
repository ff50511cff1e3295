import { type DestinationStream, type Logger, pino } from "pino";

/** Keys whose values never reach a log, at the top and up to two levels down. */
const SECRET_KEYS = [
  "authorization",
  "dpop",
  "cookie",
  "signature",
  "privateKey",
  "providerKey",
  "operatorToken",
  "accessToken",
  "access_token",
  "token",
  "secret",
  "passphrase",
  "password",
  "databaseUrl",
];

/**
 * JSON lines to standard error, so that standard output carries only the line that says the gateway is ready.
 * @param level pino level, or `silent`
 */
export function createLogger(level: string, destination?: DestinationStream): Logger {
  const paths = SECRET_KEYS.flatMap((key) => [key, `*.${key}`, `*.*.${key}`]);
  return pino(
    {
      level,
      base: { service: "colophon-gateway" },
      redact: { paths, censor: "[redacted]" },
      serializers: { err: describeError },
    },
    destination ?? pino.destination({ dest: 2, sync: false }),
  );
}

/**
 * What a log may say of an error. Messages of database and RPC errors carry parameters and URLs (which hold credentials),
 * so only the class, the code and our own stack frames are kept of them; our own errors speak for themselves.
 */
export function describeError(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { type: typeof error };
  const { code, cause } = error as { code?: unknown; cause?: unknown };
  return {
    type: error.name,
    ...(typeof code === "string" || typeof code === "number" ? { code } : {}),
    ...(error.name === "Problem" ? { message: error.message } : {}),
    at: error.stack
      ?.split("\n")
      .find((line) => line.trimStart().startsWith("at "))
      ?.trim(),
    ...(cause === undefined ? {} : { cause: describeError(cause) }),
  };
}
