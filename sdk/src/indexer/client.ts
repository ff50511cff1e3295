import { BaseError } from "viem";

/** The indexer could not be asked, or refused the question. Nothing on chain is affected. */
export class IndexerError extends BaseError {
  override name = "IndexerError";
  /** HTTP status of a refusal; undefined when there was no answer. */
  readonly status: number | undefined;
  constructor(message: string, options: { cause?: Error; metaMessages?: string[]; status?: number } = {}) {
    const { status, ...rest } = options;
    super(message, { ...rest, metaMessages: options.metaMessages ?? [] });
    this.status = status;
  }
}

/** How to reach an indexer. */
export interface IndexerOptions {
  /** Base URL, for instance `http://127.0.0.1:42069`. */
  url: string;
  /** Milliseconds before a question is given up, 10,000 by default. */
  timeout?: number;
  fetch?: typeof fetch;
}

/** A page of entities; `cursor` asks for the next one, null at the end. */
export interface Page<T> {
  items: T[];
  cursor: string | null;
}

/** Asks the indexer over HTTP and reads its JSON; throws {@link IndexerError}. */
export async function ask<T>(options: IndexerOptions, path: string, body?: unknown): Promise<T> {
  const url = `${options.url.replace(/\/$/, "")}${path}`;
  let response: Response;
  try {
    response = await (options.fetch ?? fetch)(url, {
      ...(body !== undefined && {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
      }),
      signal: AbortSignal.timeout(options.timeout ?? 10_000),
    });
  } catch (cause) {
    throw new IndexerError(`The indexer at ${options.url} does not answer.`, {
      cause: cause as Error,
      metaMessages: ["Check its address, or read the chain directly with the SDK's actions."],
    });
  }
  const answer = (await response.json().catch(() => null)) as (T & { error?: string }) | null;
  if (!response.ok || answer === null) {
    throw new IndexerError(`The indexer refused the question (HTTP ${response.status}).`, {
      metaMessages: answer?.error ? [answer.error] : [],
      status: response.status,
    });
  }
  return answer;
}

/** Asks one of the indexer's own paths; null where it knows of no such thing. Throws {@link IndexerError} otherwise. */
export async function askOrNull<T>(options: IndexerOptions, path: string): Promise<T | null> {
  try {
    return await ask<T>(options, path);
  } catch (error) {
    if (error instanceof IndexerError && error.status === 404) return null;
    throw error;
  }
}

/** `?a=1&b=2` of what is given; nothing when nothing is. */
export function queryString(parameters: object): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) if (value !== undefined) search.set(name, String(value));
  return search.size === 0 ? "" : `?${search}`;
}

/** Asks a GraphQL question and returns its data; throws {@link IndexerError} with the server's words. */
export async function query<T>(
  options: IndexerOptions,
  document: string,
  variables: Record<string, unknown>,
): Promise<T> {
  const { data, errors } = await ask<{ data?: T; errors?: { message: string }[] }>(options, "/graphql", {
    query: document,
    variables,
  });
  if (!data || errors?.length) {
    throw new IndexerError("The indexer refused the question.", { metaMessages: (errors ?? []).map((e) => e.message) });
  }
  return data;
}
