"""The audit chain as acs/audit/entry.h documents it, computed by another program than the one that made it."""

import hashlib
import hmac
import os
import pathlib

# In the order of acs/audit/field.def: the column, and how it is written.
FIELDS = (('seq', 'int8'), ('at', 'time'), ('actor_id', 'int8'), ('actor_kind', 'text'), ('actor', 'text'), ('session', 'text'), ('source', 'text'),
          ('request', 'text'), ('action', 'text'), ('decision', 'text'), ('device_id', 'int8'), ('subscriber_id', 'int8'), ('case_id', 'int8'),
          ('device_ids', 'int8s'), ('subscriber_ids', 'int8s'), ('key', 'int4'), ('payload_hash', 'bytea'))
PAYLOAD = (('object', 'text'), ('reason', 'text'), ('query', 'text'), ('before', 'text'), ('after', 'text'))
IN_HEX = {'int8': 'int8send({})', 'int4': 'int4send({})', 'time': 'int8send((extract(epoch FROM {} - \'2000-01-01+00\'::timestamptz) * 1000000)::bigint)',
          'text': "convert_to({}::text, 'UTF8')", 'bytea': '{}', 'int8s': 'array_send({})'}


def joined(values):
    return b''.join(b'\xff\xff\xff\xff' if value is None else len(value).to_bytes(4, 'big') + value for value in values)


class Chain:
    """Of a server (server.py), or of anything with its sql() and the path of its key file."""

    def __init__(self, server, keys=None):
        self.server = server
        path = pathlib.Path(keys or os.path.join(server.folder.name, 'keys'))
        self.keys = {}
        for line in path.read_text(encoding='ascii').splitlines():
            if line and line[0] != '#':
                number, root = line.split(':')
                self.keys[int(number)] = hmac.digest(bytes.fromhex(root), b'farol audit chain', 'sha256')

    def read(self):
        columns = [f"coalesce(encode({IN_HEX[kind].format(name)}, 'hex'), 'null')" for name, kind in (*FIELDS, *PAYLOAD)]
        columns += [f"coalesce(encode({name}, 'hex'), 'null')" for name in ('salt', 'prev', 'h')]
        for line in self.server.sql(f"SELECT concat_ws('|', {', '.join(columns)}) FROM audit_entry ORDER BY seq"):
            yield [None if word == 'null' else bytes.fromhex(word) for word in line.split('|')]

    def check(self):
        """How many rows there are; AssertionError: the first that is not as it must be."""
        last, count = bytes(32), 0
        for count, row in enumerate(self.read(), 1):
            fields, payload, (salt, prev, h) = row[:len(FIELDS)], row[len(FIELDS):-3], row[-3:]
            assert int.from_bytes(fields[0], 'big') == count, f'row {count} is missing'
            assert prev == last, f'row {count} does not follow the one before'
            key = self.keys[int.from_bytes(fields[-2], 'big')]
            assert hmac.digest(key, prev + joined(fields), 'sha256') == h, f'row {count} was altered'
            assert salt is None or hashlib.sha256(salt + joined(payload)).digest() == fields[-1], f'the payload of row {count} was altered'
            last = h
        return count
