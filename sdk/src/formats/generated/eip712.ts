// Generated from spec/ by spec/generate.mjs. Do not edit.
export const domainNames = {
  "name": "Colophon",
  "version": "1"
} as const;

export const messageTypes = {
  "Attestation": [
    {
      "name": "issuer",
      "type": "address"
    },
    {
      "name": "schema",
      "type": "bytes32"
    },
    {
      "name": "subject",
      "type": "bytes32"
    },
    {
      "name": "dataHash",
      "type": "bytes32"
    },
    {
      "name": "issuedAt",
      "type": "uint40"
    },
    {
      "name": "expiresAt",
      "type": "uint40"
    },
    {
      "name": "nonce",
      "type": "uint256"
    }
  ],
  "AvailabilityReceipt": [
    {
      "name": "challengeId",
      "type": "uint256"
    },
    {
      "name": "encodingRoot",
      "type": "bytes32"
    },
    {
      "name": "chunk",
      "type": "uint64"
    },
    {
      "name": "digest",
      "type": "bytes32"
    },
    {
      "name": "signedAt",
      "type": "uint40"
    }
  ],
  "Checkpoint": [
    {
      "name": "provider",
      "type": "address"
    },
    {
      "name": "originHash",
      "type": "bytes32"
    },
    {
      "name": "size",
      "type": "uint64"
    },
    {
      "name": "root",
      "type": "bytes32"
    },
    {
      "name": "signedAt",
      "type": "uint40"
    }
  ],
  "ComputeReceipt": [
    {
      "name": "policy",
      "type": "bytes32"
    },
    {
      "name": "jobManifestHash",
      "type": "bytes32"
    },
    {
      "name": "inputsHash",
      "type": "bytes32"
    },
    {
      "name": "outputsHash",
      "type": "bytes32"
    },
    {
      "name": "runManifestHash",
      "type": "bytes32"
    },
    {
      "name": "evidenceHash",
      "type": "bytes32"
    },
    {
      "name": "licensesHash",
      "type": "bytes32"
    },
    {
      "name": "signer",
      "type": "address"
    },
    {
      "name": "runner",
      "type": "address"
    },
    {
      "name": "startedAt",
      "type": "uint40"
    },
    {
      "name": "endedAt",
      "type": "uint40"
    }
  ],
  "Consent": [
    {
      "name": "receiptHash",
      "type": "bytes32"
    },
    {
      "name": "grantor",
      "type": "address"
    },
    {
      "name": "controller",
      "type": "address"
    },
    {
      "name": "uses",
      "type": "uint16"
    },
    {
      "name": "validFrom",
      "type": "uint40"
    },
    {
      "name": "validUntil",
      "type": "uint40"
    },
    {
      "name": "nonce",
      "type": "uint256"
    }
  ],
  "DeliveryReceipt": [
    {
      "name": "licenseId",
      "type": "uint256"
    },
    {
      "name": "datasetId",
      "type": "uint256"
    },
    {
      "name": "version",
      "type": "uint32"
    },
    {
      "name": "encoding",
      "type": "uint16"
    },
    {
      "name": "encodingRoot",
      "type": "bytes32"
    },
    {
      "name": "servedRoot",
      "type": "bytes32"
    },
    {
      "name": "chunks",
      "type": "uint64"
    },
    {
      "name": "bytesServed",
      "type": "uint64"
    },
    {
      "name": "sequence",
      "type": "uint64"
    },
    {
      "name": "servedFrom",
      "type": "uint40"
    },
    {
      "name": "servedUntil",
      "type": "uint40"
    },
    {
      "name": "deadline",
      "type": "uint40"
    }
  ],
  "DeliveryRequest": [
    {
      "name": "licenseId",
      "type": "uint256"
    },
    {
      "name": "version",
      "type": "uint32"
    },
    {
      "name": "encoding",
      "type": "uint16"
    },
    {
      "name": "chunk",
      "type": "uint64"
    },
    {
      "name": "sequence",
      "type": "uint64"
    },
    {
      "name": "signedAt",
      "type": "uint40"
    }
  ],
  "EncodingAcceptance": [
    {
      "name": "datasetId",
      "type": "uint256"
    },
    {
      "name": "version",
      "type": "uint32"
    },
    {
      "name": "encoding",
      "type": "uint16"
    },
    {
      "name": "encodingRoot",
      "type": "bytes32"
    },
    {
      "name": "envelopeHash",
      "type": "bytes32"
    },
    {
      "name": "provider",
      "type": "address"
    },
    {
      "name": "retirementNotice",
      "type": "uint32"
    },
    {
      "name": "deadline",
      "type": "uint40"
    }
  ],
  "EncodingRequest": [
    {
      "name": "licenseId",
      "type": "uint256"
    },
    {
      "name": "version",
      "type": "uint32"
    },
    {
      "name": "encoding",
      "type": "uint16"
    },
    {
      "name": "sequence",
      "type": "uint64"
    },
    {
      "name": "signedAt",
      "type": "uint40"
    }
  ],
  "KeyRelease": [
    {
      "name": "account",
      "type": "address"
    },
    {
      "name": "licenseId",
      "type": "uint256"
    },
    {
      "name": "datasetId",
      "type": "uint256"
    },
    {
      "name": "version",
      "type": "uint32"
    },
    {
      "name": "keyHash",
      "type": "bytes32"
    },
    {
      "name": "networkKey",
      "type": "bytes"
    },
    {
      "name": "node",
      "type": "uint8"
    },
    {
      "name": "releasedAt",
      "type": "uint40"
    },
    {
      "name": "nonce",
      "type": "bytes32"
    }
  ],
  "KeyRequest": [
    {
      "name": "account",
      "type": "address"
    },
    {
      "name": "licenseId",
      "type": "uint256"
    },
    {
      "name": "datasetId",
      "type": "uint256"
    },
    {
      "name": "version",
      "type": "uint32"
    },
    {
      "name": "encoding",
      "type": "uint16"
    },
    {
      "name": "conditionsHash",
      "type": "bytes32"
    },
    {
      "name": "keyHash",
      "type": "bytes32"
    },
    {
      "name": "networkKey",
      "type": "bytes"
    },
    {
      "name": "responseKey",
      "type": "bytes32"
    },
    {
      "name": "issuedAt",
      "type": "uint40"
    },
    {
      "name": "expiresAt",
      "type": "uint40"
    },
    {
      "name": "nonce",
      "type": "bytes32"
    }
  ],
  "ParentGrant": [
    {
      "name": "parentId",
      "type": "uint256"
    },
    {
      "name": "parentVersion",
      "type": "uint32"
    },
    {
      "name": "childOwner",
      "type": "address"
    },
    {
      "name": "childContentRoot",
      "type": "bytes32"
    },
    {
      "name": "shareBps",
      "type": "uint16"
    },
    {
      "name": "bundle",
      "type": "bool"
    },
    {
      "name": "nonce",
      "type": "uint256"
    },
    {
      "name": "deadline",
      "type": "uint40"
    }
  ],
  "RecallAcknowledgement": [
    {
      "name": "recallId",
      "type": "uint256"
    },
    {
      "name": "licenseId",
      "type": "uint256"
    },
    {
      "name": "action",
      "type": "uint8"
    },
    {
      "name": "evidenceHash",
      "type": "bytes32"
    },
    {
      "name": "sequence",
      "type": "uint64"
    },
    {
      "name": "signedAt",
      "type": "uint40"
    }
  ],
  "RevenueAudit": [
    {
      "name": "licenseId",
      "type": "uint256"
    },
    {
      "name": "period",
      "type": "uint32"
    },
    {
      "name": "token",
      "type": "address"
    },
    {
      "name": "revenue",
      "type": "uint128"
    },
    {
      "name": "reportHash",
      "type": "bytes32"
    },
    {
      "name": "signedAt",
      "type": "uint40"
    }
  ],
  "RevenueStatement": [
    {
      "name": "licenseId",
      "type": "uint256"
    },
    {
      "name": "period",
      "type": "uint32"
    },
    {
      "name": "token",
      "type": "address"
    },
    {
      "name": "revenue",
      "type": "uint128"
    },
    {
      "name": "reportHash",
      "type": "bytes32"
    },
    {
      "name": "signedAt",
      "type": "uint40"
    }
  ],
  "RunStatement": [
    {
      "name": "runManifestHash",
      "type": "bytes32"
    },
    {
      "name": "licenseSetHash",
      "type": "bytes32"
    },
    {
      "name": "runner",
      "type": "address"
    },
    {
      "name": "runStart",
      "type": "uint40"
    },
    {
      "name": "runEnd",
      "type": "uint40"
    },
    {
      "name": "attestationDigest",
      "type": "bytes32"
    },
    {
      "name": "sequence",
      "type": "uint64"
    }
  ],
  "ServiceReport": [
    {
      "name": "licenseId",
      "type": "uint256"
    },
    {
      "name": "datasetId",
      "type": "uint256"
    },
    {
      "name": "epochFrom",
      "type": "uint32"
    },
    {
      "name": "epochTo",
      "type": "uint32"
    },
    {
      "name": "servedRoot",
      "type": "bytes32"
    },
    {
      "name": "deliveries",
      "type": "uint64"
    },
    {
      "name": "bytesServed",
      "type": "uint64"
    },
    {
      "name": "deadline",
      "type": "uint40"
    }
  ],
  "Settlement": [
    {
      "name": "disputeId",
      "type": "uint256"
    },
    {
      "name": "refund",
      "type": "uint128"
    },
    {
      "name": "revoke",
      "type": "bool"
    },
    {
      "name": "claimantBond",
      "type": "uint128"
    },
    {
      "name": "deadline",
      "type": "uint40"
    }
  ],
  "SplitConsent": [
    {
      "name": "datasetId",
      "type": "uint256"
    },
    {
      "name": "split",
      "type": "uint16"
    },
    {
      "name": "splitHash",
      "type": "bytes32"
    },
    {
      "name": "member",
      "type": "address"
    },
    {
      "name": "deadline",
      "type": "uint40"
    }
  ],
  "UsageVoucher": [
    {
      "name": "licenseId",
      "type": "uint256"
    },
    {
      "name": "units",
      "type": "uint64"
    },
    {
      "name": "amount",
      "type": "uint128"
    },
    {
      "name": "sequence",
      "type": "uint64"
    }
  ]
} as const;

export const messageTypeStrings = {
  "Attestation": "Attestation(address issuer,bytes32 schema,bytes32 subject,bytes32 dataHash,uint40 issuedAt,uint40 expiresAt,uint256 nonce)",
  "AvailabilityReceipt": "AvailabilityReceipt(uint256 challengeId,bytes32 encodingRoot,uint64 chunk,bytes32 digest,uint40 signedAt)",
  "Checkpoint": "Checkpoint(address provider,bytes32 originHash,uint64 size,bytes32 root,uint40 signedAt)",
  "ComputeReceipt": "ComputeReceipt(bytes32 policy,bytes32 jobManifestHash,bytes32 inputsHash,bytes32 outputsHash,bytes32 runManifestHash,bytes32 evidenceHash,bytes32 licensesHash,address signer,address runner,uint40 startedAt,uint40 endedAt)",
  "Consent": "Consent(bytes32 receiptHash,address grantor,address controller,uint16 uses,uint40 validFrom,uint40 validUntil,uint256 nonce)",
  "DeliveryReceipt": "DeliveryReceipt(uint256 licenseId,uint256 datasetId,uint32 version,uint16 encoding,bytes32 encodingRoot,bytes32 servedRoot,uint64 chunks,uint64 bytesServed,uint64 sequence,uint40 servedFrom,uint40 servedUntil,uint40 deadline)",
  "DeliveryRequest": "DeliveryRequest(uint256 licenseId,uint32 version,uint16 encoding,uint64 chunk,uint64 sequence,uint40 signedAt)",
  "EncodingAcceptance": "EncodingAcceptance(uint256 datasetId,uint32 version,uint16 encoding,bytes32 encodingRoot,bytes32 envelopeHash,address provider,uint32 retirementNotice,uint40 deadline)",
  "EncodingRequest": "EncodingRequest(uint256 licenseId,uint32 version,uint16 encoding,uint64 sequence,uint40 signedAt)",
  "KeyRelease": "KeyRelease(address account,uint256 licenseId,uint256 datasetId,uint32 version,bytes32 keyHash,bytes networkKey,uint8 node,uint40 releasedAt,bytes32 nonce)",
  "KeyRequest": "KeyRequest(address account,uint256 licenseId,uint256 datasetId,uint32 version,uint16 encoding,bytes32 conditionsHash,bytes32 keyHash,bytes networkKey,bytes32 responseKey,uint40 issuedAt,uint40 expiresAt,bytes32 nonce)",
  "ParentGrant": "ParentGrant(uint256 parentId,uint32 parentVersion,address childOwner,bytes32 childContentRoot,uint16 shareBps,bool bundle,uint256 nonce,uint40 deadline)",
  "RecallAcknowledgement": "RecallAcknowledgement(uint256 recallId,uint256 licenseId,uint8 action,bytes32 evidenceHash,uint64 sequence,uint40 signedAt)",
  "RevenueAudit": "RevenueAudit(uint256 licenseId,uint32 period,address token,uint128 revenue,bytes32 reportHash,uint40 signedAt)",
  "RevenueStatement": "RevenueStatement(uint256 licenseId,uint32 period,address token,uint128 revenue,bytes32 reportHash,uint40 signedAt)",
  "RunStatement": "RunStatement(bytes32 runManifestHash,bytes32 licenseSetHash,address runner,uint40 runStart,uint40 runEnd,bytes32 attestationDigest,uint64 sequence)",
  "ServiceReport": "ServiceReport(uint256 licenseId,uint256 datasetId,uint32 epochFrom,uint32 epochTo,bytes32 servedRoot,uint64 deliveries,uint64 bytesServed,uint40 deadline)",
  "Settlement": "Settlement(uint256 disputeId,uint128 refund,bool revoke,uint128 claimantBond,uint40 deadline)",
  "SplitConsent": "SplitConsent(uint256 datasetId,uint16 split,bytes32 splitHash,address member,uint40 deadline)",
  "UsageVoucher": "UsageVoucher(uint256 licenseId,uint64 units,uint128 amount,uint64 sequence)"
} as const;
