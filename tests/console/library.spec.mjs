// The firmware library: tested by one, approved by another, retired; who may not is told why; what it shows of homes.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, before, test } from "node:test";
import { Farol, isClean, openBrowser, signedIn } from "./farol.mjs";

const AT = "/administracao/firmware";
let farol, browser;

/** A draft of the library; its id. */
async function add(version, more = {}) {
  await farol.firmware(`f680-${version}.bin`, version, "F680", `version=${version}\n`);
  const [file] = farol.sql(`SELECT id FROM file WHERE name = 'f680-${version}.bin'`);
  const answer = await fetch(`${farol.url}/api/v1/firmware`, {
    method: "POST",
    headers: { Authorization: `Bearer ${farol.token}`, "Content-Type": "application/json" },
    body: JSON.stringify({ file, name: "ZX-F680", version, rules: [{ manufacturer: "ZTE", product_class: "F680", from_versions: ["2.1.0..2.1.7"] }, { product_class: "F680L" }], ...more }),
  });
  assert.equal(answer.status, 201, await answer.clone().text());
  return (await answer.json()).id;
}

before(async () => {
  farol = await Farol.start({ homes: 0 });
  await farol.person("eva", "Eva", "engineering");
  await farol.person("bia", "Bia", "l2");
  await farol.person("carla", "Carla", "supervisor");
  browser = await openBrowser();
});

after(async () => {
  await browser?.close();
  await farol?.stop();
});

async function open(login, at = "", options) {
  const page = await signedIn(browser, farol, login, options);
  await page.goto(farol.url + AT + at);
  await page.locator(".page-head h1").waitFor();
  return page;
}

const button = (page, name) => page.getByRole("button", { name, exact: false }).first();

test("empty it says how the first one comes", async () => {
  const page = await open("eva");
  await page.locator(".empty", { hasText: "acsctl firmware add" }).waitFor();
  await isClean(page);
  await page.context().close();
});

test("tested, approved by somebody else, and seen in the list", async () => {
  const id = await add("2.1.8", { notes: "Corrige o Wi-Fi", known_issues: "nenhum", disruptive: true });
  const page = await open("eva");
  await page.getByRole("link", { name: "ZX-F680" }).click();
  await page.locator(".card", { hasText: "rascunho" }).waitFor();
  assert.equal(await button(page, "Homologar").getAttribute("aria-disabled"), "true");
  await page.locator(".field-note", { hasText: "Só se homologa o que está em teste" }).waitFor();
  await isClean(page);
  await button(page, "Pôr em teste").click();
  await page.locator(".pill", { hasText: "em teste" }).waitFor();
  await button(page, "Homologar").click();
  await page.locator("dialog", { hasText: "2.1.0..2.1.7" }).waitFor();
  await isClean(page);
  await page.keyboard.press("Control+Enter");
  await page.locator(".pill", { hasText: "homologado" }).waitFor();
  assert.deepEqual(farol.sql(`SELECT state || ' ' || approved_by FROM firmware WHERE id = '${id}'`), ["approved eva"]);
  await page.getByRole("link", { name: "Toda a biblioteca" }).click();
  await page.locator("tr", { hasText: "F680, F680L" }).filter({ hasText: "eva" }).waitFor();
  await isClean(page);
  await page.getByLabel("Estado").selectOption("retired");
  await page.locator(".empty").waitFor();
  await page.context().close();
});

test("who made it cannot approve it, and is told so; who may only look changes nothing", async () => {
  const id = await add("2.1.9");
  farol.sql(`UPDATE firmware SET state = 'testing', created_by_id = (SELECT id FROM app_user WHERE login = 'eva') WHERE id = '${id}'`);
  const page = await open("eva", `?de=${id}`, { locale: "en-US", colorScheme: "dark" });
  await page.locator(".field-note", { hasText: "Ask somebody else with firmware.approve" }).waitFor();
  assert.equal(await button(page, "Approve").getAttribute("aria-disabled"), "true");
  await isClean(page);
  await page.context().close();
  const other = await open("bia", `?de=${id}`);
  await other.locator(".field-note", { hasText: "firmware.approve" }).waitFor();
  for (const name of ["Homologar", "Voltar a rascunho", "Retirar"]) assert.equal(await button(other, name).getAttribute("aria-disabled"), "true", name);
  await other.context().close();
  const supervisor = await open("carla", `?de=${id}`);
  await button(supervisor, "Homologar").click();
  farol.sql(`UPDATE firmware SET revision = revision + 1 WHERE id = '${id}'`); // somebody changes it meanwhile
  await supervisor.locator("dialog").waitFor();
  await supervisor.keyboard.press("Control+Enter");
  await supervisor.locator("dialog [role=alert]", { hasText: "Leia de novo" }).waitFor();
  assert.deepEqual(farol.sql(`SELECT state FROM firmware WHERE id = '${id}'`), ["testing"]);
  await supervisor.context().close();
});

test("who runs it, and how installing it goes", async () => {
  const id = await add("2.2.0");
  farol.sql(`INSERT INTO device (oui, product_class, serial, manufacturer, software_version) SELECT '00259E', 'F680', 'S' || i, 'ZTE', CASE WHEN i > 3 THEN '2.2.0' ELSE '2.1.7' END FROM generate_series(1, 12) i`);
  farol.sql(`INSERT INTO action (device_id, id, kind, args, state, memo, created_by, expires_at, ended_at, evidence)
    SELECT d.id, 'act_' || d.id, 'firmware.install', json_build_object('file', w.file_id), CASE WHEN d.software_version = '2.2.0' THEN 'succeeded' ELSE 'failed' END, '{"sent_at_us":1}', 'x', now(), now(),
           '{"seconds_since_request": 240}' FROM device d, firmware w WHERE w.id = '${id}'`);
  for (const options of [{}, { locale: "en-US", colorScheme: "dark" }]) {
    const page = await open("eva", `?de=${id}`, options);
    await page.locator(".count-bars li", { hasText: /ZTE F680\s*9\s*(de|of) 12 \(75\u00a0%\)/ }).waitFor();
    const row = page.locator("tr", { has: page.getByRole("rowheader", { name: "F680" }) });
    assert.match(await row.textContent(), /75\u00a0%12304\u00a0min/);
    await isClean(page);
    await page.context().close();
  }
});

const dropFile = (page, name, bytes) => page.locator(".drop-zone input").setInputFiles({ name, mimeType: "application/octet-stream", buffer: bytes });

test("added from the page: the file, and what it is; what is wrong is said at its field", async () => {
  const page = await open("eva");
  await dropFile(page, "nova edição.bin", Buffer.from("a new one"));
  await page.locator("dialog").waitFor();
  await isClean(page);
  const confirm = page.locator("dialog .button.primary");
  assert.match(await confirm.textContent(), /Falta: Versão/);
  await page.getByLabel("Nome").fill("Nova edição");
  await page.getByLabel("Versão", { exact: true }).fill("7.1");
  await page.getByLabel("Modelo").fill("HG9");
  await page.getByLabel("A partir das versões").fill("7.0, 6.0..6.9");
  await page.getByLabel("Lançamento").fill("0x");
  assert.match(await confirm.textContent(), /número a partir de 1/);
  await page.getByLabel("Lançamento").fill("12");
  await page.keyboard.press("Control+Enter");
  await page.locator(".card", { hasText: "Nova edição 7.1" }).filter({ hasText: "rascunho" }).waitFor();
  await page.locator("td", { hasText: "7.0, 6.0..6.9" }).waitFor();
  await page.locator("dialog").waitFor({ state: "detached" });
  assert.deepEqual(farol.sql("SELECT w.created_by || ' ' || f.name || ' ' || w.counter FROM firmware w JOIN file f ON f.id = w.file_id WHERE w.version = '7.1'"), ["eva nova_edi_o.bin 12"]);
  await page.context().close();
});

test("by a manifest: what does not match the file is refused, and the window stays", async () => {
  const page = await open("eva", "", { locale: "en-US", colorScheme: "dark" });
  await dropFile(page, "m.bin", Buffer.from("by a manifest"));
  await page.getByLabel("Who says what it is").selectOption("manifest");
  await isClean(page);
  const manifest = { farol_firmware: 1, sha256: "0".repeat(64), size: 13, version: "1", counter: 1, expires_at: "2099-01-01T00:00:00Z", rules: [{ product_class: "X" }] };
  await page.locator("dialog input[type=file]").setInputFiles({ name: "m.json", mimeType: "application/json", buffer: Buffer.from(JSON.stringify(manifest)) });
  await page.keyboard.press("Control+Enter");
  await page.locator("dialog [role=alert]", { hasText: "of another file" }).waitFor();
  await isClean(page);
  await page.context().close();
});

test("in pieces: over a break of the line it goes on, and a window that was closed loses nothing", async () => {
  const page = await open("eva");
  const large = Buffer.alloc(20 * 1024 * 1024, "0123456789abcdef-");
  const name = "large.bin";
  const offsets = [];
  let answer = (route) => route.continue();
  await page.route("**/api/v1/uploads/*?offset=*", (route) => {
    offsets.push(Number(new URL(route.request().url()).searchParams.get("offset")));
    return answer(route);
  });
  const fill = async () => {
    await dropFile(page, name, large);
    await page.getByLabel("Versão", { exact: true }).fill("8.0");
    await page.getByLabel("Modelo").fill("HG8");
    await page.keyboard.press("Control+Enter");
  };
  answer = (route) => (offsets.length === 1 ? route.continue() : route.abort()); // one piece, and the line is gone
  await fill();
  await page.locator(".sending", { hasText: "O servidor não responde" }).filter({ hasText: "40" }).waitFor();
  const sees = await page.locator(".sending").evaluate((line) => document.elementsFromPoint(...[line.getBoundingClientRect()].map((box) => [box.x + 5, box.y + 5])[0]).includes(line));
  assert.ok(sees, "how far it is is seen without scrolling");
  await isClean(page);
  await page.keyboard.press("Escape");
  await page.locator("dialog").waitFor({ state: "detached" });
  assert.equal((await farol.api("GET", "/files?name=" + name)).data.length, 0); // nobody sees a file of it
  offsets.length = 0;
  let breaks = 1;
  answer = (route) => (breaks-- > 0 ? route.abort() : route.continue());
  await fill();
  await page.locator(".card", { hasText: "8.0" }).filter({ hasText: "rascunho" }).waitFor();
  const piece = 8 * 1024 * 1024;
  assert.deepEqual(offsets, [piece, piece, 2 * piece]);
  const sha256 = createHash("sha256").update(large).digest("hex");
  await page.locator(".card", { hasText: sha256 }).waitFor();
  await page.context().close();
});

test("changed on its page: a note leaves it approved, another rule does not; and by a manifest", async () => {
  const id = await add("2.4.0", { notes: "antes" });
  farol.sql(`UPDATE firmware SET state = 'approved', approved_by = 'x', approved_by_id = 0, approved_at = now() WHERE id = '${id}'`);
  const page = await open("eva", `?de=${id}`);
  const save = page.locator(".firmware-edit .button.primary");
  await button(page, "Alterar").click();
  await page.locator(".firmware-edit .note", { hasText: "desfaz a homologação" }).waitFor();
  assert.match(await save.textContent(), /Nada mudou/);
  await isClean(page);
  await page.getByLabel("Notas").fill("Corrige o Wi-Fi de 5 GHz");
  await save.click();
  await page.locator(".rows", { hasText: "Corrige o Wi-Fi de 5 GHz" }).waitFor();
  await page.locator(".pill", { hasText: "homologado" }).waitFor();
  await button(page, "Alterar").click();
  await button(page, "Mais uma linha").click();
  assert.match(await save.textContent(), /Falta: Modelo/);
  await page.getByLabel("Modelo, linha 3").fill("F670");
  await page.getByLabel("A partir das versões, linha 3").fill("1.0, 2.0..2.3");
  await button(page, "Tirar a linha 2").click();
  await page.getByLabel("Vale até").fill("2099-12-31T23:00");
  await page.getByLabel("Lançamento").fill("7");
  await save.click();
  await page.locator("td", { hasText: "1.0, 2.0..2.3" }).waitFor();
  await page.locator(".pill", { hasText: "em teste" }).waitFor();
  const { counter, expires_at: end, rules } = await farol.api("GET", "/firmware/" + id);
  assert.deepEqual([counter, new Date(end) > new Date(), rules.map((rule) => rule.product_class)], [7, true, ["F680", "F670"]]);
  await page.context().close();

  const night = await open("eva", `?de=${id}`, { locale: "en-US", colorScheme: "dark" });
  const { size, sha256 } = await farol.api("GET", "/firmware/" + id);
  const manifest = { farol_firmware: 1, sha256, size, version: "2.4.1", counter: 8, expires_at: "2099-01-01T00:00:00Z", rules: [{ product_class: "F670" }] };
  await night.getByRole("button", { name: "Change", exact: true }).click();
  await night.getByLabel("Who says what it is").selectOption("manifest");
  await night.locator(".firmware-edit input[type=file]").setInputFiles({ name: "m.json", mimeType: "application/json", buffer: Buffer.from(JSON.stringify(manifest)) });
  await isClean(night);
  await night.locator(".firmware-edit .button.primary").click();
  await night.locator(".card h2", { hasText: "ZX-F680 2.4.1" }).waitFor();
  await night.getByRole("button", { name: "Change", exact: true }).click();
  await night.getByLabel("Who says what it is").selectOption("words");
  await night.getByLabel("Version", { exact: true }).fill("2.4.2");
  await isClean(night);
  farol.sql(`UPDATE firmware SET revision = revision + 1 WHERE id = '${id}'`); // somebody changes it meanwhile
  await night.locator(".firmware-edit .button.primary").click();
  await night.locator(".firmware-edit [role=alert]").waitFor();
  assert.deepEqual(farol.sql(`SELECT version FROM firmware WHERE id = '${id}'`), ["2.4.1"]);
  await night.context().close();
});

test("who may only look is not asked for files", async () => {
  const page = await open("bia");
  await page.locator("table td").first().waitFor();
  assert.equal(await page.locator(".drop-zone").count(), 0);
  await page.context().close();
});

test("retired, with a reason", async () => {
  const id = await add("2.3.0");
  const page = await open("eva", `?de=${id}`);
  await button(page, "Retirar").click();
  await page.locator("dialog input").fill("não passou no laboratório");
  await isClean(page);
  await page.keyboard.press("Control+Enter");
  await page.locator(".pill", { hasText: "retirado" }).waitFor();
  await page.context().close();
});
