#!/usr/bin/env python3
"""Every cell of the authorization matrix that is denied, so often that a race would show: test_denied.py [--repeat N]"""

import os
import sys
import unittest

if '--repeat' in sys.argv:
    at = sys.argv.index('--repeat')
    os.environ['FAROL_DENIED'] = sys.argv[at + 1]
    del sys.argv[at:at + 2]

from cases_users import Matrix  # noqa: E402  pylint: disable=wrong-import-position,unused-import
from test_api import tearDownModule  # noqa: E402,F401  pylint: disable=wrong-import-position,unused-import

if __name__ == '__main__':
    unittest.main()
