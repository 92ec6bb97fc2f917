"""One psql for each database, kept open: tests look at the database again and again, and starting a psql for each look
costs more than all that they look at."""

import subprocess
import threading
import uuid


class Psql:
    """Statements of one database. Several threads may ask; each gets its own answer."""

    _open, _lock = {}, threading.Lock()

    @classmethod
    def of(cls, database):
        with cls._lock:
            if database not in cls._open:
                cls._open[database] = cls(database)
            return cls._open[database]

    @classmethod
    def forget(cls, database):
        """Before the database is dropped or closed to everybody."""
        with cls._lock:
            one = cls._open.pop(database, None)
        if one is not None:
            one.close()

    def __init__(self, database):
        self.database, self.process, self.turn = database, None, threading.Lock()

    def start(self):
        # pylint: disable=consider-using-with
        self.process = subprocess.Popen(['psql', '-qXAt', '-d', self.database], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.STDOUT, text=True)

    def close(self):
        if self.process is not None:
            self.process.stdin.close()
            self.process.wait(20)
            self.process.stdout.close()
            self.process = None

    def run(self, statement):
        """What psql -At prints. AssertionError: the server refused it, or it cannot be reached."""
        with self.turn:
            if self.process is not None:
                try:
                    return self.ask(statement)
                except (OSError, EOFError):
                    self.close_quietly()  # the server had let it go meanwhile, before this statement
            self.start()
            try:
                return self.ask(statement)
            except (OSError, EOFError) as error:
                self.close_quietly()
                raise AssertionError(f'psql: {statement}: {error}') from error

    def close_quietly(self):
        try:
            self.close()
        except (OSError, subprocess.SubprocessError):
            self.process = None

    def ask(self, statement):
        mark = uuid.uuid4().hex
        self.process.stdin.write(f"{statement}\n;\nSELECT '{mark}';\n")  # psql flushes what it prints of each statement
        self.process.stdin.flush()
        lines = []
        while True:
            line = self.process.stdout.readline()
            if not line:
                raise EOFError(''.join(lines) or 'psql ended')
            if line.rstrip('\n') == mark:
                break
            lines.append(line)
        refusals = [line for line in lines if line.startswith(('ERROR:', 'FATAL:', 'psql:'))]
        if refusals:
            raise AssertionError(f'{statement}: {"".join(lines)}')
        return ''.join(lines)
