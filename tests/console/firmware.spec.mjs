// Another firmware, from the key to the version that the device shows; one that the device refuses; a model for which there is none.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Farol, isClean, openBrowser, signedIn, SLOW } from "./farol.mjs";

const MODEL = "AR-G2426";
const TIMEOUT = 60000 * SLOW;
let farol, browser;

before(async () => {
  farol = await Farol.start({ homes: 24 });
  await farol.person("ana", "Ana", "l1");
  browser = await openBrowser();
});

after(async () => {
  await browser?.close();
  await farol?.stop();
});

async function open(story, options) {
  const page = await signedIn(browser, farol, "ana", options);
  await page.goto(`${farol.url}/aparelho/${await farol.deviceOf(story)}`);
  await page.locator(".command").first().waitFor();
  await page.keyboard.press("f");
  await page.locator("dialog[open]").waitFor();
  return page;
}

const cardOf = (page, name) => page.locator(".action-card", { has: page.getByRole("heading", { name, exact: true }) }).first();

test("for a model of which the library has none there is nothing to press", async () => {
  const page = await open("Pedro");
  await page.locator("dialog .empty", { hasText: "Não há outro firmware" }).waitFor();
  assert.equal(await page.locator("dialog .button.primary").getAttribute("aria-disabled"), "true");
  await isClean(page);
  await page.context().close();
});

test("installed, and seen to run", async () => {
  await farol.firmware("ar-4.2.20.bin", "4.2.20", MODEL, "version=4.2.20\n");
  await farol.firmware("other-9.9.bin", "9.9", "PT-ONT 8145", "version=9.9\n");
  const page = await open("Pedro");
  await page.locator("dialog select").waitFor();
  assert.deepEqual(await page.locator("dialog option").allTextContents(), ["4.2.20 · ar-4.2.20.bin · 15\u00a0B"]);
  assert.equal(await page.evaluate(() => document.activeElement.selectedOptions?.[0].textContent.slice(0, 6)), "4.2.20", "what there is to choose has the focus");
  await isClean(page);
  await page.keyboard.press("Control+Enter");
  await page.locator("dialog").waitFor({ state: "detached" });
  await cardOf(page, "Atualizar firmware").locator(".pill", { hasText: "Concluído" }).waitFor({ timeout: TIMEOUT });
  await page.locator(".tile", { hasText: "Firmware" }).filter({ hasText: "4.2.20" }).waitFor({ timeout: TIMEOUT });
  assert.equal(farol.journal().filter((row) => row.did === "Download" && row.serial === farol.serialOf("Pedro")).length, 1);
  await page.keyboard.press("f");
  await page.locator("dialog .empty").waitFor(); // what it runs is nothing to install
  await page.context().close();
});

test("refused by the device: said in words, in English by night", async () => {
  await farol.firmware("ar-4.2.21.bin", "4.2.21", MODEL, "version=4.2.21\ncorrupt=100\n");
  const page = await open("Lúcia", { locale: "en-US", colorScheme: "dark" });
  await page.locator("dialog select").selectOption({ label: (await page.locator("dialog option", { hasText: "4.2.21" }).textContent()).trim() });
  await isClean(page);
  await page.keyboard.press("Control+Enter");
  const card = cardOf(page, "Update firmware");
  await card.locator(".pill", { hasText: "Failed" }).waitFor({ timeout: TIMEOUT });
  assert.match(await card.textContent(), /It did not work: ./);
  await isClean(page);
  await page.context().close();
});

/** Of the library, approved; state: or not yet. */
async function inLibrary(version, more = {}, state = "approved") {
  await farol.firmware(`lib-${version}.bin`, version, MODEL, `version=${version}\n`);
  const [file] = farol.sql(`SELECT id FROM file WHERE name = 'lib-${version}.bin'`);
  const { rule, ...words } = more;
  const answer = await fetch(`${farol.url}/api/v1/firmware`, {
    method: "POST",
    headers: { Authorization: `Bearer ${farol.token}`, "Content-Type": "application/json" },
    body: JSON.stringify({ file, name: `Edição ${version}`, version, rules: [{ product_class: MODEL, ...rule }], ...words }),
  });
  assert.equal(answer.status, 201, await answer.text());
  farol.sql(`UPDATE firmware SET state = '${state}', approved_by = 'x', approved_by_id = 0, approved_at = now() WHERE file_id = '${file}'`);
}

test("of the library what is approved and fits comes first, and the rest says why not", async () => {
  await inLibrary("5.0.1", { disruptive: true, known_issues: "Wi-Fi 5 GHz lento" });
  await inLibrary("5.0.2", { rule: { hardware_version: "V99" } });
  await inLibrary("5.0.3", {}, "testing");
  for (const options of [{}, { locale: "en-US", colorScheme: "dark" }]) {
    const page = await open("Lúcia", options);
    await page.locator("dialog select").waitFor();
    const choices = await page.locator("dialog option").allTextContents();
    assert.equal(choices[0], "5.0.1 · Edição 5.0.1 · 14\u00a0B");
    assert.ok(!choices.some((choice) => /5\.0\.[23]/.test(choice)), "what does not fit or is not approved cannot be chosen");
    assert.match(await page.locator("dialog").textContent(), options.locale ? /5\.0\.2 · Edição 5\.0\.2: The firmware is not for this hardware version/ : /5\.0\.2 · Edição 5\.0\.2: O firmware não é para esta versão de hardware/);
    assert.match(await page.locator("dialog").textContent(), /Wi-Fi 5 GHz lento/);
    await isClean(page);
    await page.context().close();
  }
});

test("a case whose reason nothing suggests asks for it first, and is closed with it", async () => {
  const page = await signedIn(browser, farol, "ana");
  await page.locator(".search input").fill(farol.serialOf("Pedro"));
  await page.keyboard.press("Enter");
  await page.locator(".protocol").waitFor();
  await page.keyboard.press("x");
  const reason = page.locator("dialog").getByLabel("Motivo");
  await reason.waitFor();
  assert.equal(await reason.inputValue(), "");
  assert.ok(await reason.evaluate((field) => document.activeElement === field), "it has the focus");
  assert.equal(await page.locator("dialog .button.primary").getAttribute("aria-disabled"), "true");
  await isClean(page);
  await reason.selectOption({ index: 1 });
  await page.keyboard.press("Control+Enter");
  await page.locator("dialog").waitFor({ state: "detached" });
  await page.locator(".protocol").waitFor({ state: "detached" });
  await page.context().close();
});
