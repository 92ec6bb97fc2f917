// The way of every call: find the home, understand, do something, watch it being proved. By keys alone.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { asToken, axe, Farol, openBrowser, openPage, SLOW } from "./farol.mjs";

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

async function open(options = {}) {
  const context = await browser.newContext({ viewport: { width: 1366, height: 768 }, locale: "pt-BR", reducedMotion: "reduce", ...options });
  return { context, page: await openPage(context) };
}

const WORDS = {
  "pt-BR": { restarting: /Reiniciando em \d s/, restart: "Reiniciar", done: "Concluído", live: "ao vivo", say: "Leia para o cliente" },
  "en-US": { restarting: /Restarting in \d s/, restart: "Restart", done: "Done", live: "live", say: "Say to the customer" },
};

for (const [locale, words] of Object.entries(WORDS))
  for (const colorScheme of ["light", "dark"])
    test(`Maria is found by her serial, and understood (${locale}, ${colorScheme})`, async () => {
      const { context, page } = await open({ locale, colorScheme });
      await page.goto(door.url + "/");
      await page.getByRole("combobox").waitFor();
      assert.deepEqual(await axe(page), []);
      await page.keyboard.type(farol.serialOf("Maria"));
      await page.keyboard.press("Enter"); // before the answer is there
      await page.locator(".verdict h2").waitFor();
      await page.getByText(words.say).first().waitFor();
      await page.locator(".tile", { hasText: "dBm" }).locator(".pill.tone-bad").waitFor(); // whatever else comes before it
      await page.locator(".stream.live").waitFor();
      assert.deepEqual(await axe(page), []);
      assert.deepEqual(page.complaints, []);
      await context.close();
    });

test("Pedro's router is restarted, and the proof is seen", async () => {
  const words = WORDS["pt-BR"];
  const { context, page } = await open();
  await page.goto(door.url + "/");
  await page.getByRole("combobox").waitFor();
  await page.keyboard.type(farol.serialOf("Pedro"));
  await page.keyboard.press("Enter");
  await page.locator(".stream.live").waitFor();
  await page.locator(".tile").first().waitFor();
  await page.keyboard.press("r");
  await page.getByText(words.restarting).waitFor();
  await page.keyboard.press("Escape"); // five seconds to think better of it
  await page.getByText(words.restarting).waitFor({ state: "detached" });
  await page.keyboard.press("r");
  const card = page.locator(".action-card", { has: page.getByRole("heading", { name: words.restart, exact: true }) });
  await card.waitFor();
  await card.locator(".pill", { hasText: words.done }).waitFor({ timeout: 60000 * SLOW });
  assert.match(await card.textContent(), /Confirmado pelo aparelho em/);
  const done = await farol.api("GET", `/devices/${await farol.deviceOf("Pedro")}/actions?limit=5`);
  assert.equal(done.data.filter((action) => action.type === "reboot").length, 1, "what was taken back was not done");
  assert.deepEqual(page.complaints, []);
  await context.close();
});

test("the first load is small", async () => {
  const { context, page } = await open();
  await page.goto(door.url + "/frota-que-nao-ha");
  await page.getByRole("heading").or(page.locator(".empty")).first().waitFor();
  await page.waitForFunction(() => performance.getEntriesByName("farol:rest").length > 0);
  const first = await page.evaluate(() => {
    const until = performance.getEntriesByName("farol:rest")[0].startTime;
    const entries = [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")];
    return entries.filter((entry) => entry.startTime < until).reduce((sum, entry) => sum + entry.transferSize, 0);
  });
  assert.ok(first > 10000 && first <= 60 * 1024, `${first} bytes`);
  await context.close();
});

test("at 900 px nothing is wider than the window", async () => {
  const { context, page } = await open({ viewport: { width: 900, height: 768 } });
  const id = await farol.deviceOf("Lúcia");
  for (const place of ["/", "/fila", "/frota", "/frota/painel", "/incidentes", ...["", "/wifi", "/internet", "/rede", "/historico", "/configuracao", "/tecnico"].map((view) => `/aparelho/${id}${view}`)]) {
    await page.goto(door.url + place);
    await page.locator("main .card, main table, main .empty, main .search").first().waitFor();
    assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= 900, place);
  }
  await context.close();
});

test("a page that cannot be opened says why, and the two ways on", async () => {
  const { context, page } = await open();
  await page.goto(door.url + "/aparelho/dev_0000000zzzzzz");
  await page.locator("h1", { hasText: "Este aparelho não existe" }).waitFor();
  assert.deepEqual(await axe(page), []);
  const id = await farol.deviceOf("Pedro");
  const broken = { status: 500, contentType: "application/problem+json", body: JSON.stringify({ status: 500, code: "internal", title: "x", detail: "Algo quebrou aqui" }) };
  await page.route("**/api/v1/devices/" + id, (route) => route.fulfill(broken));
  await page.goto(`${door.url}/aparelho/${id}`);
  await page.locator("[role=alert]", { hasText: "Algo quebrou aqui" }).waitFor();
  assert.deepEqual(await axe(page), []);
  await page.unroute("**/api/v1/devices/" + id);
  await page.locator("main .button.primary").click();
  await page.locator(".home-head h1", { hasText: "Pedro" }).waitFor();
  await context.close();
});
