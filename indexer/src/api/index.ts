import { db } from "ponder:api";
import schema from "ponder:schema";
import { Hono } from "hono";
import { cors } from "hono/cors";
import { client, graphql } from "ponder";
import { reputation } from "./reputation";
import { search } from "./search";
import { statements } from "./statements";
import { trust } from "./trust";

const app = new Hono();

app.use("*", cors());
app.route("/search", search);
app.route("/reputation", reputation);
app.route("/", statements);
app.route("/", trust);
app.use("/sql/*", client({ db, schema }));
app.use("/graphql", graphql({ db, schema }));
app.use("/", graphql({ db, schema }));

export default app;
