/** Signing and checking the protocol's EIP-712 messages with a client's account. */
import { type Account, type Address, type Hex, isAddressEqual, recoverTypedDataAddress } from "viem";
import { parseAccount } from "viem/accounts";
import { getChainId, signTypedData, verifyTypedData } from "viem/actions";
import { type DeploymentOptions, resolveAddress } from "../core/deployment.js";
import type { ColophonClient } from "../core/types.js";
import { requireAccount } from "../core/write.js";
import { decodeError } from "../errors/decode.js";
import { type DomainParameters, type Message, type MessageName, typedData } from "../formats/typed-data.js";

/** A message to be signed. */
export interface SignParameters<name extends MessageName> extends DeploymentOptions {
  message: Message<name>;
  /** Who signs; the client's account unless told. */
  account?: Account | Address | undefined;
}

/** A signature to be checked. */
export interface VerifyParameters<name extends MessageName> extends DeploymentOptions {
  message: Message<name>;
  signature: Hex;
  /** Who must have signed, by key or by ERC-1271. */
  signer: Address;
}

type Sign<name extends MessageName> = (client: ColophonClient, parameters: SignParameters<name>) => Promise<Hex>;
type Verify<name extends MessageName> = (
  client: ColophonClient,
  parameters: VerifyParameters<name>,
) => Promise<boolean>;

async function domainOf(client: ColophonClient, options: DeploymentOptions): Promise<DomainParameters> {
  const licenseToken = resolveAddress(client, "LicenseToken", options);
  return { chainId: client.chain?.id ?? (await getChainId(client)), licenseToken };
}

function signerOf<const name extends MessageName>(name: name): Sign<name> {
  return async (client, parameters) => {
    const account = parseAccount(requireAccount(client, parameters, `signing a ${name}`));
    try {
      const data = typedData(name, await domainOf(client, parameters), parameters.message);
      return await signTypedData(client, { account, ...data } as never);
    } catch (error) {
      throw decodeError(error);
    }
  };
}

/** As the contracts do: a key's signature counts for its account whatever code that delegates to; else ERC-1271 decides. */
function verifierOf<const name extends MessageName>(name: name): Verify<name> {
  return async (client, parameters) => {
    const { signature, signer, message } = parameters;
    try {
      const data = typedData(name, await domainOf(client, parameters), message);
      const recovered = await recoverTypedDataAddress({ ...data, signature } as never).catch(() => undefined);
      if (recovered && isAddressEqual(recovered, signer)) return true;
      return await verifyTypedData(client, { address: signer, signature, ...data } as never);
    } catch (error) {
      throw decodeError(error);
    }
  };
}

/** Signs what was used under a metered license in all, as its holder. `nextVoucher` makes the message. */
export const signUsageVoucher: Sign<"UsageVoucher"> = /*#__PURE__*/ signerOf("UsageVoucher");
/** Whether a usage voucher is signed by `signer`, who must be the license's present holder to count. */
export const verifyUsageVoucher: Verify<"UsageVoucher"> = /*#__PURE__*/ verifierOf("UsageVoucher");
/** Signs what was served in a range of epochs, as the offer's provider. */
export const signServiceReport: Sign<"ServiceReport"> = /*#__PURE__*/ signerOf("ServiceReport");
/** Whether a service report is signed by `signer`. */
export const verifyServiceReport: Verify<"ServiceReport"> = /*#__PURE__*/ verifierOf("ServiceReport");
/** Signs a period's revenue, as the license's holder, or as the auditor who countersigns it. */
export const signRevenueStatement: Sign<"RevenueStatement"> = /*#__PURE__*/ signerOf("RevenueStatement");
/** Whether a revenue statement is signed by `signer`. */
export const verifyRevenueStatement: Verify<"RevenueStatement"> = /*#__PURE__*/ verifierOf("RevenueStatement");
/** Signs what a period's revenue was found to be, as the offer's auditor. */
export const signRevenueAudit: Sign<"RevenueAudit"> = /*#__PURE__*/ signerOf("RevenueAudit");
/** Whether an audit is signed by `signer`. */
export const verifyRevenueAudit: Verify<"RevenueAudit"> = /*#__PURE__*/ verifierOf("RevenueAudit");
/** Signs a request for one chunk, as the license's holder. */
export const signDeliveryRequest: Sign<"DeliveryRequest"> = /*#__PURE__*/ signerOf("DeliveryRequest");
/** Whether a delivery request is signed by `signer`, who must hold the license to count. */
export const verifyDeliveryRequest: Verify<"DeliveryRequest"> = /*#__PURE__*/ verifierOf("DeliveryRequest");
/** Signs an answer to a service challenge, as the provider or its key for receipts. */
export const signAvailabilityReceipt: Sign<"AvailabilityReceipt"> = /*#__PURE__*/ signerOf("AvailabilityReceipt");
/** Whether an availability receipt is signed by `signer`. */
export const verifyAvailabilityReceipt: Verify<"AvailabilityReceipt"> = /*#__PURE__*/ verifierOf("AvailabilityReceipt");
/** Signs a head of a log, as the provider or its key for logs. */
export const signCheckpoint: Sign<"Checkpoint"> = /*#__PURE__*/ signerOf("Checkpoint");
/** Whether a log head is signed by `signer`. */
export const verifyCheckpoint: Verify<"Checkpoint"> = /*#__PURE__*/ verifierOf("Checkpoint");
/** Signs how a dispute ends, as one of its two sides. */
export const signSettlement: Sign<"Settlement"> = /*#__PURE__*/ signerOf("Settlement");
/** Whether a settlement is signed by `signer`. */
export const verifySettlement: Verify<"Settlement"> = /*#__PURE__*/ verifierOf("Settlement");
/** Signs an attestation off chain, as its issuer; `anchorAttestation` brings it on chain. */
export const signAttestation: Sign<"Attestation"> = /*#__PURE__*/ signerOf("Attestation");
/** Whether an attestation is signed by `signer`, who must be its issuer to count. */
export const verifyAttestation: Verify<"Attestation"> = /*#__PURE__*/ verifierOf("Attestation");
/** Signs a consent, or with `withdrawalOf` its revocation, as its grantor. */
export const signConsent: Sign<"Consent"> = /*#__PURE__*/ signerOf("Consent");
/** Whether a consent is signed by `signer`, who must be its grantor to count. */
export const verifyConsent: Verify<"Consent"> = /*#__PURE__*/ verifierOf("Consent");
/** Lets one child version name a dataset as parent, as that dataset's owner: share, bundle or not, for these contents alone. */
export const signParentGrant: Sign<"ParentGrant"> = /*#__PURE__*/ signerOf("ParentGrant");
/** Whether a parent grant is signed by `signer`, who must own the parent to count. */
export const verifyParentGrant: Verify<"ParentGrant"> = /*#__PURE__*/ verifierOf("ParentGrant");
/** Signs what is done about a recall, as the license's holder. */
export const signRecallAcknowledgement: Sign<"RecallAcknowledgement"> = /*#__PURE__*/ signerOf("RecallAcknowledgement");
/** Whether an answer to a recall is signed by `signer`, who must hold the license to count. */
export const verifyRecallAcknowledgement: Verify<"RecallAcknowledgement"> =
  /*#__PURE__*/ verifierOf("RecallAcknowledgement");
/** Signs a run, as its runner, so that somebody else may submit its proof until 90 days after its end. */
export const signRunStatement: Sign<"RunStatement"> = /*#__PURE__*/ signerOf("RunStatement");
/** Whether a run statement is signed by `signer`, who must be its runner to count. */
export const verifyRunStatement: Verify<"RunStatement"> = /*#__PURE__*/ verifierOf("RunStatement");
/** Signs what a job consumed and made, as the attested key inside the enclave. */
export const signComputeReceipt: Sign<"ComputeReceipt"> = /*#__PURE__*/ signerOf("ComputeReceipt");
/** Whether a compute receipt is signed by `signer`, who must be registered under its policy to count. */
export const verifyComputeReceipt: Verify<"ComputeReceipt"> = /*#__PURE__*/ verifierOf("ComputeReceipt");
