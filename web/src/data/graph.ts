/** A list as the indexer's GraphQL gives it. */
export interface List<T> {
  items: T[];
}

/** Asks the indexer's GraphQL what the SDK has no query for. @throws Error with the indexer's words */
export async function ask<T>(indexerUrl: string, query: string, variables: Record<string, unknown>): Promise<T> {
  const response = await fetch(`${indexerUrl}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = (await response.json()) as { data?: T; errors?: { message: string }[] };
  if (!data) throw new Error(errors?.[0]?.message ?? "The indexer gave no answer.");
  return data;
}
