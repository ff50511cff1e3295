// Generated from spec/ by spec/generate.mjs. Do not edit.
export const termsTemplateDocuments = {
  "compute-only": {
    "format": "colophon-terms",
    "formatVersion": 1,
    "name": "compute-only",
    "title": "Compute only",
    "uses": [
      "train",
      "fine-tune",
      "evaluate"
    ],
    "flags": [
      "commercial",
      "report-use"
    ],
    "duration": 31536000,
    "revocationNotice": 0,
    "derivativeShareBps": 0,
    "resaleRoyaltyBps": 0,
    "quota": null,
    "territory": "world",
    "prose": {
      "hash": "0xf8844a8dc89c4a84112cefb40676d38e652693ba7c85f4864964cc9037b87190",
      "language": "en",
      "mediaType": "text/markdown"
    }
  },
  "evaluate-only": {
    "format": "colophon-terms",
    "formatVersion": 1,
    "name": "evaluate-only",
    "title": "Evaluate only",
    "uses": [
      "read-raw",
      "evaluate"
    ],
    "flags": [
      "commercial",
      "delete-on-expiry"
    ],
    "duration": 7776000,
    "revocationNotice": 0,
    "derivativeShareBps": 0,
    "resaleRoyaltyBps": 0,
    "quota": null,
    "territory": "world",
    "prose": {
      "hash": "0xadfd52a50ce37e4d70b7ef2eab7bc4c2948ccce0203aed048e77cfdc1b9544d7",
      "language": "en",
      "mediaType": "text/markdown"
    }
  },
  "research-non-commercial": {
    "format": "colophon-terms",
    "formatVersion": 1,
    "name": "research-non-commercial",
    "title": "Research, not commercial",
    "uses": [
      "read-raw",
      "train",
      "fine-tune",
      "evaluate",
      "infer"
    ],
    "flags": [
      "report-use"
    ],
    "duration": 31536000,
    "revocationNotice": 0,
    "derivativeShareBps": 0,
    "resaleRoyaltyBps": 0,
    "quota": null,
    "territory": "world",
    "prose": {
      "hash": "0x0b4c61128ceb9c3cdbd8af158ecb7fa2b343f94621a5aed9ab6214500a3cfa06",
      "language": "en",
      "mediaType": "text/markdown"
    }
  },
  "train-and-derive": {
    "format": "colophon-terms",
    "formatVersion": 1,
    "name": "train-and-derive",
    "title": "Train, and share what you derive",
    "uses": [
      "read-raw",
      "train",
      "fine-tune",
      "evaluate",
      "derive"
    ],
    "flags": [
      "commercial",
      "share-alike"
    ],
    "duration": 31536000,
    "revocationNotice": 0,
    "derivativeShareBps": 1000,
    "resaleRoyaltyBps": 0,
    "quota": null,
    "territory": "world",
    "prose": {
      "hash": "0x312bbdd365dcd7b2b11033c32b6941d6a3572092f7ed6bd68404acd3d2fa96fb",
      "language": "en",
      "mediaType": "text/markdown"
    }
  },
  "train-only": {
    "format": "colophon-terms",
    "formatVersion": 1,
    "name": "train-only",
    "title": "Train only",
    "uses": [
      "read-raw",
      "train",
      "fine-tune"
    ],
    "flags": [
      "commercial"
    ],
    "duration": 31536000,
    "revocationNotice": 0,
    "derivativeShareBps": 0,
    "resaleRoyaltyBps": 0,
    "quota": null,
    "territory": "world",
    "prose": {
      "hash": "0x67694b20a377c9ba8d601757058ded010d38c14eecfc50341bd1a5f936fee4c3",
      "language": "en",
      "mediaType": "text/markdown"
    }
  }
} as const;
