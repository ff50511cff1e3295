/** Answers of `LicenseToken.accessOf`, in the order of the contract's enum `Access`. `Granted` is the only yes. */
export const ACCESS_REASONS = [
  "None",
  "Granted",
  "NotHolder",
  "Expired",
  "Revoked",
  "Frozen",
  "PaymentLapsed",
  "QuotaExhausted",
  "Breach",
  "Closed",
  "UseNotLicensed",
  "VersionNotLicensed",
  "DatasetSuspended",
] as const;

export type AccessReason = (typeof ACCESS_REASONS)[number];

/** Use bit "read raw data": the one that releasing a dataset key to a person needs. */
export const USE_READ_RAW = 1;
