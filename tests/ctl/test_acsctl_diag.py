#!/usr/bin/env python3
"""What acsctl diag prints for people: the sentence, then a table, for every kind."""

import json
import unittest

import test_acsctl
from test_acsctl import setUpModule, tearDownModule  # noqa: F401  (unittest finds them here)  # pylint: disable=unused-import


class Diag(test_acsctl.Ctl):
    # What each kind of diag has found, as acsd keeps it, and the lines of the table.
    DIAGS = (
        (('ping', 'h'), {'rounds': [{'sent': 4, 'received': 3, 'min_ms': 8, 'avg_ms': 9, 'max_ms': 12}]},
         ['SENT  RECEIVED  MIN MS  AVG MS  MAX MS', '4     3         8       9       12']),
        (('traceroute', 'h'), {'rounds': [{'hops': [{'address': '10.0.0.1', 'host': 'router', 'ms': 1}, {'address': '', 'ms': None}]}]},
         ['ADDRESS   HOST    MS', '10.0.0.1  router  1']),
        (('dns', 'h'), {'rounds': [{'tries': [{'server': '8.8.8.8', 'status': 'Success', 'addresses': ['1.2.3.4'], 'ms': 12}]}]},
         ['SERVER   STATUS   ADDRESSES    MS', '8.8.8.8  Success  ["1.2.3.4"]  12']),
        (('download',), {'rounds': [{'bytes': 4194304, 'seconds': 1.5, 'mbps': 22.37}]},
         ['BYTES    SECONDS  MB/S', '4194304  1.5      22.37']),
        (('upload',), {'rounds': [{'bytes': 1048576, 'seconds': 2.0, 'mbps': 4.190000123}]},
         ['BYTES    SECONDS  MB/S', '1048576  2        4.19']),
        (('wifi-scan',), {'rounds': [{'neighbours': [{'ssid': 'casa\x1b[2J', 'bssid': '02:00:00:00:00:01', 'band': '2g', 'channel': 6,
                                                      'rssi_dbm': -70}]}]},
         ['SSID         BSSID              BAND  CHANNEL  DBM', 'casa\\x1b[2J  02:00:00:00:00:01  2g    6        -70']),
        (('line',), {'link': 'Up', 'optical': {'rx_dbm': -28.3, 'rx_low_dbm': -27.0}, 'verdict': 'optical_bad'},
         ['link                      Up', 'optical.rx_dbm            -28.3', 'optical.rx_low_dbm        -27', 'verdict                   optical_bad']),
        (('clients',), {'clients': [{'name': 'TV', 'mac': '02:00:00:00:00:01', 'band': '5g', 'rssi_dbm': -82.0, 'strength': 'weak'}],
                        'count': 1},
         ['NAME  MAC                IP  BAND  DBM  DOWN MB/S  UP MB/S  STRENGTH', 'TV    02:00:00:00:00:01      5g    -82                      weak']),
        (('hosts',), {'hosts': [{'name': 'pc', 'ip': '192.168.1.9', 'mac': '02:00:00:00:00:09', 'via': 'ethernet', 'active': True}]},
         ['NAME  IP           MAC                VIA       ACTIVE', 'pc    192.168.1.9  02:00:00:00:00:09  ethernet  true']),
    )

    def test_a_diag_says_its_sentence_and_then_a_table(self):
        for (kind, *more), result, lines in self.DIAGS:
            with self.subTest(kind=kind):
                serial, device = self.device()
                result = {**result, 'sentence': {'pt': 'Uma frase.', 'en': 'One sentence.'}}
                text = json.dumps(result).replace("'", "''")
                self.worker(device, 'succeeded', f", result = '{text}'")
                printed = self.out('diag', kind, serial, *more, '--wait=30s').splitlines()
                self.assertEqual(printed[0], 'One sentence.')
                self.assertEqual([line.rstrip() for line in printed[1:1 + len(lines)]], lines)


if __name__ == '__main__':
    unittest.main()
