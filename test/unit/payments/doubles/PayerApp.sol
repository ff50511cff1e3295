// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

interface IAppHost {
    function registerApp(uint256 configWord) external;
    function callAgreement(
        address agreement,
        bytes calldata callData,
        bytes calldata userData
    )
        external
        returns (bytes memory);
}

/// @notice A payer that is a Superfluid app: Superfluid calls it when the receiver ends its flow, and it calls on.
contract PayerApp {
    /// @dev A final app that wants to hear of nothing but what comes after a termination.
    uint256 private constant _CONFIG = 1 | uint256(0x1F) << 32;

    address private immutable _host;
    address private _target;
    bytes private _data;
    bool public called;
    bytes public result;

    constructor(address host) {
        _host = host;
        IAppHost(host).registerApp(_CONFIG);
    }

    function callAgreement(address agreement, bytes calldata data) external {
        IAppHost(_host).callAgreement(agreement, data, "");
    }

    function call(address target, bytes calldata data) external returns (bytes memory answer) {
        bool done;
        (done, answer) = target.call(data);
        require(done, "refused");
    }

    function onEnd(address target, bytes calldata data) external {
        (_target, _data) = (target, data);
    }

    function onERC721Received(address, address, uint256, bytes calldata) external pure returns (bytes4) {
        return this.onERC721Received.selector;
    }

    function afterAgreementTerminated(
        address,
        address,
        bytes32,
        bytes calldata,
        bytes calldata,
        bytes calldata ctx
    )
        external
        returns (bytes memory)
    {
        called = true;
        (, result) = _target.call(_data);
        return ctx;
    }
}
