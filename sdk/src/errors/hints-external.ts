import type { ErrorHint } from "./words.js";

/** Errors of the contracts beneath: tokens, Permit2, OpenZeppelin and Superfluid, as far as people meet them. */
export const externalHints = {
  ERC20InsufficientAllowance: {
    title: "The allowance is too low",
    hint: "Approve the spender for at least the amount needed, or sign a permit.",
  },
  ERC20InsufficientBalance: {
    title: "The balance is too low",
    hint: "Fund the account with the payment token.",
  },
  ERC2612ExpiredSignature: {
    title: "The permit is past its deadline",
    hint: "Sign a new permit with a later deadline.",
  },
  ERC2612InvalidSigner: {
    title: "The permit is not signed by the payer",
    hint: "It may have been used already, or was signed on another chain. Sign a new one.",
  },
  ERC3009InvalidAuthorizationTime: {
    title: "The payment authorization is not valid now",
    hint: "Sign a new authorization whose time span includes now.",
  },
  ERC3009InvalidSignature: {
    title: "The payment authorization is not signed by the payer",
    hint: "It is bound to one purchase and one chain; sign a new one.",
  },
  ERC3009UsedAuthorization: {
    title: "This payment authorization was used",
    hint: "To buy the same again, use another reference, which gives another nonce.",
  },
  ERC721NonexistentToken: {
    title: "There is no such token",
    hint: "Check the id and the chain.",
  },
  ERC721InsufficientApproval: {
    title: "This account may not move the token",
    hint: "Only its owner or an approved account may.",
  },
  ERC721IncorrectOwner: {
    title: "The token belongs to somebody else",
    hint: "Read its owner again; it may have moved.",
  },
  ERC721InvalidReceiver: {
    title: "The receiver cannot hold the token",
    hint: "Contracts must accept ERC-721 tokens.",
  },
  InvalidAccountNonce: {
    title: "The signature's nonce is not the account's next one",
    hint: "Read the nonce again and sign anew.",
  },
  InvalidNonce: {
    title: "This Permit2 nonce was used",
    hint: "Sign a new Permit2 transfer with an unused nonce.",
  },
  InvalidSigner: {
    title: "The Permit2 transfer is not signed by the payer",
    hint: "It is bound to one purchase and one chain; sign a new one.",
  },
  InvalidContractSignature: {
    title: "The smart account does not accept this signature",
    hint: "Sign again with an owner of the smart account.",
  },
  SignatureExpired: {
    title: "The Permit2 transfer is past its deadline",
    hint: "Sign a new one with a later deadline.",
  },
  SafeERC20FailedOperation: {
    title: "The token refused a transfer",
    hint: "Check balance and allowance, and whether the token blocks an account.",
  },
  AccessManagedUnauthorized: {
    title: "This account lacks the role for this",
    hint: "Governed calls go through the timelock or a guardian.",
  },
  AccessManagerNotScheduled: {
    title: "This governed call was not scheduled",
    hint: "Schedule it in the AccessManager, wait out the delay, then execute.",
  },
  AccessManagerNotReady: {
    title: "The delay of this governed call is not over",
    hint: "Execute it later.",
  },
  EnforcedPause: {
    title: "The contract is paused",
    hint: "Wait until governance lifts the pause.",
  },
  ReentrancyGuardReentrantCall: {
    title: "The contract was called from within itself",
    hint: "A token or receiver called back. Use another token or receiver.",
  },
  SafeCastOverflowedUintDowncast: {
    title: "A number is too large",
    hint: "Use a smaller value for the argument.",
  },
  SF_TOKEN_BURN_INSUFFICIENT_BALANCE: {
    title: "The super token balance is too low to unwrap this much",
    hint: "Unwrap at most the available balance.",
  },
  SF_TOKEN_MOVE_INSUFFICIENT_BALANCE: {
    title: "The super token balance is too low",
    hint: "Wrap more, or use a smaller amount.",
  },
} as const satisfies Record<string, ErrorHint>;
