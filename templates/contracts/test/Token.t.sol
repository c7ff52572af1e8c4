// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Token} from "../src/Token.sol";

/// For `forge test`. It needs no library: a test fails when it reverts.
contract TokenTest {
    address private constant BOB = address(0xb0b);

    Token private token;

    function setUp() public {
        token = new Token(1_000);
    }

    function test_deployerGetsTheSupply() public view {
        assert(token.balanceOf(address(this)) == token.totalSupply());
    }

    function test_approvedSpenderSpendsOnce() public {
        token.approve(address(this), 10);
        token.transferFrom(address(this), BOB, 10);
        assert(token.balanceOf(BOB) == 10);
        assert(token.allowance(address(this), address(this)) == 0);
    }

    function testFuzz_transfersMoveButNeverMake(uint256 value) public {
        try token.transfer(BOB, value) {
            assert(value <= 1_000);
        } catch {
            assert(value > 1_000);
        }
        assert(token.balanceOf(address(this)) + token.balanceOf(BOB) == 1_000);
    }
}
