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

/** The views of `LicenseToken` that key nodes call. */
export const licenseAccessAbi = [
  {
    type: "function",
    name: "accessOf",
    stateMutability: "view",
    inputs: [
      { name: "licenseId", type: "uint256" },
      { name: "user", type: "address" },
      { name: "version", type: "uint32" },
      { name: "uses", type: "uint16" },
    ],
    outputs: [{ name: "", type: "uint8" }],
  },
  {
    type: "function",
    name: "hasValidLicense",
    stateMutability: "view",
    inputs: [
      { name: "user", type: "address" },
      { name: "datasetId", type: "uint256" },
      { name: "version", type: "uint32" },
      { name: "uses", type: "uint16" },
    ],
    outputs: [{ name: "", type: "bool" }],
  },
  {
    type: "function",
    name: "activeLicense",
    stateMutability: "view",
    inputs: [
      { name: "user", type: "address" },
      { name: "datasetId", type: "uint256" },
      { name: "version", type: "uint32" },
    ],
    outputs: [{ name: "licenseId", type: "uint256" }],
  },
  {
    type: "function",
    name: "licenseOf",
    stateMutability: "view",
    inputs: [{ name: "licenseId", type: "uint256" }],
    outputs: [
      {
        name: "",
        type: "tuple",
        components: [
          { name: "datasetId", type: "uint40" },
          { name: "version", type: "uint24" },
          { name: "encoding", type: "uint16" },
          { name: "start", type: "uint40" },
          { name: "expiry", type: "uint40" },
          { name: "termsIndex", type: "uint32" },
          { name: "split", type: "uint16" },
          { name: "feeBps", type: "uint16" },
          { name: "uses", type: "uint16" },
          { name: "rail", type: "uint8" },
          { name: "flags", type: "uint8" },
        ],
      },
    ],
  },
  {
    type: "error",
    name: "LicenseToken_Unknown",
    inputs: [{ name: "licenseId", type: "uint256" }],
  },
] as const;
