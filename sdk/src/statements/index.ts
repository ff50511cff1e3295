export * from "./documents.js";
export {
  getInvoice,
  getPayoutStatement,
  type StatementFormat,
  type StatementParameters,
  statementUrl,
} from "./queries.js";
