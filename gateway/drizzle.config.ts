import { defineConfig } from "drizzle-kit";

/** `npx drizzle-kit generate --name <what>` in this folder writes the next migration; review and commit it. */
export default defineConfig({ dialect: "postgresql", schema: "./src/db/schema.ts", out: "./migrations" });
