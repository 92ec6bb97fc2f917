"""The OpenAPI document as a judge of answers: the part of JSON Schema that it uses, nothing else.

A keyword that is not known here is an error: what cannot be checked may not be promised.
"""

import datetime
import re

TYPES = {'null': (type(None),), 'boolean': (bool,), 'integer': (int,), 'number': (int, float), 'string': (str,),
         'array': (list,), 'object': (dict,)}
KNOWN = {'type', 'enum', 'const', 'properties', 'required', 'additionalProperties', 'items', 'anyOf', 'minimum', 'maximum',
         'minLength', 'maxLength', 'minItems', 'maxItems', 'pattern', 'format', 'description', 'default', '$ref'}
TIME = re.compile(r'\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z')


class Description:
    def __init__(self, document):
        self.document = document

    def resolve(self, node):
        while '$ref' in node:
            reference, node = node['$ref'], self.document
            for part in reference[2:].split('/'):
                node = node[part]
        return node

    def operations(self):
        """(method, path, operation) of every route."""
        for path, item in self.document['paths'].items():
            for method, operation in item.items():
                yield method.upper(), path, operation

    def find(self, method, target):
        """The operation that a request is for; None: it is for none."""
        path = target.split('?')[0]
        found = None
        for candidate, pattern, operation in self.operations():
            regex = re.sub(r'{\w+}', '[^/]+', pattern)
            if candidate == ('GET' if method == 'HEAD' else method) and re.fullmatch(regex, path):
                if found is None or '{' not in pattern:
                    found = operation
        return found

    def response(self, operation, status):
        responses = operation['responses']
        if str(status) not in responses:
            raise AssertionError(f"{operation['operationId']} is not described to answer {status}")
        return self.resolve(responses[str(status)])

    def errors(self, schema, value, where=''):
        """What is wrong with a value, as a list of sentences."""
        schema = self.resolve(schema)
        unknown = set(schema) - KNOWN
        if unknown:
            raise AssertionError(f'{where}: the document uses {unknown}, which no test can check')
        if 'anyOf' in schema:
            tries = [self.errors(option, value, where) for option in schema['anyOf']]
            return [] if any(not errors for errors in tries) else tries[0]
        return (self.check_type(schema, value, where) or self.check_choice(schema, value, where)
                or self.check_text(schema, value, where) or self.check_number(schema, value, where)
                or self.check_array(schema, value, where) or self.check_object(schema, value, where))

    @staticmethod
    def check_type(schema, value, where):
        names = schema.get('type')
        if names is None:
            return []
        names = [names] if isinstance(names, str) else names
        for name in names:
            if isinstance(value, TYPES[name]) and (name == 'boolean') == isinstance(value, bool):
                return []
        return [f'{where}: {value!r} is no {" or ".join(names)}']

    @staticmethod
    def check_choice(schema, value, where):
        if 'enum' in schema and value not in schema['enum']:
            return [f'{where}: {value!r} is none of {schema["enum"]}']
        if 'const' in schema and value != schema['const']:
            return [f'{where}: {value!r} is not {schema["const"]!r}']
        return []

    @staticmethod
    def check_text(schema, value, where):
        if not isinstance(value, str):
            return []
        if schema.get('format') == 'date-time':
            if not TIME.fullmatch(value):
                return [f'{where}: {value!r} is no time in UTC']
            datetime.datetime.fromisoformat(value.replace('Z', '+00:00'))
        if 'pattern' in schema and not re.search(schema['pattern'], value):
            return [f'{where}: {value!r} does not fit {schema["pattern"]}']
        return []

    @staticmethod
    def check_number(schema, value, where):
        if isinstance(value, (int, float)) and value < schema.get('minimum', value):
            return [f'{where}: {value} is less than {schema["minimum"]}']
        return []

    def check_array(self, schema, value, where):
        if not isinstance(value, list) or 'items' not in schema:
            return []
        return [error for index, item in enumerate(value)
                for error in self.errors(schema['items'], item, f'{where}/{index}')]

    def check_object(self, schema, value, where):
        if not isinstance(value, dict):
            return []
        properties = schema.get('properties', {})
        wrong = [f'{where}: {name} is missing' for name in schema.get('required', []) if name not in value]
        if schema.get('additionalProperties') is False:
            wrong += [f'{where}: {name} is not described' for name in value if name not in properties]
        for name, inner in properties.items():
            if name in value:
                wrong += self.errors(inner, value[name], f'{where}/{name}')
        return wrong
