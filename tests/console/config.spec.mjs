// What was asked of a home beside what it has: as asked, changed at the device behind our back, and asked again with one press.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Farol, look, openBrowser, signedIn, SLOW, waitFor } from "./farol.mjs";

const TIMEOUT = 60000 * SLOW;
let farol, browser;

before(async () => {
  farol = await Farol.start({ homes: 24 });
  await farol.person("bia", "Bia", "l2");
  browser = await openBrowser();
});

after(async () => {
  await browser?.close();
  await farol?.stop();
});

async function did(type, params) {
  const { id } = await farol.api("POST", `/devices/${await farol.deviceOf("Lúcia")}/actions`, { type, params });
  await waitFor(type, async () => (await farol.api("GET", "/actions/" + id)).state === "succeeded", 60);
}

const row = (page, name) => page.locator(".wanted tr", { has: page.getByRole("rowheader", { name, exact: true }) });

test("nothing was asked, then as it was asked, then changed at the device, then asked again", async () => {
  const page = await signedIn(browser, farol, "bia");
  const at = `${farol.url}/aparelho/${await farol.deviceOf("Lúcia")}/configuracao`;
  await page.goto(at);
  await page.locator(".empty", { hasText: "Nada foi mudado" }).waitFor();
  await look(page, "light-config-none");

  await did("wifi.set_ssid", { ssid: "Casa da Lúcia", bands: ["2.4"] });
  await did("lan.set_dns", { servers: ["192.0.2.7"] });
  await page.goto(at);
  await row(page, "Wi-Fi 2,4 GHz nome").locator(".pill", { hasText: "conforme" }).waitFor({ timeout: TIMEOUT });
  await row(page, "DNS dado aos aparelhos").locator(".pill", { hasText: "conforme" }).waitFor({ timeout: TIMEOUT });
  assert.equal(await page.locator(".card-head .button").getAttribute("aria-disabled"), "true");
  await look(page, "light-config-as-asked");

  farol.order("set", farol.serialOf("Lúcia"), "Device.WiFi.SSID.1.SSID", "Trocada em casa");
  await did("refresh", { path: "Device.WiFi.SSID.1." });
  const wifi = row(page, "Wi-Fi 2,4 GHz nome");
  await wifi.locator(".pill", { hasText: "diferente" }).waitFor({ timeout: TIMEOUT });
  assert.ok((await wifi.textContent()).includes("Trocada em casa"));
  await look(page, "light-config-differs");

  const before = farol.journal().length;
  await page.locator(".card-head .button").click();
  await wifi.locator(".pill", { hasText: "conforme" }).waitFor({ timeout: TIMEOUT });
  const done = farol.journal().slice(before).filter((line) => line.serial === farol.serialOf("Lúcia") && line.did === "SetParameterValues");
  assert.equal(done.length, 1, "only what differs is asked again");
  assert.deepEqual(page.complaints, []);
  await page.context().close();
});

test("in English by night, by the key", async () => {
  const page = await signedIn(browser, farol, "bia", { locale: "en-US", colorScheme: "dark", viewport: { width: 900, height: 768 } });
  await page.goto(`${farol.url}/aparelho/${await farol.deviceOf("Lúcia")}`);
  await page.locator(".command").first().waitFor();
  await page.keyboard.press("6");
  await page.locator(".wanted td", { hasText: "Casa da Lúcia" }).first().waitFor();
  await look(page, "dark-config");
  await page.context().close();
});
