#!/usr/bin/env python3
"""generate.py openapi.yaml OUT-DIRECTORY: what is made from the description of the REST API.

routes.h        a prototype for the handler of every operation: api_<operationId>
routes.c        the route table, the tables of the validator, and the document itself as JSON
operations.def  OPERATION(ID, name, method, path, idempotent, summary), for acsctl
api.d.ts        the schemas and operations as types, for the console (typescript.py)

Whatever the validator could not enforce, and a route that does not say who may use it, ends the build.
"""
import json
import os
import re
import sys

import yaml

import typescript

METHODS = ("get", "post", "put", "patch", "delete")
KINDS = {"null": ["JSON_NULL"], "boolean": ["JSON_BOOL"], "integer": ["JSON_INT"], "number": ["JSON_INT", "JSON_REAL"],
         "string": ["JSON_STRING"], "array": ["JSON_ARRAY"], "object": ["JSON_OBJECT"]}
FORMATS = {None: "SCHEMA_ANY_TEXT", "date-time": "SCHEMA_DATE_TIME", "duration": "SCHEMA_DURATION"}
ENFORCED = {"type", "format", "pattern", "enum", "minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems",
            "items", "properties", "required", "additionalProperties"}
SAID_ONLY = {"description", "title", "default", "examples"}
SECRECY = {"writeOnly", "x-secret"}
# Members of a body that are named so hold a secret, or say `x-secret: none`.
SECRET_NAMES = re.compile(r"password|passphrase|secret|token|^(key|code|pin|old|new)$")


class Bad(Exception):
    """The description cannot be turned into tables."""


def c_string(text):
    if text is None:
        return "NULL"
    out = []
    for byte in text.encode():
        char = chr(byte)
        if char in '"\\':
            out.append("\\" + char)
        elif 32 <= byte < 127 and char != "?":  # "?" could begin a trigraph
            out.append(char)
        else:
            out.append("\\%03o" % byte)
    return '"' + "".join(out) + '"'


def resolve(document, node):
    while isinstance(node, dict) and "$ref" in node:
        reference = node["$ref"]
        if not reference.startswith("#/"):
            raise Bad(f"{reference}: only references within the document")
        node = document
        for part in reference[2:].split("/"):
            node = node[part]
    return node


class Schemas:
    """Turns schemas into C tables; equal schemas are written once."""

    def __init__(self, document):
        self.document = document
        self.lines = []
        self.names = {}

    def name_of(self, schema, where):
        schema = resolve(self.document, schema)
        key = json.dumps(schema, sort_keys=True)
        if key not in self.names:
            row = self.row(schema, where)
            self.names[key] = f"schema_{len(self.names)}"
            self.lines.append(f"static const struct schema {self.names[key]} = {{\n    {row}}};\n")
        return self.names[key]

    def row(self, schema, where):
        unknown = set(schema) - ENFORCED - SAID_ONLY - SECRECY
        if unknown:
            raise Bad(f"{where}: the validator does not know {', '.join(sorted(unknown))}")
        if schema.get("format") not in FORMATS:
            raise Bad(f"{where}: the validator does not know the format {schema['format']}")
        if not isinstance(schema.get("additionalProperties", True), bool):
            raise Bad(f"{where}: additionalProperties can only be true or false")
        types = schema.get("type", list(KINDS))
        kinds = sorted({kind for name in ([types] if isinstance(types, str) else types) for kind in KINDS[name]})
        fields = [
            ".types = " + " | ".join(f"1u << {kind}" for kind in kinds),
            f".format = {FORMATS[schema.get('format')]}",
            f".pattern = {c_string(self.pattern(schema, where))}",
            f".choices = {self.choices(schema)}",
            f".minimum = {schema.get('minimum', 'INT64_MIN')}",
            f".maximum = {schema.get('maximum', 'INT64_MAX')}",
            f".min_length = {schema.get('minLength', 0)}",
            f".max_length = {schema.get('maxLength', 'UINT32_MAX')}",
            f".min_items = {schema.get('minItems', 0)}",
            f".max_items = {schema.get('maxItems', 'UINT32_MAX')}",
            f".items = {'&' + self.name_of(schema['items'], where + '/items') if 'items' in schema else 'NULL'}",
            *self.members(schema, where),
            f".secrecy = {secrecy_of(schema, where)}",
        ]
        return ",\n    ".join(fields)

    @staticmethod
    def pattern(schema, where):
        pattern = schema.get("pattern")
        if pattern is not None and re.search(r"\\|\(\?|[*+?}]\?", pattern):
            raise Bad(f"{where}: {pattern} is no POSIX extended regular expression")
        return pattern

    def choices(self, schema):
        if "enum" not in schema:
            return "NULL"
        if not all(isinstance(choice, str) for choice in schema["enum"]):
            raise Bad("an enum can only hold strings")
        name = f"choices_{len(self.lines)}"
        values = ", ".join(c_string(choice) for choice in schema["enum"])
        self.lines.append(f"static const char *const {name}[] = {{{values}, NULL}};\n")
        return name

    def members(self, schema, where):
        properties, required = schema.get("properties", {}), schema.get("required", [])
        if set(required) - set(properties):
            raise Bad(f"{where}: requires what it does not describe")
        for name, inner in properties.items():
            if SECRET_NAMES.search(name) and not SECRECY & set(resolve(self.document, inner)):
                raise Bad(f"{where}/{name}: sounds like a secret: say writeOnly, or `x-secret: none`")
        rows = [f"    {{{c_string(name)}, &{self.name_of(inner, where + '/' + name)}, {c_bool(name in required)}}},\n"
                for name, inner in properties.items()]
        closed = f".closed = {c_bool(schema.get('additionalProperties') is False)}"
        if not rows:
            return [".members = NULL", ".member_count = 0", closed]
        table = f"members_{len(self.lines)}"
        self.lines.append(f"static const struct schema_member {table}[] = {{\n{''.join(rows)}}};\n")
        return [f".members = {table}", f".member_count = {len(rows)}", closed]


def secrecy_of(schema, where):
    """Whether what is given here may be kept (redact.h)."""
    if schema.get("writeOnly", False):
        return "SCHEMA_SECRET"
    word = schema.get("x-secret", "none")
    if word not in ("none", "kind", "personal"):
        raise Bad(f"{where}: x-secret is `none`, `kind` or `personal`; a secret is writeOnly")
    if word == "personal":
        return "SCHEMA_SECRET"
    return "SCHEMA_SECRET_BY_KIND" if word == "kind" else "SCHEMA_OPEN"


def c_bool(value):
    return "true" if value else "false"


def operations(document):
    """(path, method, operation) in the order in which the router tries them: literal segments before captures."""
    found = []
    for path, item in document["paths"].items():
        if set(item) - set(METHODS):
            raise Bad(f"{path}: unknown method {', '.join(set(item) - set(METHODS))}")
        found += [(path, method, operation) for method, operation in item.items()]
    return sorted(found, key=lambda row: [part.startswith("{") for part in row[0].split("/")])


def capability_of(path, method, operation):
    capability = operation.get("x-capability")
    if not isinstance(capability, str):
        raise Bad(f"{method.upper()} {path}: x-capability is missing; nobody knows who may use it")
    if (capability == "public") != (operation.get("security") == []):
        raise Bad(f"{method.upper()} {path}: x-capability and security contradict each other")
    return "CAPABILITY_" + capability.upper().replace(".", "_")


def audit_of(path, method, operation):
    """`change` for what is no GET, else what is said: `view`, or `none` with a reason."""
    said = operation.get("x-audit")
    where = f"{method.upper()} {path}"
    if said is None:
        if method == "get" and operation["x-capability"] != "public":
            raise Bad(f"{where}: x-audit is missing: does it show something of a home or a person? `view`, or {{none: why not}}")
        said = "change" if method != "get" else "no"
    elif isinstance(said, dict) and list(said) == ["none"] and isinstance(said["none"], str) and len(said["none"]) > 9:
        said = "no"
    elif said != "view":
        raise Bad(f"{where}: x-audit is `view`, or {{none: why not}}")
    if said == "no" and re.search(r"{(device|subscriber|case)}", path):
        raise Bad(f"{where}: it is about a home or a person: x-audit cannot be none")
    return "ROUTE_AUDIT_" + said.upper()


# The media type of a body that is too large for memory -> where it goes (upload.h).
UPLOADS = {"application/octet-stream": "&upload_file", "application/partial-upload": "&upload_piece", "text/csv": "&upload_lines"}


def upload_of(operation):
    """Where a body of any size goes as it comes; "NULL": it is JSON, and kept in memory."""
    content = operation.get("requestBody", {}).get("content", {})
    return next((way for kind, way in UPLOADS.items() if kind in content), "NULL")


def body_of(operation):
    body = operation.get("requestBody")
    if body is None or upload_of(operation) != "NULL":
        return None, False
    return body["content"]["application/json"]["schema"], body.get("required", False)


def query_rows(document, schemas, operation, where):
    rows = []
    for parameter in operation.get("parameters", []):
        parameter = resolve(document, parameter)
        if parameter["in"] != "query":
            continue
        schema = resolve(document, parameter["schema"])
        if schema["type"] == "array" and parameter.get("explode") is not False:
            raise Bad(f"{where}: {parameter['name']}: a list is joined by commas, so explode: false")
        default = schema.get("default")
        text = json.dumps(default) if isinstance(default, (bool, int)) else default
        rows.append(f"    {{{c_string(parameter['name'])}, &{schemas.name_of(schema, where)}, "
                    f"{c_bool(parameter.get('required', False))}, {c_string(text)}}},\n")
    return rows


def name_members(document):
    """x-members-of becomes an enum of the members of that schema."""
    for _, _, operation in operations(document):
        for parameter in operation.get("parameters", []):
            items = parameter.get("schema", {}).get("items", {})
            if "x-members-of" in items:
                items["enum"] = list(document["components"]["schemas"][items.pop("x-members-of")]["properties"])


def check_captures(document, path, operation):
    named = [resolve(document, parameter) for parameter in operation.get("parameters", [])]
    named = [parameter["name"] for parameter in named if parameter["in"] == "path"]
    if named != re.findall(r"{(\w+)}", path):
        raise Bad(f"{path}: the path's parameters are not described, or in another order")


def route(document, schemas, row):
    path, method, operation = row
    where = f"{method.upper()} {path}"
    check_captures(document, path, operation)
    body, body_required = body_of(operation)
    rules = query_rows(document, schemas, operation, where)
    name = operation["operationId"]
    if rules:
        schemas.lines.append(f"static const struct query_rule {name}_query[] = {{\n{''.join(rules)}}};\n")
    fields = [
        f".method = {c_string(method.upper())}",
        f".path = {c_string(path)}",
        f".operation = {c_string(name)}",
        f".capability = {capability_of(path, method, operation)}",
        f".handle = api_{name}",
        f".body = {'&' + schemas.name_of(body, where) if body else 'NULL'}",
        f".body_required = {c_bool(body_required)}",
        f".query = {name + '_query' if rules else 'NULL'}",
        f".query_count = {len(rules)}",
        f".idempotent = {c_bool(operation.get('x-idempotent', False))}",
        f".moves = {c_bool(operation.get('x-moves', False))}",
        f".slow = {c_bool(operation.get('x-slow', False))}",
        f".alone = {c_bool(operation.get('x-alone', False))}",
        f".upload = {upload_of(operation)}",
        f".audit = {audit_of(path, method, operation)}",
    ]
    return "    {" + ",\n     ".join(fields) + "},\n"


def document_lines(document):
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    return len(text.encode()), "".join("    " + c_string(text[at:at + 90]) + "\n" for at in range(0, len(text), 90))


def write(directory, name, text):
    with open(os.path.join(directory, name), "w", encoding="utf-8") as file:
        file.write(text)


def main(source, directory):
    with open(source, encoding="utf-8") as file:
        make(yaml.safe_load(file), directory)


def make(document, directory):
    document.pop("x-errors", None)
    name_members(document)
    rows = operations(document)
    schemas = Schemas(document)
    table = "".join(route(document, schemas, row) for row in rows)
    length, lines = document_lines(document)
    made = "/* Made by acs/api/generate.py from openapi.yaml. */\n"
    write(directory, "routes.h", made + '#pragma once\n\n#include "acs/api/call.h"\n\n' + "".join(
        f"enum err api_{operation['operationId']}(struct call *call);\n" for _, _, operation in rows))
    write(directory, "routes.c", made + '#include "acs/api/routes.h"\n#include "acs/api/upload.h"\n\n' + "\n".join(schemas.lines) +
          f"\nconst struct route api_routes[] = {{\n{table}}};\n\nconst size_t api_route_count = {len(rows)};\n\n"
          f"const char api_document[] =\n{lines};\n\nconst size_t api_document_len = {length};\n")
    write(directory, "operations.def", made + "".join(
        f"OPERATION({operation['operationId'].upper()}, {c_string(operation['operationId'])}, "
        f"{c_string(method.upper())}, {c_string(path)}, {c_bool(operation.get('x-idempotent', False))}, "
        f"{c_string(operation['summary'])})\n" for path, method, operation in rows))
    write(directory, "api.d.ts", typescript.declarations(document, rows))


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except Bad as bad:
        sys.exit(f"{sys.argv[1]}: {bad}")
