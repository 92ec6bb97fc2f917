#!/usr/bin/env python3
"""search.py BUILD [--subscribers N] [--rounds N] [--json FILE]: how long the desk waits for a search, and for the page of a home, at a
million subscribers.

Starts a PostgreSQL of its own and acsd, fills the tables by SQL with people of invented names (as unevenly spread as real ones: one in
twenty is a Maria), a device each, its MACs and addresses, and asks GET /search as people do, one after the other over one
connection. Of each kind p50 and p95, in milliseconds, with the answer on the wire; the budget is p95 < 150. Then homes of which 30 facts
and a day of light are known are opened: whatever the console asks for one, one after the other, where a browser asks side by side; the
budget is p95 < 300. The exit status is 0 if every kind keeps its budget and finds whom it should. Takes some minutes and 4 GB of disk.
"""

import argparse
import contextlib
import http.client
import json
import os
import pathlib
import random
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.parse

HERE = pathlib.Path(__file__).resolve().parent
BUDGET_MS = 150
HOME_BUDGET_MS = 300

FILL = r"""
\set ON_ERROR_STOP on
SET synchronous_commit = off;
SET maintenance_work_mem = '256MB';
ALTER TABLE subscriber DISABLE TRIGGER USER;
ALTER TABLE binding DISABLE TRIGGER USER;
ALTER TABLE device DISABLE TRIGGER USER;
CREATE TEMP TABLE held AS SELECT indexname, indexdef FROM pg_indexes
 WHERE schemaname = 'public' AND tablename IN ('subscriber', 'device_trace', 'device', 'binding') AND indexdef NOT LIKE '%UNIQUE%';
SELECT format('DROP INDEX %I', indexname) FROM held \gexec
CREATE FUNCTION pick(text[], bigint) RETURNS text LANGUAGE sql IMMUTABLE RETURN $1[1 + (abs(hashint8($2)::bigint) % array_length($1, 1))];
INSERT INTO device (oui, product_class, serial, manufacturer, software_version)
SELECT '00259E', pick('{ZX-F680,F670L,HG8245,AR-G2426}', n), 'ZTEG' || upper(lpad(to_hex(n * 2654435761 % 4294967296), 8, '0')), 'Maker', '2.1.' || n % 10
  FROM generate_series(1, :count::bigint) n;
INSERT INTO device_hot (device_id, period_s, last_inform) SELECT id, 300, now() - make_interval(secs => id % 900) FROM device;
INSERT INTO subscriber (external_id, name, document, phones, address, contract, login, city, changed_by)
SELECT 'crm-' || n,
       pick('{Maria,José,Ana,João,Antônio,Francisco,Carlos,Paulo,Pedro,Lucas,Luiz,Marcos,Luís,Gabriel,Rafael,Daniel,Marcelo,Bruno,Conceição,Zenaide}', n) || ' ' ||
       pick('{das Dores,Aparecida,de Fátima,Henrique,Augusto,Cristina,Eduardo,Regina,Helena,Batista}', n * 7 + 1) || ' ' ||
       pick('{Silva,Santos,Oliveira,Souza,Pereira,Costa,Rodrigues,Almeida,Nascimento,Lima,Araújo,Fernandes,Carvalho,Gomes,Martins,Rocha,Ribeiro,Alves,Monteiro,Mendes}', n * 13 + 2)
       || ' ' || initcap(translate(to_hex(n), '0123456789', 'ghijklmnop')),
       lpad((n * 7919 % 99999999999)::text, 11, '0'), ARRAY['+55' || 11 + n % 80 || '9' || lpad((n * 104729 % 100000000)::text, 8, '0')],
       jsonb_build_object('street', 'Rua ' || pick('{das Flores,XV de Novembro,Sete de Setembro,São João,Tiradentes}', n * 3), 'number', (n % 3000)::text),
       (10000000 + n)::text, 'cliente.' || n, pick('{Campinas,São Paulo,Itu,Sorocaba,Recife,Sumaré}', n * 5), 'bench'
  FROM generate_series(1, :count::bigint) n;
INSERT INTO device_fact (device_id, doc)
SELECT n, jsonb_build_object('wan.optical.rx_dbm', jsonb_build_array(-20 - n % 8, extract(epoch FROM now())::bigint), 'wan.status', jsonb_build_array('connected', extract(epoch FROM now())::bigint))
       || (SELECT jsonb_object_agg(format('wifi.host.%s.%s', i, c), jsonb_build_array(-40 - i, extract(epoch FROM now())::bigint)) FROM generate_series(1, 7) i, unnest('{rssi_dbm,rx_mbps,tx_mbps,retries}'::text[]) c)
  FROM generate_series(1, :count::bigint) n;
INSERT INTO binding (device_id, subscriber_id, bound_by) SELECT n, n, 'bench' FROM generate_series(1, :count::bigint) n;
INSERT INTO device_trace (device_id, kind, value, since)
SELECT n, 'mac', lpad(to_hex(n * 2654435761 % 281474976710656), 12, '0'), now() - interval '30 d' FROM generate_series(1, :count::bigint) n
 UNION ALL
SELECT n, 'host', lpad(to_hex((n * 40503 + 7) % 281474976710656), 12, '0'), now() - interval '30 d' FROM generate_series(1, :count::bigint) n
 UNION ALL
SELECT n, 'wan', host('100.64.0.0'::inet + n), now() - interval '30 d' FROM generate_series(1, :count::bigint) n;
SELECT indexdef FROM held \gexec
ALTER TABLE subscriber ENABLE TRIGGER USER;
ALTER TABLE binding ENABLE TRIGGER USER;
ALTER TABLE device ENABLE TRIGGER USER;
VACUUM ANALYZE subscriber;
VACUUM ANALYZE device;
VACUUM ANALYZE device_hot;
VACUUM ANALYZE binding;
VACUUM ANALYZE device_fact;
VACUUM ANALYZE device_trace;
"""

# What is typed of the subscriber n; how says by what it must be found, None: many others are as good.
KINDS = {
    'name': lambda row: (row['name'], None),
    'first name': lambda row: (row['name'].split()[0], None),
    'name and street': lambda row: (f"{row['name'].split()[0]} {row['name'].split()[-1]} {row['street']}", None),
    'common words': lambda row: ('maria silva rua', None),
    'document': lambda row: (row['document'], 'document'),
    'telephone': lambda row: (f"({row['phone'][3:5]}) {row['phone'][5:10]}-{row['phone'][10:]}", 'phone'),
    'telephone without area': lambda row: (row['phone'][5:], None),
    'contract': lambda row: (row['contract'], 'contract'),
    'login': lambda row: (row['login'], 'login'),
    'beginning of a login': lambda row: ('cliente.' + row['login'].split('.')[1][:3], None),
    'serial': lambda row: (row['serial'], 'serial'),
    'beginning of a serial': lambda row: (row['serial'][:8], None),
    'MAC': lambda row: (row['mac'], 'mac'),
    'beginning of a MAC': lambda row: (':'.join((row['mac'][0:2], row['mac'][2:4], row['mac'][4:6])), None),
    'address': lambda row: (row['wan'], 'address'),
    'address last night': lambda row: (row['wan'] + ' @ ontem 20:00', None),
    'nothing': lambda row: ('xyzzyq wvutq', None),
}


def psql(database, script, *options):
    run_it = subprocess.run(['psql', '-X', '-q', '-At', '-d', database, *options], input=script, text=True, check=False, capture_output=True)
    if run_it.returncode != 0:
        sys.exit(run_it.stderr)
    return run_it.stdout


def sample(database, count, wanted):
    numbers = ','.join(str(number) for number in random.Random(1).sample(range(1, count + 1), wanted))
    rows = psql(database, f"""SELECT json_build_object('id', number_id('sub_', s.id), 'device', number_id('dev_', d.id), 'name', s.name, 'street', s.address ->> 'street', 'document', s.document,
                'phone', s.phones[1], 'contract', s.contract, 'login', s.login, 'serial', d.serial, 'mac', m.value, 'wan', w.value)
                FROM subscriber s JOIN device d ON d.id = s.id JOIN device_trace m ON m.device_id = s.id AND m.kind = 'mac'
                JOIN device_trace w ON w.device_id = s.id AND w.kind = 'wan' WHERE s.id IN ({numbers})""")
    return [json.loads(row) for row in rows.splitlines()]


def get(connection, token, path):
    """(milliseconds, the answer)"""
    started = time.perf_counter()
    connection.request('GET', '/api/v1' + path, headers={'Authorization': 'Bearer ' + token})
    response = connection.getresponse()
    body = response.read()
    milliseconds = 1000 * (time.perf_counter() - started)
    if response.status != 200:
        sys.exit(f'{path}: {response.status} {body.decode()}')
    return milliseconds, json.loads(body)


def ask(connection, token, text):
    return get(connection, token, '/search?q=' + urllib.parse.quote(text))


def open_home(connection, token, row):
    """Milliseconds for all that the page of a home asks for (state/home.ts, views/Summary.tsx)."""
    home = '/devices/' + row['device']
    yesterday = time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime(time.time() - 86400))
    paths = [home, home + '/verdict', home + '/facts', home + '/presence', home + '/actions?limit=20', '/search?limit=10&q=' + row['serial'],
             '/subscribers/' + row['id'], '/cases?device=' + row['device'], '/incidents?limit=3', home + '/events?limit=50',
             f'{home}/metrics?name=wan.optical.rx_dbm&from={yesterday}']
    return sum(get(connection, token, path)[0] for path in paths)


def figures(kind, times):
    times = sorted(times)
    ret = {'p50_ms': round(statistics.median(times), 1), 'p95_ms': round(times[int(0.95 * len(times))], 1), 'most_ms': round(times[-1], 1)}
    print(f"  {kind:<26} p50 {ret['p50_ms']:8.1f}   p95 {ret['p95_ms']:8.1f}   most {ret['most_ms']:8.1f}", flush=True)
    return ret


def measure(connection, token, rows):
    result = {}
    for kind, typed in KINDS.items():
        times = []
        for row in rows:
            text, how = typed(row)
            milliseconds, answer = ask(connection, token, text)
            times.append(milliseconds)
            found = {person['id']: person['how'] for person in answer['subscribers']}
            if how is not None and found.get(row['id']) != how:
                sys.exit(f"{kind}: {text} does not find {row['id']} by {how}: {found}")
        result[kind] = figures(kind, times)
    return result


def measure_homes(server, connection, rows):
    numbers = ','.join(f"'{row['serial']}'" for row in rows)
    psql(server.database, f"""INSERT INTO fact_span (device_id, name, width_s, at, least, most, sum, count)
                SELECT d.id, 'wan.optical.rx_dbm', 900, to_timestamp(900 * (extract(epoch FROM now())::bigint / 900 - n)), -22, -21, -64.5, 3
                FROM device d, generate_series(0, 95) n WHERE d.serial IN ({numbers})""")
    return figures('page of a home', [open_home(connection, server.token, row) for row in rows])


def run(arguments):
    os.environ['FAROL_BUILD'] = str(pathlib.Path(arguments.build).resolve())
    sys.path.insert(0, str(HERE.parent / 'e2e'))
    import farol  # pylint: disable=import-outside-toplevel
    with contextlib.closing(farol.Server({'log': {'level': 'warn'}}).start()) as server:
        started = time.monotonic()
        psql(server.database, FILL, '-v', f'count={arguments.subscribers}')
        print(f'  {arguments.subscribers} subscribers, a device each, in {time.monotonic() - started:.0f} s', flush=True)
        connection = http.client.HTTPConnection('127.0.0.1', server.api_port, timeout=60)
        rows = sample(server.database, arguments.subscribers, arguments.rounds)
        for row in rows[:5]:
            ask(connection, server.token, row['name'])
        result = measure(connection, server.token, rows)
        result['page of a home'] = measure_homes(server, connection, rows)
    if arguments.json:
        pathlib.Path(arguments.json).write_text(json.dumps(result, indent=2) + '\n', encoding='utf-8')
    slow = [kind for kind, found in result.items() if found['p95_ms'] >= (HOME_BUDGET_MS if kind == 'page of a home' else BUDGET_MS)]
    if slow:
        sys.exit(f"over the budget: {', '.join(slow)}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('build')
    parser.add_argument('--subscribers', type=int, default=1000000)
    parser.add_argument('--rounds', type=int, default=60, help='searches of each kind')
    parser.add_argument('--json')
    arguments = parser.parse_args()
    if 'PGHOST' in os.environ:
        run(arguments)
        return
    with tempfile.TemporaryDirectory(prefix='farol-search-') as directory:
        os.chmod(directory, 0o711)
        sys.exit(subprocess.run([HERE.parents[1] / 'contrib' / 'with-postgres', directory + '/postgres', '--durable', '--', sys.executable, *sys.argv],
                                check=False).returncode)


if __name__ == '__main__':
    main()
