#!/usr/bin/env python3
"""A second reader of evidence bundles: Python's standard library alone, no code shared with the SDK.

It checks container, index, signature, files, headers, the proven record, program, licenses and roots, the license set, and log
inclusion. It leaves to the SDK: JSON Schemas, the SNARK, documents, receipts, and the signatures on log heads.

  evidence_bundle.py FILE             verifies one bundle and prints what it found as JSON
  evidence_bundle.py --vectors FILE   holds itself against spec/vectors/evidence-bundle.json
"""

import base64
import hashlib
import json
import sys
import zlib

from keccak import keccak256

#: What this reader looks at, of the codes in docs/formats.md.
CODES = {"archive", "index", "signature", "files", "blocks", "events", "state", "record", "license-set", "license", "log-inclusion"}


class Refused(Exception):
    def __init__(self, code, why):
        super().__init__(f"{code}: {why}")
        self.code = code


def demand(holds, code, why):
    if not holds:
        raise Refused(code, why)


def sha256(data):
    return hashlib.sha256(data).digest()


def canonical(value):
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def parsed(data, code, what):
    try:
        value = json.loads(data.decode())
    except ValueError:
        raise Refused(code, f"{what} is not JSON") from None
    demand(canonical(value) == data, code, f"{what} is not canonical")
    return value


# ---- container


def header(name, size):
    block = bytearray(512)
    for offset, text in [
        *[(0, name), (100, "0000644\0"), (108, "0000000\0"), (116, "0000000\0"), (124, f"{size:011o}\0"), (136, "0" * 11 + "\0")],
        *[(148, " " * 8), (156, "0"), (257, "ustar\x0000"), (329, "0000000\0"), (337, "0000000\0")],
    ]:
        block[offset : offset + len(text)] = text.encode("latin-1")
    block[148:156] = f"{sum(block):06o}\0 ".encode()
    return bytes(block)


def unpack(archive):
    files, at, rebuilt = [], 0, b""
    while archive[at : at + 1] not in (b"", b"\0"):
        name = archive[at : at + 100].split(b"\0")[0].decode("latin-1")
        try:
            size = int(archive[at + 124 : at + 135], 8)
        except ValueError:
            raise Refused("archive", f"no size at byte {at}") from None
        data = archive[at + 512 : at + 512 + size]
        demand(len(data) == size, "archive", f"{name} is cut short")
        files.append((name, data))
        at += 512 + size + -size % 512
        rebuilt += header(name, size) + data + bytes(-size % 512)
    demand(rebuilt + bytes(1024) == archive, "archive", "a byte is not where an archive of these files has it")
    demand([name for name, _ in files[:2]] == ["bundle.json", "bundle.dsse.json"], "archive", "the first two files are others")
    return files


# ---- signature: ECDSA over secp256k1

P = 2**256 - 2**32 - 977
N = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
G = (
    0x79BE667EF9DCBBAC55A06295CE870B07029BFCDB2DCE28D959F2815B16F81798,
    0x483ADA7726A3C4655DA4FBFC0E1108A8FD17B448A68554199C47D08FFB10D4B8,
)


def add(a, b):
    if a is None or b is None:
        return a or b
    if a[0] == b[0]:
        if (a[1] + b[1]) % P == 0:
            return None
        slope = 3 * a[0] * a[0] * pow(2 * a[1], -1, P)
    else:
        slope = (b[1] - a[1]) * pow(b[0] - a[0], -1, P)
    x = (slope * slope - a[0] - b[0]) % P
    return x, (slope * (a[0] - x) - a[1]) % P


def multiply(point, by):
    result = None
    while by:
        result = add(result, point) if by & 1 else result
        point, by = add(point, point), by >> 1
    return result


def point_of(compressed):
    x = int.from_bytes(compressed[1:], "big")
    y = pow(x**3 + 7, (P + 1) // 4, P)
    demand(len(compressed) == 33 and x < P and y * y % P == (x**3 + 7) % P, "signature", "the key is no point")
    return x, y if y % 2 == compressed[0] % 2 else P - y


def is_signed(key, message, signature):
    r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
    if not (len(signature) == 64 and 0 < r < N and 0 < s <= N // 2):
        return False
    inverse = pow(s, -1, N)
    digest = int.from_bytes(sha256(message), "big")
    found = add(multiply(G, digest * inverse % N), multiply(key, r * inverse % N))
    return found is not None and found[0] % N == r


IN_TOTO = "application/vnd.in-toto+json"


def check_signature(index, data, envelope):
    statement = {
        "_type": "https://in-toto.io/Statement/v1",
        "subject": [{"name": "bundle.json", "digest": {"sha256": sha256(data).hex()}}],
        "predicateType": "urn:colophon:predicate:evidence-bundle.v1",
        "predicate": {"chainId": index["chainId"], "recordId": index["recordId"], "block": index["block"]},
    }
    payload = canonical(statement)
    try:
        signature = base64.b64decode(json.loads(envelope)["signatures"][0]["sig"], validate=True)
    except (ValueError, KeyError, TypeError, IndexError):
        raise Refused("signature", "there is no envelope with a signature") from None
    key = point_of(unhex(index["signer"]["publicKey"]))
    address = keccak256(key[0].to_bytes(32, "big") + key[1].to_bytes(32, "big"))[12:]
    own = {
        "payload": base64.b64encode(payload).decode(),
        "payloadType": IN_TOTO,
        "signatures": [{"keyid": "0x" + address.hex(), "sig": base64.b64encode(signature).decode()}],
    }
    demand(canonical(own) == envelope, "signature", "the envelope is of another bundle")
    encoded = b"DSSEv1 %d %s %d %s" % (len(IN_TOTO), IN_TOTO.encode(), len(payload), payload)
    demand(is_signed(key, encoded, signature), "signature", "the signature does not hold")
    return "0x" + address.hex()


# ---- RLP and Merkle-Patricia tries


def unhex(text):
    return bytes.fromhex(text[2:])


def decode_rlp(data):
    """@returns the item that fills the data"""
    item, rest = _item(data)
    if rest:
        raise ValueError("bytes after the item")
    return item


def _item(data):
    first = data[0]
    if first < 0x80:
        return data[:1], data[1:]
    base = 0x80 if first < 0xC0 else 0xC0
    if first - base < 56:
        length, start = first - base, 1
    else:
        start = 1 + first - base - 55
        length = int.from_bytes(data[1:start], "big")
    body, rest = data[start : start + length], data[start + length :]
    if len(body) != length:
        raise ValueError("cut short")
    if base == 0x80:
        return body, rest
    items = []
    while body:
        item, body = _item(body)
        items.append(item)
    return items, rest


class Pool:
    def __init__(self, nodes):
        self.nodes = {keccak256(node): node for node in nodes}

    def get(self, root, key, code):
        """The value at a key; b"" where the nodes prove that there is none."""
        path = [nibble for byte in key for nibble in (byte >> 4, byte & 15)]
        reference = root
        if root == keccak256(b"\x80"):
            return b""
        while True:
            node = reference
            if isinstance(reference, bytes):
                if reference == b"":
                    return b""
                demand(reference in self.nodes, code, "a node of the proof is missing")
                node = decode_rlp(self.nodes[reference])
            if len(node) == 17:
                if not path:
                    return node[16]
                reference, path = node[path[0]], path[1:]
                continue
            nibbles = [nibble for byte in node[0] for nibble in (byte >> 4, byte & 15)]
            nibbles = nibbles[1:] if nibbles[0] & 1 else nibbles[2:]
            if node[0][0] >> 4 >= 2:
                return node[1] if nibbles == path else b""
            if path[: len(nibbles)] != nibbles:
                return b""
            reference, path = node[1], path[len(nibbles) :]


def number(data):
    return int.from_bytes(data, "big")


def word(value):
    return value.to_bytes(32, "big")


# ---- chain


class Chain:
    def __init__(self, index, witness):
        headers = [unhex(text) for text in witness["headers"]]
        nodes = [unhex(text) for text in witness["nodes"]]
        hashes = [keccak256(node) for node in nodes]
        self.headers, self.heads = {}, []
        before = None
        for raw in headers:
            try:
                fields = decode_rlp(raw)
            except (ValueError, IndexError):
                raise Refused("blocks", "a header is no RLP") from None
            demand(len(fields) >= 15, "blocks", "a header has too few fields")
            header_of = {"number": number(fields[8]), "hash": keccak256(raw), "parent": fields[0], "state": fields[3]}
            header_of.update(receipts=fields[5], time=number(fields[11]))
            if before:
                demand(header_of["number"] > before["number"], "blocks", "headers are out of order")
                if header_of["number"] == before["number"] + 1:
                    demand(header_of["parent"] == before["hash"], "blocks", "a header has another parent")
                else:
                    self.heads.append(before)
            self.headers[header_of["number"]] = before = header_of
        self.heads.append(before)
        block = index["block"]
        same = before["number"] == block["number"] and before["hash"] == unhex(block["hash"]) and before["time"] == block["timestamp"]
        demand(same, "blocks", "the last header is another than the index names")
        demand(hashes == sorted(set(hashes)), "state", "nodes are not ascending by hash")
        self.pool = Pool(nodes)
        self.state_root = before["state"]
        self.contracts = {each["name"]: unhex(each["address"]) for each in index["contracts"]}

    def slot(self, contract, slot):
        account = self.pool.get(self.state_root, keccak256(self.contracts[contract]), "state")
        demand(account != b"", "state", f"there is no {contract}")
        value = self.pool.get(decode_rlp(account)[2], keccak256(word(slot)), "state")
        return number(decode_rlp(value)) if value else 0

    def log(self, event):
        demand(event["block"] in self.headers, "blocks", "a header is missing")
        position = event["transactionIndex"]
        key = bytes([position]) if 0 < position < 0x80 else encoded_number(position)
        receipt = self.pool.get(self.headers[event["block"]]["receipts"], key, "events")
        demand(receipt != b"", "events", "there is no such receipt")
        fields = decode_rlp(receipt[1:] if receipt[0] < 0x80 else receipt)
        demand(fields[0] == b"\x01" and event["logIndex"] < len(fields[3]), "events", "there is no such log")
        return fields[3][event["logIndex"]]


def encoded_number(value):
    raw = value.to_bytes((value.bit_length() + 7) // 8, "big")
    return bytes([0x80 + len(raw)]) + raw


def mapping(base, member, *keys):
    slot = base + member
    for key in keys:
        slot = number(keccak256(word(key) + word(slot)))
    return slot


PROOFS = 0x59290C179ABECDBE8D9958DD1622F324B8CC39DDEF521DCC7DDB824CF7D58C00
DATASETS = 0xEDFE42AFF7ED7139CE540B4B77B508D08FD17177AC794F436F1B83F145C49300
LICENSES = 0x0EBF91FEDE575210DF0EC20254209492EA948BEBCADE3D321521A4A29FC59F00


def bits(value, start, width):
    return value >> start & (1 << width) - 1


RUN_RECORDED = keccak256(
    b"RunRecorded(uint256,address,bytes32,uint16,bytes4,uint8,(bytes32,uint64,uint64,uint40,uint40,bytes32),(uint256,uint256,uint32,uint16)[])"
)


def run_of(chain, index, events):
    for event in events:
        address, topics, data = chain.log(event)
        demand(address == chain.contracts.get(event["contract"]), "events", "a log is of another contract")
        if event["event"] != "RunRecorded":
            continue
        args = event["args"]
        words = [number(data[i : i + 32]) for i in range(0, len(data), 32)]
        start = words[9] // 32
        entries = [words[start + 1 + 4 * i : start + 5 + 4 * i] for i in range(words[start])]
        run = {
            "recordId": number(topics[1]),
            "runner": "0x" + topics[2][12:].hex(),
            "runManifestHash": "0x" + topics[3].hex(),
            **{"program": words[0], "grade": words[2], "licenseSetHash": "0x" + word(words[3]).hex()},
            **{"uses": words[4], "distinctEntries": words[5], "runStart": words[6], "runEnd": words[7]},
            "attestationDigest": "0x" + word(words[8]).hex(),
        }
        told = {**args, **args["values"], "recordId": int(args["recordId"]), "uses": int(args["values"]["entries"])}
        told["distinctEntries"] = int(told["distinctEntries"])
        same = all(told[name] == value for name, value in run.items())
        listed = [[int(each[name]) for name in ("licenseId", "datasetId", "version", "uses")] for each in args["entries"]]
        demand(topics[0] == RUN_RECORDED and same and listed == entries, "events", "RunRecorded says something else on chain")
        if str(run["recordId"]) == index["recordId"]:
            return run, entries, chain.headers[event["block"]]["time"]
    raise Refused("record", "no event says that the record was made")


def check_record(chain, run, time):
    digest = keccak256(word(run["program"]) + unhex(run["runManifestHash"]))
    demand(number(digest) % 2**216 == run["recordId"], "record", "the id does not follow from program and run manifest")
    stored = chain.slot("ProofRegistry", mapping(PROOFS, 3, run["recordId"]))
    found = (bits(stored, 0, 160), bits(stored, 160, 40), bits(stored, 200, 16), bits(stored, 216, 8))
    demand(found == (int(run["runner"], 16), time, run["program"], run["grade"]), "record", "the stored record is another")
    return "0x" + word(chain.slot("ProofRegistry", mapping(PROOFS, 1, run["program"]))).hex()


def revoked_root(chain, dataset, version, time):
    slot = mapping(DATASETS, 5, dataset, version)
    first = number(keccak256(word(slot)))
    for i in reversed(range(chain.slot("DatasetRegistry", slot))):
        if chain.slot("DatasetRegistry", first + 2 * i) <= time:
            return chain.slot("DatasetRegistry", first + 2 * i + 1)
    return 0


def check_licenses(chain, run, entries):
    parts = b""
    for license_id, dataset, version, uses in entries:
        at = mapping(DATASETS, 2, dataset, version)
        roots = [chain.slot("DatasetRegistry", at), chain.slot("DatasetRegistry", at + 1)]
        roots.append(revoked_root(chain, dataset, version, run["runStart"]))
        parts += b"".join(word(value) for value in (license_id, *roots, uses))
        head = chain.slot("LicenseToken", mapping(LICENSES, 1, license_id))
        start, expiry, allowed = bits(head, 80, 40), bits(head, 120, 40), bits(head, 224, 16)
        lasts = 0 < start <= run["runStart"] and (expiry == 0 or run["runEnd"] < expiry)
        demand(lasts and uses and allowed & uses == uses, "license", f"license {license_id} does not carry the run")
    demand("0x" + sha256(parts).hex() == run["licenseSetHash"], "license-set", "the roots give another license set")


# ---- log

#: What a grade of 1 to 4 says of the proof.
ASSURANCES = ["mock", "development", "production", "production"]


def root_from(leaf, index, size, proof):
    """RFC 9162, 2.1.3.2."""
    first, last, node = index, size - 1, leaf
    for sibling in proof:
        demand(last != 0, "log-inclusion", "the proof is too long")
        if first & 1 or first == last:
            node = sha256(b"\x01" + sibling + node)
            while first and not first & 1:
                first, last = first >> 1, last >> 1
        else:
            node = sha256(b"\x01" + node + sibling)
        first, last = first >> 1, last >> 1
    demand(last == 0, "log-inclusion", "the proof is too short")
    return node


def check_log(part, run):
    _, size, root, *_ = part["checkpoint"].split("\n")
    for entry in part["entries"]:
        demand(entry["index"] < int(size), "log-inclusion", "an entry is beyond the head")
        leaf = sha256(b"\x00" + entry["entry"].encode())
        proof = [unhex(node) for node in entry["inclusion"]]
        found = root_from(leaf, entry["index"], int(size), proof)
        demand(found == base64.b64decode(root), "log-inclusion", "an entry is not under the head")
        check_run_entry(parsed(entry["entry"].encode(), "log-inclusion", "an entry"), run)


def check_run_entry(said, run):
    """An entry of this run says what its record says; where on chain is left out: a reorganization may have moved it."""
    if said.get("type") != "run" or said.get("recordId") != str(run["recordId"]):
        return
    digest = run["attestationDigest"]
    expected = {
        "runManifestHash": run["runManifestHash"],
        "program": run["program"],
        "assurance": ASSURANCES[run["grade"] - 1],
        "receiptId": digest if int(digest, 16) else None,
    }
    same = all(said.get(name) == value for name, value in expected.items())
    demand(same, "log-inclusion", "an entry says something else of the run than its record")


# ---- the whole


def verify(archive):
    files = unpack(archive)
    index = parsed(files[0][1], "index", "bundle.json")
    demand(index.get("format") == "colophon-evidence-bundle" and index.get("formatVersion") == 1, "index", "it is no index")
    signer = check_signature(index, files[0][1], files[1][1])
    listed = [(each["path"], each["size"], unhex(each["sha256"])) for each in index["files"]]
    demand([(path, len(data), sha256(data)) for path, data in files[2:]] == listed, "files", "a file is not the one listed")
    demand([path for path, *_ in listed] == sorted({path for path, *_ in listed}), "index", "files are out of order")
    data_of = dict(files)
    role = lambda name: [data_of[each["path"]] for each in index["files"] if each["role"] == name]
    demand(len(role("chain-state")) == 1, "files", "there is no chain state")
    chain = Chain(index, parsed(role("chain-state")[0], "state", "the chain state"))
    events = [event for data in role("record") for event in parsed(data, "events", "an events file")["events"]]
    run, entries, time = run_of(chain, index, events)
    vkey = check_record(chain, run, time)
    check_licenses(chain, run, entries)
    for data in role("log-inclusion"):
        check_log(parsed(data, "log-inclusion", "a log's part"), run)
    heads = [{"number": head["number"], "hash": "0x" + head["hash"].hex()} for head in reversed(chain.heads)]
    return {"signer": signer, "vkey": vkey, "recordedAt": time, "heads": heads, **run, "recordId": str(run["recordId"])}


def altered(base, case):
    changed = bytearray(base)
    for edit in case.get("edits", []):
        data = unhex(edit["hex"])
        changed[edit["at"] : edit["at"] + len(data)] = data
    return bytes(changed[: case.get("length", len(changed))]) + unhex(case.get("append", "0x"))


def check_vectors(path):
    with open(path, encoding="utf-8") as file:
        vectors = json.load(file)
    bases = {}
    for case in vectors["valid"]:
        bases[case["name"]] = archive = zlib.decompress(base64.b64decode(case["archive"]))
        found = verify(archive)
        for name, value in case["facts"].items():
            assert found[name] == value, f"{case['name']}: {name} is {found[name]}, expected {value}"
    for case in vectors["invalid"]:
        if case["code"] not in CODES:
            print(f"left to the SDK: {case['name']} ({case['code']})")
            continue
        try:
            verify(altered(bases[case["of"]], case))
        except Refused as refusal:
            assert refusal.code == case["code"], f"{case['name']}: {refusal}, expected {case['code']}"
        else:
            raise AssertionError(f"{case['name']} was not refused")
    print(f"{len(vectors['valid'])} valid and {len(vectors['invalid'])} invalid cases")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--vectors"]:
        check_vectors(sys.argv[2])
    else:
        with open(sys.argv[1], "rb") as bundle:
            try:
                print(json.dumps(verify(bundle.read()), indent=1))
            except Refused as refusal:
                print(f"It does not hold: {refusal}", file=sys.stderr)
                sys.exit(7)
