#!/usr/bin/env python3
"""A description that could not be enforced, or a route that nobody guards, ends the build."""

import copy
import os
import sys
import tempfile
import unittest

SOURCE = os.environ['FAROL_API_SOURCE']
sys.path.insert(0, SOURCE)
import generate  # noqa: E402  (found by the line above)
import typescript  # noqa: E402
import yaml  # noqa: E402


class Generate(unittest.TestCase):
    def setUp(self):
        with open(os.path.join(SOURCE, 'openapi.yaml'), encoding='utf-8') as file:
            self.document = yaml.safe_load(file)

    def make(self, document):
        """The route table made of the document."""
        with tempfile.TemporaryDirectory() as directory:
            generate.make(copy.deepcopy(document), directory)
            with open(os.path.join(directory, 'routes.c'), encoding='utf-8') as file:
                return file.read()

    def refused(self, change, words):
        document = copy.deepcopy(self.document)
        change(document)
        with self.assertRaisesRegex(generate.Bad, words):
            self.make(document)

    def test_the_real_one_is_accepted(self):
        table = self.make(self.document)
        self.assertIn('.handle = api_action_create', table)
        self.assertIn('.capability = CAPABILITY_ACTIONS_RUN', table)

    def test_a_route_without_a_capability(self):
        self.refused(lambda d: d['paths']['/api/v1/me']['get'].pop('x-capability'), 'x-capability is missing')

    def test_a_public_route_that_is_not_marked_so(self):
        self.refused(lambda d: d['paths']['/api/v1/me']['get'].update({'x-capability': 'public'}), 'contradict')

    def test_a_keyword_the_validator_does_not_know(self):
        self.refused(lambda d: d['components']['schemas']['ActionRequest'].update({'minProperties': 1}),
                     'does not know minProperties')

    def test_a_format_the_validator_does_not_know(self):
        reason = self.document['components']['schemas']['ActionRequest']['properties']['reason']
        self.refused(lambda d: d['components']['schemas']['ActionRequest']['properties'].update(
            {'reason': dict(reason, format='email')}), 'does not know the format')

    def test_a_pattern_that_is_none_in_c(self):
        self.refused(lambda d: d['components']['schemas']['ActionRequest']['properties']['reason'].update(
            {'pattern': r'^\d+$'}), 'POSIX')

    def test_a_required_member_that_is_not_described(self):
        self.refused(lambda d: d['components']['schemas']['ActionRequest'].update({'required': ['tpye']}),
                     'does not describe')

    def test_a_path_whose_parameter_is_not_described(self):
        self.refused(lambda d: d['paths']['/api/v1/devices/{device}']['get'].pop('parameters'), 'not described')

    def test_a_list_in_a_query_that_is_exploded(self):
        def change(document):
            for parameter in document['paths']['/api/v1/devices']['get']['parameters']:
                if parameter.get('name') == 'fields':
                    del parameter['explode']
        self.refused(change, 'explode')

    def test_a_look_that_does_not_say_whether_it_is_audited(self):
        self.refused(lambda d: d['paths']['/api/v1/devices/{device}']['get'].pop('x-audit'), 'x-audit is missing')

    def test_no_audit_without_a_reason_and_none_below_a_home(self):
        me, device = '/api/v1/me', '/api/v1/devices/{device}'
        for said in ('none', {'none': ''}, {'none': True}, {'no': 'because it is so'}, 'change'):
            self.refused(lambda d, said=said: d['paths'][me]['get'].update({'x-audit': said}), 'x-audit is `view`')
        self.refused(lambda d: d['paths'][device]['get'].update({'x-audit': {'none': 'because it is so'}}), 'cannot be none')
        self.refused(lambda d: d['paths'][device]['patch'].update({'x-audit': {'none': 'because it is so'}}), 'cannot be none')

    def test_what_is_no_get_is_a_change(self):
        table = self.make(self.document)
        for operation, audit in (('action_create', 'CHANGE'), ('device_show', 'VIEW'), ('me_show', 'NO'), ('health_show', 'NO')):
            row = table[table.index(f'.operation = "{operation}"'):]
            self.assertIn(f'.audit = ROUTE_AUDIT_{audit}', row[:row.index('}')])

    def test_a_member_that_sounds_like_a_secret_and_says_nothing(self):
        def change(document, name, said):
            document['components']['schemas']['CancelRequest']['properties'][name] = {'type': 'string', **said}
        for name in ('wifi_password', 'code', 'api_token', 'client_secret', 'new'):
            self.refused(lambda d, name=name: change(d, name, {}), 'sounds like a secret')
            for said in ({'writeOnly': True}, {'x-secret': 'none'}):
                document = copy.deepcopy(self.document)
                change(document, name, said)
                self.make(document)
        self.refused(lambda d: change(d, 'x', {'x-secret': 'yes'}), 'x-secret is')

    def test_an_unknown_method(self):
        self.refused(lambda d: d['paths']['/api/v1/me'].update({'trace': {}}), 'unknown method')

    def test_literal_segments_are_tried_before_captures(self):
        paths = [path for path, _, _ in generate.operations(self.document)]
        self.assertLess(paths.index('/api/v1/devices/by/serial/{serial}'), paths.index('/api/v1/devices/{device}'))


class TypeScript(unittest.TestCase):
    def test_what_schemas_become(self):
        for schema, wanted in (
                ({'type': 'string'}, 'string'),
                ({'type': ['integer', 'null']}, 'number | null'),
                ({'enum': ['a', None]}, '"a" | null'),
                ({'const': True}, 'true'),
                ({}, 'unknown'),
                ({'$ref': '#/components/schemas/Device'}, 'Device'),
                ({'anyOf': [{'type': 'string'}, {'$ref': '#/x/Y'}]}, 'string | Y'),
                ({'type': 'array', 'items': {'type': ['string', 'null']}}, 'Array<string | null>'),
                ({'type': 'object'}, 'Record<string, unknown>'),
                ({'type': 'object', 'required': ['a'], 'properties': {'a': {'type': 'boolean'}, 'pt-BR': {'type': 'string'}}},
                 '{\n  a: boolean;\n  "pt-BR"?: string;\n}')):
            self.assertEqual(typescript.type_of(schema), wanted)

    def test_an_operation_has_the_types_of_its_good_answers(self):
        json_of = lambda name: {'content': {'application/json': {'schema': {'$ref': '#/c/s/' + name}}}}  # noqa: E731
        self.assertEqual(typescript.answer_of({'responses': {'200': json_of('A'), '201': json_of('A'), '404': json_of('B')}}), 'A')
        self.assertEqual(typescript.answer_of({'responses': {'204': {'description': 'gone'}}}), 'void')


if __name__ == '__main__':
    unittest.main()
