import { createHash, timingSafeEqual } from "node:crypto";

/** Whether an `Authorization` header carries the provider's operator token; compared in constant time. */
export function isOperator(authorization: string | undefined, operatorToken: string | undefined): boolean {
  if (!operatorToken || !authorization?.startsWith("Bearer ")) return false;
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(authorization.slice(7)), digest(operatorToken));
}
