"""Lists every mutant that slither-mutate's operators make of a contract and of the abstract bases that are its own.

Usage: patches.py <root> <forge out folder> <source file> <contract>
Prints a JSON list of {"mutator", "file", "start", "end", "old", "new", "line"}; offsets are in bytes.
"""

import json
import logging
import sys
from pathlib import Path

from slither import Slither
from slither.tools.mutator.mutators import all_mutators
from slither.tools.mutator.mutators.abstract_mutator import AbstractMutator


def operators():
    """Every mutation operator that slither-mutate has."""
    found = [getattr(all_mutators, name) for name in dir(all_mutators)]
    return [each for each in found if isinstance(each, type) and issubclass(each, AbstractMutator) and each.NAME]


def own_contracts(unit, source, name):
    """The contract, and its bases in the same folder: written for it alone, and not interfaces."""
    for contract in unit.contracts:
        if contract.name == name and contract.source_mapping.filename.absolute == source:
            folder = str(Path(source).parent)
            bases = [b for b in contract.inheritance if str(Path(b.source_mapping.filename.absolute).parent) == folder]
            return [contract] + [b for b in bases if not b.is_interface]
    raise SystemExit(f"mutate: no contract {name} in {source}")


def patches_of(operator, unit, contract):
    """One operator's patches; an operator that cannot read a contract makes none of it, which slither-mutate does too."""
    mutator = operator(unit, 30, "", "", contract, None, False, Path("."), [])
    try:
        patches = mutator._mutate().get("patches", {})
    except Exception as error:  # pylint: disable=broad-except
        logging.warning("%s makes nothing of %s: %s", operator.NAME, contract.name, error)
        return []
    return [(operator.NAME, file, patch) for file, each in patches.items() for patch in each]


def text(value):
    return value.decode() if isinstance(value, bytes) else value


def main(root, out, source, name):
    slither = Slither(root, ignore_compile=True, foundry_out_directory=out)
    absolute = str(Path(root, source))
    result = {}
    for unit in slither.compilation_units:
        for contract in own_contracts(unit, absolute, name):
            for operator in operators():
                for mutator, file, patch in patches_of(operator, unit, contract):
                    key = (file, patch["start"], patch["end"], text(patch["new_string"]))
                    result.setdefault(key, {
                        "mutator": mutator,
                        "file": str(Path(file).relative_to(root)),
                        "start": patch["start"],
                        "end": patch["end"],
                        "old": text(patch["old_string"]),
                        "new": text(patch["new_string"]),
                        "line": patch["line_number"],
                    })
    print(json.dumps(list(result.values())))


main(*sys.argv[1:])
