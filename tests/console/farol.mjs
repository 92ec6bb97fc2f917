// The real acsd with a database of its own, the people of the demo (cpesim --stories), and Debian's Chromium in front of it.
//
// Runs below contrib/with-postgres. All of it listens on loopback and is ended by the process it was started as.
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import http from "node:http";
import { createServer } from "node:net";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

const here = path.dirname(fileURLToPath(import.meta.url));
export const top = path.resolve(here, "../..");
const modules = path.join(top, "acs/console/node_modules");
const build = path.resolve(process.env.FAROL_BUILD);
const acsd = path.join(build, "acs/acsd");
const cpesim = path.join(build, "tests/cpesim/cpesim");
/** Sanitizers and a busy machine make everything slower. */
export const SLOW = Number(process.env.FAROL_SLOW ?? 3);

const { chromium } = await import(path.join(modules, "playwright-core/index.mjs")).catch(() => {
  throw new Error("playwright-core is not there: run node acs/console/packages.mjs --dev");
});
export const axeSource = readFileSync(path.join(modules, "axe-core/axe.min.js"), "utf8");

export const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

export async function waitFor(what, condition, seconds = 15) {
  const end = Date.now() + seconds * 1000 * SLOW;
  for (;;) {
    const value = await condition();
    if (value) return value;
    if (Date.now() > end) throw new Error(`after ${seconds * SLOW} s still not: ${what}`);
    await sleep(50);
  }
}

function freePort() {
  return new Promise((done, fail) => {
    const probe = createServer().once("error", fail);
    probe.listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => done(port));
    });
  });
}

const psql = (database, sql) =>
  execFileSync("psql", ["-XAtq", "-v", "ON_ERROR_STOP=1", "-d", database, "-c", sql], { encoding: "utf8" }).trim();

const ended = (child) => new Promise((done) => (child.exitCode !== null || child.signalCode ? done() : child.once("exit", done)));

export class Farol {
  /** simulator: further options of cpesim; interval: seconds between two contacts of a home. */
  static async start({ homes = 24, settings = "", stories = true, interval = 30, simulator = [] } = {}) {
    const farol = new Farol();
    farol.database = "t_" + randomBytes(6).toString("hex");
    psql("farol", `CREATE DATABASE ${farol.database}`);
    farol.directory = mkdtempSync(path.join(os.tmpdir(), "farol-console-"));
    farol.ports = { cwmp: await freePort(), api: await freePort(), files: await freePort() };
    farol.acsd = acsd;
    farol.url = `http://127.0.0.1:${farol.ports.api}`;
    farol.#writeFiles(settings);
    try {
      await farol.startServer();
      farol.token = execFileSync(acsd, ["--config", farol.file("acsd.conf"), "--new-token", "tests"], { encoding: "utf8" }).trim();
      if (homes > 0) await farol.#startHomes(homes, stories, interval, simulator);
    } catch (error) {
      await farol.stop();
      throw error;
    }
    return farol;
  }

  file(name) {
    return path.join(this.directory, name);
  }

  #writeFiles(settings) {
    for (const name of ["call-password", "bootstrap-password"]) writeFileSync(this.file(name), randomBytes(12).toString("hex") + "\n");
    execFileSync(acsd, ["--new-key", this.file("keys")], { stdio: "ignore" });
    writeFileSync(
      this.file("acsd.conf"),
      `[listen]\ncwmp = 127.0.0.1:${this.ports.cwmp}\napi = 127.0.0.1:${this.ports.api}\nfiles = 127.0.0.1:${this.ports.files}\n` +
        `[files]\ndirectory = ${this.file("files")}\nurl = http://127.0.0.1:${this.ports.files}\nkeep_free = 0\n` +
        `[database]\nurl = postgresql:///${this.database}?host=${process.env.PGHOST}&user=${process.env.PGUSER}\n` +
        `[devices]\nbootstrap_username = bootstrap\nbootstrap_password_file = ${this.file("bootstrap-password")}\n` +
        `[secrets]\nkey_file = ${this.file("keys")}\n` +
        `[desk]\ncheck_documents = no\n` + // those of the stories are nobody's
        `[connection_request]\nusername = farol\npassword_file = ${this.file("call-password")}\nnetworks = 127.0.0.0/8\n${settings}`,
    );
  }

  async startServer() {
    const log = openSync(this.file("acsd.log"), "a");
    this.server = spawn(acsd, ["--config", this.file("acsd.conf")], { stdio: ["ignore", log, log] });
    await waitFor("acsd is ready", async () => {
      if (this.server.exitCode !== null) throw new Error("acsd ended:\n" + this.log("acsd.log"));
      return fetch(this.url + "/readyz").then((answer) => answer.ok, () => false);
    });
  }

  async killServer() {
    this.server.kill("SIGKILL");
    await ended(this.server);
  }

  async #startHomes(homes, stories, interval, simulator) {
    const log = openSync(this.file("cpesim.log"), "a");
    const options = ["--homes", String(homes), "--seed", "1", ...(stories ? ["--stories"] : []), ...simulator];
    this.people = stories ? JSON.parse(execFileSync(cpesim, ["--describe", ...options], { encoding: "utf8" })) : [];
    this.homes = spawn(
      cpesim,
      [...options, "--acs", `http://127.0.0.1:${this.ports.cwmp}/`, "--listen", "127.0.0.1", "--interval", String(interval),
        "--username", "bootstrap", "--password-file", this.file("bootstrap-password"), "--state", this.file("homes.ndjson"),
        "--control", this.file("homes.sock"), "--cr-username", "farol", "--cr-password-file", this.file("call-password")],
      { stdio: ["ignore", log, log] },
    );
    await waitFor("all homes have called in", async () => (await this.api("GET", `/devices?limit=${homes}`)).data.length >= homes, 60);
    if (stories)
      execFileSync(path.join(top, "contrib/demo/settle"), [this.url, this.#tokenFile(), cpesim, String(homes)], { stdio: "pipe" });
  }

  #tokenFile() {
    writeFileSync(this.file("token"), this.token + "\n");
    return this.file("token");
  }

  log(name) {
    return readFileSync(this.file(name), "utf8").slice(-3000);
  }

  async api(method, at, body, token = this.token) {
    const answer = await fetch(this.url + "/api/v1" + at, {
      method,
      headers: { Authorization: `Bearer ${token}`, ...(body ? { "Content-Type": "application/json" } : {}) },
      body: body && JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`${method} ${at}: ${answer.status} ${await answer.text()}`);
    return answer.status === 204 ? null : answer.json();
  }

  serialOf(story) {
    return this.people.find((person) => person.story === story).serial;
  }

  async deviceOf(story) {
    const found = await this.api("GET", "/devices?serial=" + this.serialOf(story));
    return found.data[0].id;
  }

  /** A firmware in the library, for homes of this model; the simulator does what is written in it (tests/cpesim/README.md). */
  async firmware(name, version, model, content) {
    const at = `/api/v1/files?kind=firmware&${new URLSearchParams({ name, version, product_class: model })}`;
    const answer = await fetch(this.url + at, { method: "POST", headers: { Authorization: `Bearer ${this.token}`, "Content-Type": "application/octet-stream" }, body: content });
    if (!answer.ok) throw new Error(`${name}: ${answer.status} ${await answer.text()}`);
  }

  /** Rows of the database, one text each. */
  sql(statement) {
    return psql(this.database, statement).split("\n");
  }

  /** Lets something happen to the homes of a story (contrib/demo/story). */
  story(name, verb) {
    execFileSync(path.join(top, "contrib/demo/story"), [this.directory, name, verb], { stdio: "pipe" });
  }

  /** An order to the homes (tests/cpesim/README.md), of one line. */
  order(...words) {
    const script = "import socket, sys\ns = socket.socket(socket.AF_UNIX)\ns.connect(sys.argv[1])\ns.sendall(sys.argv[2].encode() + b'\\n')\nprint(s.makefile().readline())";
    const answer = JSON.parse(execFileSync("python3", ["-c", script, this.file("homes.sock"), words.join(" ")], { encoding: "utf8" }));
    if (answer.error) throw new Error(`${words.join(" ")}: ${answer.error}`);
  }

  /** What has taken effect in the homes, in their order. */
  journal() {
    return readFileSync(this.file("homes.ndjson"), "utf8").split("\n").filter((line) => line.endsWith("}")).map((line) => JSON.parse(line));
  }

  /** A member of the team, who has taken the invitation; his password is PASSWORD. */
  async person(login, name, role) {
    const { invitation } = await this.api("POST", "/users", { login, name, role });
    const answer = await fetch(this.url + "/api/v1/invitation", {
      method: "POST",
      headers: { "Content-Type": "application/json", Origin: this.url },
      body: JSON.stringify({ key: invitation.split("#")[1], password: PASSWORD }),
    });
    if (!answer.ok) throw new Error(`invitation of ${login}: ${answer.status} ${await answer.text()}`);
    return login;
  }

  /** The link that the server prints as long as nobody can sign in. */
  firstLink() {
    return /http:\/\/\S+\/primeiro-acesso#\S+/.exec(readFileSync(this.file("acsd.log"), "utf8"))[0];
  }

  async stop() {
    for (const child of [this.homes, this.server]) {
      child?.kill("SIGTERM");
      if (child) await ended(child);
    }
    const code = this.server?.exitCode;
    const log = code ? this.log("acsd.log") : "";
    psql("farol", `DROP DATABASE IF EXISTS ${this.database} WITH (FORCE)`);
    rmSync(this.directory, { recursive: true, force: true });
    if (code) throw new Error(`acsd ended with ${code}:\n${log}`);
  }
}

/** Before there is somebody to sign in as: a proxy that is the holder of the token. Gives its address and how to end it. */
export async function asToken(farol) {
  const proxy = http.createServer((asked, answer) => {
    const onward = http.request(farol.url + asked.url, { method: asked.method, headers: { ...asked.headers, authorization: `Bearer ${farol.token}` } }, (got) => {
      answer.writeHead(got.statusCode, got.headers);
      got.pipe(answer);
    });
    onward.on("error", () => answer.destroy());
    answer.on("close", () => onward.destroy());
    asked.pipe(onward);
  });
  await new Promise((done) => proxy.listen(0, "127.0.0.1", done));
  return { url: `http://127.0.0.1:${proxy.address().port}`, stop: () => (proxy.closeAllConnections(), proxy.close()) };
}

// ---- the browser

export async function openBrowser() {
  return chromium.launch({ executablePath: process.env.FAROL_CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox"] });
}

export const PASSWORD = "quatro palavras sem sentido";

/** A browser of its own in which somebody has signed in by the form; its first page. */
export async function signedIn(browser, farol, login, options = {}) {
  const context = await browser.newContext({ ...VIEW, locale: "pt-BR", ...options });
  const page = await openPage(context);
  await page.goto(farol.url + "/");
  await page.locator("input[autocomplete=username]").fill(login);
  await page.locator("input[autocomplete=current-password]").fill(PASSWORD);
  await page.keyboard.press("Enter");
  await page.locator(".search input").waitFor();
  return page;
}

/** A page that notes whatever a browser complains of: errors, and what the policy of the page has refused. */
export const VIEW = { viewport: { width: 1366, height: 768 }, reducedMotion: "reduce" };

export async function openPage(context) {
  const page = await context.newPage();
  page.complaints = [];
  page.on("pageerror", (error) => page.complaints.push("error: " + error.message));
  page.on("console", (message) => {
    if (message.type() === "error" && !/Failed to load resource/.test(message.text())) page.complaints.push(message.text());
  });
  page.setDefaultTimeout(10000 * SLOW);
  return page;
}

/** A picture for whoever wants to look with his own eyes: FAROL_SHOTS names the folder. */
export async function shot(page, name) {
  if (process.env.FAROL_SHOTS) await page.screenshot({ path: path.join(process.env.FAROL_SHOTS, name + ".png") });
}

/** How it looks: nothing that axe finds wrong, nothing wider than the window. */
export async function look(page, name) {
  await shot(page, name);
  assert.deepEqual(await axe(page), [], name);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.ok(wide <= 0, `${name}: ${wide} px wider than the window`);
}

/** Nothing that axe finds wrong, nor that the browser complained of. */
export async function isClean(page) {
  assert.deepEqual(await axe(page), []);
  assert.deepEqual(page.complaints, []);
}

/** What axe finds wrong that is serious or moderate. */
export async function axe(page) {
  await page.evaluate(axeSource); // by the debugger: the policy of the page lets no script in
  const found = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
  return found.violations
    .filter((violation) => ["moderate", "serious", "critical"].includes(violation.impact))
    .map((violation) => `${violation.id} (${violation.impact}): ${violation.nodes.map((node) => node.target.join(" ")).slice(0, 4).join(" | ")}`);
}
