# fmt: off
"""Verifies a record of Rogatory with Python's standard library and the program `openssl`, and nothing of ours.

    python3 verify_standalone.py PATH --anchors THEIRS.json [OURS.json ...] [--json]
PATH: a ledger.jsonl, a folder with one, or a package (.asice; if encrypted, first `age -d`). Anchors: the authority's
own file, got on another road than PATH, and those of other states, whose cosignatures then count. Exit 0: intact,
signed, trusted, complete; else 7. Not looked at: signatures in PDFs, which role may do what, delegators' words."""
import base64, functools, json, re, subprocess, sys, tempfile, zipfile
from hashlib import sha256; from pathlib import Path; from urllib.parse import unquote, urlsplit
NO: dict = {}  # answer: the faults that deny it
ED25519 = bytes.fromhex("302a300506032b6570032100")  # what comes before the key in DER (RFC 8410)
HALF = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551 // 2  # of the order of P-256 (SEC 2)
RECORD = ("ledger.jsonl", "head.json", "checkpoint.txt", "proofs.json")
SEAL = {"mimetype", "META-INF/ASiCManifest.xml", "META-INF/signature.p7s"}
need = lambda yes, answer, words: yes or NO.setdefault(answer, []).append(words)
sha, b64 = (lambda raw: sha256(raw).hexdigest()), (lambda raw: base64.b64encode(raw).decode())
keyid = lambda pem: sha(base64.b64decode("".join(pem.split("-----")[2].split())))
def unb64(text):
    if b64(raw := base64.b64decode(text, validate=True)) == text: return raw
    raise ValueError("base64 is not in its one form")
def parse(raw):  # only canonical JSON; a key given twice does not come back
    said = json.dumps(value := json.loads(raw), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    if raw == said.encode(): return value
    raise ValueError("JSON is not in its one form")
def envelope(text, kind):  # DSSE: the payload, {key id: signature}, the signed bytes
    box, kind = parse(text.encode()) if isinstance(text, str) else text, f"application/vnd.{kind}+json"
    body, ids = unb64(box["payload"]), [one["keyid"] for one in box["signatures"]]
    if {*box} != {"payload", "payloadType", "signatures"} or (box["payloadType"], ids or 0) != (kind, sorted({*ids})):
        raise ValueError("the envelope has another form")
    signed = b"DSSEv1 %d %s %d %s" % (len(kind), kind.encode(), len(body), body)
    return parse(body), {one["keyid"]: value(**one) for one in box["signatures"]}, signed
def value(keyid, sig, webauthn=None):  # what signed it; of a passkey, with the authenticator's and the client's data
    return (unb64(sig), *(unb64(webauthn[name]) for name in sorted(webauthn))) if webauthn else unb64(sig)
def openssl(*words, **files):  # {name} in the words is the place of a file with that content
    with tempfile.TemporaryDirectory() as folder:
        places = {name: str(Path(folder, name)) for name in [*files, "out"]}
        for name, content in files.items(): Path(places[name]).write_bytes(content)
        done = subprocess.run(["openssl", *(word.format(**places) for word in words)], capture_output=True, check=False)
        return done.returncode == 0, Path(places["out"]).read_bytes() if Path(places["out"]).exists() else done.stdout
@functools.lru_cache(None)
def ecdsa(pem, signature, message):  # P-256 with SHA-256, the lower s
    s = int.from_bytes(signature[signature[3] + 6:], "big") if len(signature) > 8 else 0
    return 0 < s <= HALF and "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE" in pem and openssl("dgst", "-sha256", "-verify",
        "{key}", "-signature", "{sig}", "{msg}", key=pem.encode(), sig=signature, msg=message)[0]
def signed_by(official, by, message):  # by that key and no other, or by their passkey (WebAuthn, 7.2)
    how, key, fit = next(iter(by.values())), official, True
    if isinstance(how, tuple):
        (how, data, client), key = how, official.get("passkey") or {"keyid": "", "relying_party": ""}
        told, host = json.loads(client), key["relying_party"]
        at, asked = urlsplit(told["origin"]), b64(bytes.fromhex(sha(message))).translate({43: 45, 47: 95})[:43]
        fit = (told["type"], told["challenge"], at.hostname, data[:32].hex(), data[32] & 69, len(data[:38])) \
            == ("webauthn.get", asked, host, sha(host.encode()), 5, 37 + (data[32] > 127)) and "topOrigin" not in told \
            and at.scheme == "https"[:5 - (host == "localhost")] and told.get("crossOrigin", False) is False
        message = data + sha256(client).digest()
    return fit and [*by] == [key["keyid"]] == [keyid(key["public_key"])] and ecdsa(key["public_key"], how, message)
def ids(stand): return [key["keyid"] for one in stand.values() for key in (one, one.get("passkey")) if key]
def service(stand, by, said): return any(o["roles"] == ["system"] and signed_by(o, by, said) for o in stand.values())
def directory(changes, anchors):  # the officials after each of its lines, each signed by `threshold` registrars
    stands, heads, keys = [{}], ["0" * 64], anchors["registrars"]
    for entry, signatures, message, line in changes:
        name, stand, facts = f"directory line {entry['seq']}", dict(stands[-1]), entry["facts"]
        told, by, said = (act := envelope(entry["act"], "in-toto"))[0]["predicate"], *act[1:]
        same = (told["act"], told["facts"], f"directory/{told['command']}") == (entry["event"], facts, entry["id"])
        need(same, "trusted", f"{name}: the registrars signed something else")
        good = [key for key in by if key in keys and keyid(keys[key]) == key and ecdsa(keys[key], by[key], said)]
        need(len(good) == len(by) >= max(1, anchors["threshold"]), "trusted", f"{name}: too few registrars signed it")
        if entry["event"] in ("official-revoked", "ended"):
            need(stand.pop(facts.get("official", facts.get("ends")), None), "trusted", f"{name} ends nothing")
        elif entry["event"] == "key-suspected":
            need(not {*facts["keys"]} & {*ids(stand)}, "trusted", f"{name}: a key in use")
        elif "official" not in facts: stand[entry["id"]] = {"roles": (), "keyid": "", **facts}  # lent, or absent
        else: stand[facts["official"]["official"]] = facts["official"]
        stands, heads = [*stands, stand], [*heads, sha(line)]
        need(any(service(one, signatures, message) for one in stands[-2:]), "signed", f"{name}: not by a service key")
    return stands, heads
def chained(chain):
    before, last, ids = "0" * 64, ("", 0), set()
    for place, (entry, _, _, line) in enumerate(chain):
        name, now = f"{entry['chain']} {entry['seq']}", (entry["at"][:-1], entry.get("directory", {"size": 0})["size"])
        fresh = (entry["id"], entry["act"] is None) not in ids and now[0] >= last[0] and now[1] >= last[1]
        need(fresh and (entry["seq"], entry["prev"]) == (place, before), "intact", f"{name} is not where it should be")
        before, last, _ = sha(line), now, ids.add((entry["id"], entry["act"] is None))
    return chain
def lent(one, persons, stand, entry):  # whether it is a delegation, in force there, of the role acted in
    facts, case, day = entry["facts"], entry["chain"], entry["at"][:10]
    return (one.get("from"), one.get("to")) == (facts["on_behalf_of"], facts["by"]) and facts["role"] in one["roles"] \
        and one["persons"] == [*persons][::-1] and case in (one["cases"] or [case]) and day <= (one["until"] or day) \
        and (not one["deputy"] or one["from"] in [each.get("absent") for each in stand.values()])
def acted(name, entry, stand):
    (act, by, said), facts = envelope(entry["act"], "in-toto"), entry["facts"]
    told, official = act["predicate"], stand.get(facts.get("by"))
    clear = told["facts"] | {field: told[field] for field in ("task", "by", "role")}
    same = all(facts.get(field) == value for field, value in clear.items()) and told["case"] == entry["chain"]
    need(same and entry["id"] == f"{told['task']}/{told['command']}", "signed", f"{name} does not say what was signed")
    if need(official, "trusted", f"{name}: the directory does not know who acted"):
        giver = stand.get(facts.get("on_behalf_of", facts["by"]), {"roles": ()})
        persons = (official["person"], None if giver is official else giver.get("person"))
        mine = signed_by(official, by, said) and (facts.get("person"), facts.get("principal")) == persons
        need(mine, "signed", f"{name} is not signed by {official['official']}, or tells of another person")
        may = giver is official or any(lent(one, persons, stand, entry) for one in stand.values())
        need(may and told["role"] in giver["roles"], "trusted", f"{name}: the directory does not grant that role")
def suspect(case, changes):  # what a key signed after it came to be suspect, if nobody vouched for it since
    acts, bad = [(one, one["act"]["signatures"][0]["keyid"], sha(line)) for one, *_, line in case if one["act"]], {}
    for said in [one["facts"] for one, *_ in changes if one["event"] == "key-suspected"]:
        first = next((place for place, act in enumerate(acts) if act[2] in said["lines"]), len(acts))
        bad |= {line: one for one, key, line in acts[first:] if key in said["keys"]}
    for one, _, line in reversed(acts):
        about = bad.get(one["facts"]["line"]) if one["event"] == "re-attest" and line not in bad else None
        if about and about["facts"]["person"] != one["facts"]["person"]: del bad[one["facts"]["line"]]
    need(not bad, "trusted", f"suspect keys signed the lines {sorted(one['seq'] for one in bad.values())}")
def ledger(text, head, note, proofs, anchors, witnesses, package=False):  # returns the service's key ids, the case
    parsed = [(*envelope(one, "rogatory.entry"), one.encode()) for one in text.removesuffix("\n").split("\n")]
    changes, case = ([one for one in parsed if (one[0]["chain"] == "directory") == yes] for yes in (True, False))
    need(len({one[0]["chain"] for one in case}) <= 1, "intact", "lines of several cases")
    (stands, heads), stood = directory(chained(changes), anchors), lambda at: heads[at["size"]:][:1] == [at["head"]]
    for entry, signatures, message, _ in chained(case):
        name, mark = f"{entry['chain']} line {entry['seq']} ({entry['event']})", entry["directory"]
        if need(stood(mark), "intact", f"{name} rests on another directory"):
            need(service(stands[mark["size"]], signatures, message), "signed", f"{name}: not by a service key")
            if entry["act"] is not None: acted(name, entry, stands[mark["size"]])
    suspect(case, changes)
    if need(head, "complete", "completeness not proven: no signed head"):
        said, signatures, message = envelope(head.strip("\n"), "rogatory.head")
        of, mark, (end, _, _, line) = case or changes, said["directory"], (case or changes)[-1]
        need((said["chain"], said["size"], said["head"]) == (end["chain"], len(of), sha(line)), "complete",
             "the signed head is of other lines")
        need(stood(mark) and service(stands[mark["size"]], signatures, message), "complete", "no head by the service")
        tree = [str(said["tree"]["size"]), b64(bytes.fromhex(said["tree"]["root"]))] if "tree" in said else []
        need(not note or note.split("\n")[1:3] == tree, "complete", "head and checkpoint are of two moments")
    need(package or any(one[0]["event"] == "request-closed" for one in case), "complete", "the case is open")
    if need(note, "cosigned", "completeness not proven: no checkpoint"):
        placed([one[3] for one in parsed], note, parse(proofs.strip("\n").encode()), anchors, witnesses)
    return [one["keyid"] for one in stands[-1].values() if one["roles"] == ["system"]], (case or changes)[0][0]["chain"]
def noted(note, vkey, kind):  # the one signature of that key on a note (C2SP signed-note, cosignature/v1)
    name, _, raw = (vkey or "-+-+AA==").split("+", 2)
    key, body = unb64(raw), (note.split("\n\n")[0] + "\n").encode()
    mine = sha256(f"{name}\n".encode() + key).digest()[:4]
    lines = [unb64(text) for one, text in re.findall(r"(?m)^\u2014 (\S+) (\S+)$", note) if one == name]
    found = [one[4:] for one in lines if one[:4] == mine and key[0] == kind]
    if len(found) != 1 or (kind == 1 and not note.startswith(name + "\n")): return None
    time = b"cosignature/v1\ntime %d\n" % int.from_bytes(found[0][:8], "big") if kind == 4 else b""
    return openssl("pkeyutl", "-verify", "-pubin", "-keyform", "DER", "-inkey", "{key}", "-rawin", "-in", "{msg}",
        "-sigfile", "{sig}", key=ED25519 + key[1:], msg=time + body, sig=found[0][-64:])[0]
def climb(place, last, found, path):  # RFC 9162, 2.1.3.2: the root that an inclusion path leads to
    for by in map(unb64, path):
        found = sha256(b"\1" + (by + found if (right := place & 1 or place == last) else found + by)).digest()
        while right and place and not place & 1: place, last = place >> 1, last >> 1
        place, last = place >> 1, last >> 1
    return found if last == 0 else None
def placed(lines, note, proofs, anchors, witnesses):  # an older cosigned head (`earlier`) is not looked at
    size, root, leaves = int(note.split("\n")[1]), unb64(note.split("\n")[2]), proofs["leaves"]
    need(noted(note, anchors.get("log_key"), 1), "signed", "the checkpoint is not signed by the log key")
    order = [one["index"] for one in leaves]
    need(len(lines) == len(order) and order == sorted(set(order)), "intact", "not one proof for each line, in order")
    for line, leaf in zip(lines, leaves):
        found = climb(leaf["index"], size - 1, sha256(b"\0" + line).digest(), leaf["path"])
        need(leaf["index"] < size and found == root, "intact", "a line does not stand in the tree of the checkpoint")
    told = [noted(note, one.get("witness_key"), 4) for one in witnesses]
    need(False not in told, "intact", "a cosignature is not by the witness it names")
    need(True in told, "cosigned", "completeness not proven: nobody known here cosigned this head")
def seal_of(files, anchors):  # the public key of the CAdES seal over the ASiC manifest
    sealed = lambda *trust: openssl("cms", "-verify", "-binary", "-inform", "DER", "-in", "{sig}", "-content", "{xml}",
        "-purpose", "any", "-no_check_time", "-signer", "{out}", *trust, sig=files["META-INF/signature.p7s"],
        xml=files["META-INF/ASiCManifest.xml"], root="".join(anchors["root_certificates"]).encode())
    intact, pem = sealed("-noverify")
    need(intact, "intact", "the seal is not over this manifest")
    need(sealed("-cades", "-CAfile", "{root}")[0], "trusted", "the seal does not lead to a root of the sender")
    return openssl("x509", "-in", "{pem}", "-noout", "-pubkey", pem=pem)[1].decode()
def package(path, everyone):
    archive, raw = zipfile.ZipFile(path), path.read_bytes()
    files = {name: archive.read(name) for name in archive.namelist()}
    need(len(files) == len(archive.namelist()) and raw[:4] + raw[-22:-18] == b"PK\3\4PK\5\6", "intact", "hidden bytes")
    message, by, said = envelope(files["data/message.json"].decode(), "rogatory.message")
    anchors = next((one for one in everyone if one["state"] == message["from"]), everyone[0])
    key, xml = seal_of(files, anchors), files["META-INF/ASiCManifest.xml"].decode()
    need(list(by) == [keyid(key)] and ecdsa(key, by[keyid(key)], said), "signed", "message and seal are of two keys")
    listed = re.findall(r'URI="([^"]+)"><ds:DigestMethod[^>]*/><ds:DigestValue>([^<]+)<', xml)
    there = {name: sha(raw) for name, raw in files.items() if name not in SEAL}
    need({unquote(uri): unb64(raw).hex() for uri, raw in listed} == there, "intact", "not the files that were sealed")
    for one in [*message["documents"], *message["items"]]:
        need(there.get(one["path"]) == one["sha256"], "complete", f"{one['path']} is not as the message says")
    record = [files.get(f"data/custody/{name}", b"").decode() for name in RECORD]
    if need(record[0], "cosigned", "there is no record"):
        keys, of = ledger(*record, anchors, [one for one in everyone if one is not anchors], package=True)
        need(keyid(key) in keys, "trusted", "the seal is not the recording service's")
        need(of == message["reference"], "complete", "the record is of another case")
def verify(path, everyone):
    NO.clear()
    try:
        if path.is_file() and zipfile.is_zipfile(path): return package(path, everyone)
        files = map((path if path.is_dir() else path.parent).joinpath, RECORD)
        record = [file.read_text() if file.is_file() else "" for file in files]
        ledger(path.read_text() if path.is_file() else record[0], *record[1:], everyone[0], everyone[1:])
    except Exception as fault: need(False, "intact", f"it cannot be read as a record: {fault!r}")
if __name__ == "__main__":
    files = [word for word in sys.argv[1:] if not word.startswith("--")]
    verify(Path(files[0]), [json.loads(Path(name).read_bytes()) for name in files[1:]])
    bad, said = {*NO} - {"cosigned"}, {one: one not in NO for one in "intact signed trusted complete cosigned".split()}
    sys.exit(print(json.dumps({"ok": not bad, **said, "faults": NO}) if "--json" in sys.argv else "\n".join(
        [f"{answer:<9} {'yes' if yes else 'NO   ' + NO[answer][0]}" for answer, yes in said.items()])) or 7 * bool(bad))
