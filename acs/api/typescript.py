"""The schemas of the API as TypeScript, for the console: what it reads and sends is checked against openapi.yaml."""
import json
import re

PLAIN = {"null": "null", "boolean": "boolean", "integer": "number", "number": "number", "string": "string"}


def key(name):
    return name if re.fullmatch(r"[A-Za-z_]\w*", name) else json.dumps(name)


def members(schema, depth):
    pad = "  " * (depth + 1)
    required = set(schema.get("required", []))
    return "".join(f"{pad}{key(name)}{'' if name in required else '?'}: {type_of(inner, depth + 1)};\n"
                   for name, inner in schema["properties"].items())


def object_of(schema, depth):
    if "properties" not in schema:
        return "Record<string, unknown>"
    return "{\n" + members(schema, depth) + "  " * depth + "}"


def of_kind(kind, schema, depth):
    if kind == "object":
        return object_of(schema, depth)
    if kind == "array":
        return f"Array<{type_of(schema.get('items', {}), depth)}>"
    return PLAIN[kind]


def type_of(schema, depth=0):
    """The type that a schema stands for; without a type it may be anything."""
    if "$ref" in schema:
        return schema["$ref"].rsplit("/", 1)[1]
    if "const" in schema:
        return json.dumps(schema["const"])
    if "anyOf" in schema:
        return " | ".join(type_of(choice, depth) for choice in schema["anyOf"])
    if "enum" in schema:
        return " | ".join(json.dumps(choice) for choice in schema["enum"])
    kinds = schema.get("type")
    if kinds is None:
        return "unknown"
    kinds = [kinds] if isinstance(kinds, str) else kinds
    return " | ".join(of_kind(kind, schema, depth) for kind in kinds)


def declaration(name, schema):
    return f"export type {name} = {type_of(schema)};\n"


def answer_of(operation):
    """What a call of it comes back with if it goes well."""
    types = [type_of(media["schema"], 1) for status, answer in operation["responses"].items() if status.startswith("2")
             for kind, media in answer.get("content", {}).items() if kind == "application/json"]
    return " | ".join(dict.fromkeys(types)) or "void"


def declarations(document, rows):
    schemas = "\n".join(declaration(name, schema) for name, schema in document["components"]["schemas"].items())
    answers = "".join(f"  {operation['operationId']}: {answer_of(operation)};\n" for _, _, operation in rows)
    return ("/* Made by acs/api/generate.py from openapi.yaml. */\n" + schemas +
            "\n/* What each operation answers when it goes well. */\nexport interface Answers {\n" + answers + "}\n")
