"""A real OpenLDAP from Debian's packages, on loopback, with a database and certificates of its own, run by a user without rights.

It lets a bind with a name and without a password pass, as RFC 4513 5.1.2 has it and many directories do.
"""

import os
import pathlib
import shutil
import signal
import subprocess
import tempfile

from farol import free_port, wait_for

PROGRAM = pathlib.Path("/usr/sbin/slapd")
SUFFIX = "dc=isp,dc=example"
ROOT, ROOT_PASSWORD = f"cn=root,{SUFFIX}", "root-of-the-directory"
SERVICE, SERVICE_PASSWORD = f"cn=farol,ou=services,{SUFFIX}", "search-only-7731"
PEOPLE, GROUPS = f"ou=people,{SUFFIX}", f"ou=groups,{SUFFIX}"

CONFIG = """include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
modulepath /usr/lib/ldap
moduleload back_mdb
moduleload memberof
pidfile {directory}/slapd.pid
argsfile {directory}/slapd.args
allow bind_anon_dn
{tls}
database mdb
suffix "{suffix}"
directory {directory}/data
maxsize 16777216
rootdn "{root}"
rootpw {root_password}
overlay memberof
access to attrs=userPassword by anonymous auth by * none
access to * by dn.exact="{service}" read by anonymous auth by * none
"""

TLS = """TLSCACertificateFile {directory}/ca.pem
TLSCertificateFile {directory}/server.pem
TLSCertificateKeyFile {directory}/server.key
"""


def entry(dn, **attributes):
    """LDIF of one; a value may be a list. What names it is one of its attributes, too."""
    key, value = dn.split(",")[0].replace("\\2C", ",").split("=")
    lines = [f"dn: {dn}"]
    for name, values in {key: value, **attributes}.items():
        lines += [f"{name}: {value}" for value in (values if isinstance(values, list) else [values])]
    return "\n".join(lines) + "\n\n"


def person(login, name, password, ou=PEOPLE, **more):
    return entry(f"uid={login},{ou}", objectClass="inetOrgPerson", cn=name, sn=name, userPassword=password, **more)


def group(name, *members):
    return entry(f"cn={name},{GROUPS}", objectClass="groupOfNames", member=list(members) or [f"cn=nobody,{SUFFIX}"])


FRAME = (entry(SUFFIX, objectClass=["dcObject", "organization"], o="ISP")
         + "".join(entry(f"ou={name},{SUFFIX}", objectClass="organizationalUnit") for name in ("people", "groups", "services"))
         + entry(SERVICE, objectClass=["applicationProcess", "simpleSecurityObject"], userPassword=SERVICE_PASSWORD))


def make_authority(directory, name):
    """NAME.pem and NAME.key: somebody who vouches for certificates."""
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", f"/CN={name}",
                    "-addext", "keyUsage=critical,keyCertSign,cRLSign", "-keyout", directory / f"{name}.key", "-out", directory / f"{name}.pem"],
                   check=True, capture_output=True)


def make_certificate(directory, authority, names):
    """server.pem and server.key, for these names."""
    (directory / "names").write_text(f"subjectAltName={names}\n", encoding="ascii")
    subprocess.run(["openssl", "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=directory",
                    "-keyout", directory / "server.key", "-out", directory / "server.csr"], check=True, capture_output=True)
    subprocess.run(["openssl", "x509", "-req", "-days", "2", "-in", directory / "server.csr", "-CA", directory / f"{authority}.pem", "-CAkey",
                    directory / f"{authority}.key", "-CAcreateserial", "-extfile", directory / "names", "-out", directory / "server.pem"],
                   check=True, capture_output=True)


class Slapd:
    """start() and kill() as often as a test likes; what it holds stays. names: for which its certificate is."""

    def __init__(self, ldif, names="IP:127.0.0.1", tls=True):
        if not PROGRAM.exists():
            raise AssertionError("slapd is not installed: run contrib/install-packages test")
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="farol-slapd-"))
        self.ldap_port, self.ldaps_port = free_port(), free_port()
        self.plain, self.secure = f"ldap://127.0.0.1:{self.ldap_port}", f"ldaps://127.0.0.1:{self.ldaps_port}"
        self.log_path = self.directory / "slapd.log"
        self.ca = self.directory / "ca.pem"
        self.process = None
        (self.directory / "data").mkdir()
        for name in ("ca", "stranger"):
            make_authority(self.directory, name)
        make_certificate(self.directory, "ca", names)
        (self.directory / "slapd.conf").write_text(CONFIG.format(
            directory=self.directory, suffix=SUFFIX, root=ROOT, root_password=ROOT_PASSWORD, service=SERVICE,
            tls=TLS.format(directory=self.directory) if tls else ""), encoding="utf-8")
        (self.directory / "service-password").write_text(SERVICE_PASSWORD + "\n", encoding="ascii")
        (self.directory / "first.ldif").write_text(FRAME, encoding="utf-8")
        self.user = []
        if os.getuid() == 0:
            self.user = ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"]
            subprocess.run(["chown", "-R", "nobody:nogroup", self.directory], check=True)
        self.run(["/usr/sbin/slapadd", "-f", self.directory / "slapd.conf", "-l", self.directory / "first.ldif"])
        self.addresses = f"{self.plain}/" + (f" {self.secure}/" if tls else "")
        self.start()
        self.modify(ldif, "-a")  # by itself, so that the overlay sees who is in which group

    def run(self, command, **more):
        done = subprocess.run(self.user + command, capture_output=True, text=True, timeout=120, check=False, **more)
        if done.returncode != 0:
            raise AssertionError(f"{command}: {done.returncode}\n{done.stdout}\n{done.stderr}")

    def start(self):
        with open(self.log_path, "ab") as log:
            self.process = subprocess.Popen([*self.user, PROGRAM, "-d", "stats", "-f", self.directory / "slapd.conf", "-h", self.addresses],
                                            stdout=log, stderr=log)
        wait_for("slapd answers", self.answers)

    def answers(self):
        if self.process.poll() is not None:
            raise AssertionError(f"slapd ended with {self.process.returncode}:\n{self.log()[-3000:]}")
        return subprocess.run(["ldapwhoami", "-x", "-H", self.plain], capture_output=True, check=False).returncode == 0

    def log(self):
        return self.log_path.read_text(encoding="utf-8", errors="replace")

    def modify(self, ldif, *options):
        """As root of it."""
        self.run(["ldapmodify", *options, "-x", "-H", self.plain, "-D", ROOT, "-w", ROOT_PASSWORD], input=ldif)

    def move(self, dn, away_from=None, to=None):
        """Takes somebody out of a group and into another."""
        for name, verb in ((away_from, "delete"), (to, "add")):
            if name:
                self.modify(f"dn: cn={name},{GROUPS}\nchangetype: modify\n{verb}: member\nmember: {dn}\n")

    def pause(self):
        self.process.send_signal(signal.SIGSTOP)

    def resume(self):
        self.process.send_signal(signal.SIGCONT)

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def close(self):
        if self.process.poll() is None:
            self.resume()
            self.process.terminate()
            self.process.wait(30)
        shutil.rmtree(self.directory, ignore_errors=True)
