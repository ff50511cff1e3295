import { fromBER, type Integer, type ObjectIdentifier, type OctetString, type Sequence } from "asn1js";
import { toHex } from "../formats/bytes.js";
import type { Certificate } from "./certificate.js";
import { demand, reading } from "./refusal.js";

/** Intel's extension of PCK certificates, and its parts. */
const SGX_EXTENSION = "1.2.840.113741.1.13.1";
const TCB = `${SGX_EXTENSION}.2`;
const PCE_ID = `${SGX_EXTENSION}.3`;
const FMSPC = `${SGX_EXTENSION}.4`;
const COMPONENTS = 16;

/** What a PCK certificate says about its platform. */
export interface Platform {
  /** Security versions of the 16 components. */
  readonly components: readonly number[];
  readonly pceSvn: number;
  readonly pceId: string;
  /** Family, model, stepping, platform: whose TCB info applies. */
  readonly fmspc: string;
}

/** @throws AttestationRefused `certificate` where the certificate is of no platform */
export function readPlatform({ extensions }: Certificate): Platform {
  const value = extensions.get(SGX_EXTENSION);
  demand(value !== undefined, "certificate", "the platform's certificate has no SGX extension");
  return reading("certificate", "the SGX extension", () => {
    const parts = entries(fromBER(value).result as Sequence);
    const tcb = entries(parts.get(TCB) as Sequence);
    const svn = (index: number) => (tcb.get(`${TCB}.${index}`) as Integer).valueBlock.valueDec;
    const octets = (id: string) =>
      toHex(new Uint8Array((parts.get(id) as OctetString).valueBlock.valueHexView)).slice(2);
    return {
      components: Array.from({ length: COMPONENTS }, (_, i) => svn(i + 1)),
      pceSvn: svn(COMPONENTS + 1),
      pceId: octets(PCE_ID),
      fmspc: octets(FMSPC),
    };
  });
}

/** A sequence of pairs: identifier and value. */
function entries(sequence: Sequence): Map<string, unknown> {
  return new Map(
    sequence.valueBlock.value.map((pair) => {
      const [id, value] = (pair as Sequence).valueBlock.value;
      return [(id as ObjectIdentifier).valueBlock.toString(), value];
    }),
  );
}
