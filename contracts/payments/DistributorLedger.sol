// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IProtocolConfig } from "../interfaces/governance/IProtocolConfig.sol";
import { ILicenseToken } from "../interfaces/licensing/ILicenseToken.sol";
import { IRevenueDistributor } from "../interfaces/payments/IRevenueDistributor.sol";
import { IDatasetRegistry } from "../interfaces/registry/IDatasetRegistry.sol";
import { IERC721 } from "@openzeppelin/contracts/interfaces/IERC721.sol";
import { IERC20 } from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import { SafeERC20 } from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import { SafeCast } from "@openzeppelin/contracts/utils/math/SafeCast.sol";

/// @notice Storage of the distributor and its books: what came in, what went out, and direct payments.
/// @dev Held, per token, is exactly: accrued fees + accrued royalties + claimable + dust of pools in base units. Dust in
/// super tokens is in the books of the super token, as owed. Of a super token, part of what is held may be away: released, and
/// still in a stream's vault.
abstract contract DistributorLedger is IRevenueDistributor {
    using SafeERC20 for IERC20;
    using SafeCast for uint256;

    /// @dev Held is `received - paid`, and what of it is owed to nobody else is the protocol's fees: a release that leaves
    /// nothing behind but its fee writes one slot.
    /// @param owed Royalties, claimable amounts and pools' dust in base units.
    struct Ledger {
        uint128 received;
        uint128 paid;
        uint256 owed;
    }

    struct Split {
        uint16 totalBps;
        Member[] members;
    }

    /// @param pool The Superfluid pool, zero before its first use.
    /// @param ready Members whose units are set; the pool pays only once all are.
    /// @param superDust Super tokens that could not be divided evenly, below the pool's units (10,000 at most).
    /// @param baseDust Base units that could not be wrapped or credited evenly.
    struct Pool {
        address pool;
        uint8 ready;
        uint16 superDust;
        uint72 baseDust;
    }

    /// @custom:storage-location erc7201:colophon.storage.RevenueDistributor
    struct RevenueDistributorStorage {
        mapping(address token => Ledger) ledgers;
        mapping(bytes32 royaltyKey => uint256) royalties;
        mapping(address account => mapping(address token => uint256)) claimable;
        mapping(uint256 datasetId => uint16) splitCounts;
        mapping(uint256 datasetId => mapping(uint16 split => Split)) splits;
        mapping(uint256 datasetId => mapping(uint16 split => mapping(address token => Pool))) pools;
        mapping(address token => uint256) away;
    }

    // keccak256(abi.encode(uint256(keccak256("colophon.storage.RevenueDistributor")) - 1)) & ~bytes32(uint256(0xff))
    bytes32 private constant _STORAGE_SLOT = 0x69d55762afd354fa88cbf3a4c18094fd7af713ec30d7704a8373933182871a00;

    /// @custom:oz-upgrades-unsafe-allow state-variable-immutable
    ILicenseToken internal immutable _licenseToken;
    /// @custom:oz-upgrades-unsafe-allow state-variable-immutable
    IDatasetRegistry internal immutable _registry;
    /// @custom:oz-upgrades-unsafe-allow state-variable-immutable
    IProtocolConfig internal immutable _config;

    /// @custom:oz-upgrades-unsafe-allow constructor
    constructor(address licenseToken, address registry, address config) {
        _licenseToken = ILicenseToken(licenseToken);
        _registry = IDatasetRegistry(registry);
        _config = IProtocolConfig(config);
    }

    function _storage() internal pure returns (RevenueDistributorStorage storage $) {
        assembly ("memory-safe") {
            $.slot := _STORAGE_SLOT
        }
    }

    // ---- books

    /// @dev Books `received`, after seeing that it arrived, and the part of it that leaves at once, in one write.
    function _bookRelease(address token, uint256 received, uint256 leaving) internal {
        Ledger storage ledger = _storage().ledgers[token];
        (uint256 before, uint256 paid) = (ledger.received, ledger.paid);
        uint256 held = before - paid;
        uint256 balance = IERC20(token).balanceOf(address(this));
        if (balance < held + received) {
            // Read only when it matters: of most tokens nothing is away.
            held -= _storage().away[token];
            if (balance < held + received) {
                revert RevenueDistributor_NotReceived(token, received, balance > held ? balance - held : 0);
            }
        }
        (ledger.received, ledger.paid) = ((before + received).toUint128(), (paid + leaving).toUint128());
    }

    /// @dev Books `received` super tokens of which `leaving` went from a stream's vault at once; the rest waits there.
    function _bookAway(address token, uint256 received, uint256 leaving) internal {
        Ledger storage ledger = _storage().ledgers[token];
        (ledger.received, ledger.paid) = ((ledger.received + received).toUint128(), (ledger.paid + leaving).toUint128());
        _storage().away[token] += received - leaving;
    }

    function _bookPaid(address token, uint256 amount) internal {
        _storage().ledgers[token].paid += amount.toUint128();
    }

    function _feesOf(address token) internal view returns (uint256) {
        Ledger storage ledger = _storage().ledgers[token];
        return ledger.received - ledger.paid - ledger.owed;
    }

    /// @inheritdoc IRevenueDistributor
    function noteArrival(address token) public {
        Ledger storage ledger = _storage().ledgers[token];
        uint256 held = ledger.received - ledger.paid;
        uint256 balance = IERC20(token).balanceOf(address(this));
        uint256 missing = held > balance ? held - balance : 0;
        if (missing < _storage().away[token]) _storage().away[token] = missing;
    }

    /// @inheritdoc IRevenueDistributor
    function awayOf(address token) external view returns (uint256) {
        return _storage().away[token];
    }

    // ---- direct payments

    /// @dev Pays what the books already call paid, or credits what the token refuses to send, so that no receiver can
    /// block a release.
    function _payBooked(address token, address to, uint256 amount) internal {
        if (amount == 0 || IERC20(token).trySafeTransfer(to, amount)) return;
        _storage().ledgers[token].paid -= uint128(amount);
        _credit(token, to, amount, true);
    }

    /// @dev Credits without trying to pay.
    function _credit(address token, address to, uint256 amount, bool refused) internal {
        if (amount == 0) return;
        _storage().claimable[to][token] += amount;
        _storage().ledgers[token].owed += amount;
        emit Credited(to, token, amount, refused);
    }

    // At most MAX_PARENTS parents, and only the protocol's own registry is called.
    // slither-disable-next-line calls-loop
    function _ownerOf(uint256 datasetId) internal view returns (address) {
        return IERC721(address(_registry)).ownerOf(datasetId);
    }
}
