"""Reads a file of exports of runs (JSON) as other people's code does, and prints { passed, failures }."""

import copy
import json
import sys

from google.protobuf import json_format
from in_toto_attestation.predicates.provenance.v1 import provenance_pb2
from in_toto_attestation.v1 import statement_pb2
from in_toto_attestation.v1.statement import Statement
from openlineage.client.event_v2 import InputDataset, Job, OutputDataset, Run, RunEvent, RunState
from openlineage.client.facet_v2 import BaseFacet, nominal_time_run
from openlineage.client.serde import Serde


def facets(given):
    """The standard's facets by their classes, others by what every facet must have."""
    made = {}
    for key, facet in given.items():
        known = {"nominalTime": nominal_time_run.NominalTimeRunFacet}.get(key)
        fields = {name: value for name, value in facet.items() if name not in ("_producer", "_schemaURL")}
        if known:
            made[key] = known(producer=facet["_producer"], **fields)
            if made[key]._schemaURL != facet["_schemaURL"]:
                raise ValueError(f"{key} names {facet['_schemaURL']}, expected {made[key]._schemaURL}")
            continue
        if not key.startswith("colophon_") or "#/$defs/" not in facet["_schemaURL"]:
            raise ValueError(f"{key}: a facet of ours has our prefix, and a JSON pointer to its schema")
        made[key] = BaseFacet(producer=facet["_producer"])
    return made


def read_openlineage(event):
    """The event, rebuilt from the classes that OpenLineage generates from its schema. They refuse unknown and missing fields."""
    fields = {name: value for name, value in event.items() if name != "schemaURL"}
    run, job = fields.pop("run"), fields.pop("job")
    dataset = lambda kind, given: kind(**{**given, "facets": facets(given.get("facets", {}))})
    rebuilt = RunEvent(
        **{
            **fields,
            "eventType": RunState(fields["eventType"]),
            "inputs": [dataset(InputDataset, each) for each in fields["inputs"]],
            "outputs": [dataset(OutputDataset, each) for each in fields["outputs"]],
        },
        run=Run(**{**run, "facets": facets(run.get("facets", {}))}),
        job=Job(**job),
    )
    if rebuilt.schemaURL != event["schemaURL"]:
        raise ValueError(f"schemaURL is {event['schemaURL']}, expected {rebuilt.schemaURL}")
    written = Serde.to_dict(rebuilt)
    for name in ("eventTime", "eventType", "producer"):
        if written[name] != event[name]:
            raise ValueError(f"{name} is written as {written[name]}, expected {event[name]}")


def read_slsa(statement):
    """The statement and its predicate by in-toto's and SLSA's protobuf definitions, which refuse unknown fields."""
    parsed = json_format.ParseDict(statement, statement_pb2.Statement())
    Statement.copy_from_pb(parsed).validate()
    if parsed.predicate_type != "https://slsa.dev/provenance/v1":
        raise ValueError(f"predicateType is {parsed.predicate_type}")
    provenance = json_format.ParseDict(statement["predicate"], provenance_pb2.Provenance())
    if not provenance.build_definition.build_type or not provenance.run_details.builder.id:
        raise ValueError("a provenance needs a build type and a builder")


def altered(document, change):
    copied = copy.deepcopy(document)
    change(copied)
    return copied


def rename(path, name):
    def change(document):
        *outer, last = path
        for key in outer:
            document = document[key]
        document[name] = document.pop(last)

    return change


def put(path, value):
    def change(document):
        *outer, last = path
        for key in outer:
            document = document[key]
        document[last] = value

    return change


# What the readers must refuse, so that their silence means something.
WRONG = {
    "openlineage": [
        rename(["run", "runId"], "id"),
        put(["run", "runId"], "one"),
        put(["eventTime"], "yesterday"),
        put(["eventType"], "DONE"),
        put(["color"], "blue"),
        rename(["run", "facets", "colophon_proof", "_schemaURL"], "schema"),
        rename(["inputs", 0, "namespace"], "space"),
    ],
    "slsa": [
        put(["_type"], "https://in-toto.io/Statement/v0"),
        put(["subject"], []),
        put(["color"], "blue"),
        put(["predicate", "runDetails", "color"], "blue"),
        put(["predicate", "runDetails", "metadata", "startedOn"], "yesterday"),
    ],
}
READERS = {"openlineage": read_openlineage, "slsa": read_slsa}


def refusal(read, document):
    try:
        read(document)
    except Exception as error:  # Each library has its own.
        return f"{type(error).__name__}: {error}"
    return None


def main():
    passed, failures = 0, []
    with open(sys.argv[1], encoding="utf-8") as file:
        exported = json.load(file)
    results = []
    for each in exported:
        for format, read in READERS.items():
            results.append((f"{format}: {each['name']}", refusal(read, each[format])))
    for format, read in READERS.items():
        for i, change in enumerate(WRONG[format]):
            why = refusal(read, altered(exported[0][format], change))
            results.append((f"{format}: refuses alteration {i + 1}", None if why else "it was read"))
    for name, why in results:
        if why is None:
            passed += 1
        else:
            failures.append({"name": name, "output": why})
    print(json.dumps({"passed": passed, "failures": failures}))


main()
