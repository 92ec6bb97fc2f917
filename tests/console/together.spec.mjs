// Two agents at one customer: each sees the other, and what both do at once gets a sentence. One reads Portuguese, one English.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Farol, isClean, openBrowser, signedIn, SLOW } from "./farol.mjs";

let farol, browser, ana, bia;

before(async () => {
  farol = await Farol.start({ homes: 24 });
  for (const [login, name, role] of [["ana", "Ana Souza", "l1"], ["bia", "Bia Castro", "l1"], ["bruno", "Bruno Lima", "l2"], ["carla", "Carla Reis", "l2"]])
    await farol.person(login, name, role);
  browser = await openBrowser();
  ana = await signedIn(browser, farol, "ana", { locale: "pt-BR", colorScheme: "light" });
  bia = await signedIn(browser, farol, "bia", { locale: "en-US", colorScheme: "dark" });
});

after(async () => {
  await browser?.close();
  await farol?.stop();
});

async function find(page, words) {
  await page.locator(".search-field input").fill(words);
  await page.keyboard.press("Enter");
  await page.locator(".protocol").first().waitFor();
  await page.locator(".stream.live").waitFor();
}

const countOf = async (id, type) => (await farol.api("GET", `/devices/${id}/actions?limit=50`)).data.filter((action) => action.type === type).length;

// Caio does not answer: what is asked of him stays under way.
test("what the customer would notice is told of before it is done beside another's", async () => {
  const caio = await farol.deviceOf("Caio");
  await find(ana, farol.serialOf("Caio"));
  await find(bia, farol.serialOf("Caio"));
  await ana.locator(".note", { hasText: "bia também atende" }).waitFor({ timeout: 10000 * SLOW });
  await bia.locator(".note", { hasText: "ana" }).waitFor({ timeout: 10000 * SLOW });
  await ana.keyboard.press("w");
  await ana.locator("dialog .meter .pill").waitFor();
  await ana.keyboard.press("Control+Enter");
  await ana.locator("dialog").waitFor({ state: "detached" });
  await bia.locator(".action-card", { hasText: "Change Wi-Fi password" }).filter({ hasText: "ana" }).waitFor({ timeout: 10000 * SLOW });
  assert.equal(await ana.locator(".action-card", { hasText: "· ana" }).count(), 0, "one's own has no name");

  await bia.keyboard.press("r");
  const sentence = bia.locator(".toast.tone-bad", { hasText: /ana: Change the Wi-Fi password/ });
  await sentence.waitFor({ timeout: 20000 * SLOW });
  assert.match(await sentence.textContent(), /asking again does it all the same/);
  await isClean(bia);
  assert.equal(await countOf(caio, "reboot"), 0);

  await bia.keyboard.press("w");
  await bia.locator("dialog .meter .pill").waitFor();
  await bia.keyboard.press("Control+Enter");
  await bia.locator("dialog [role=alert]", { hasText: "ana: Change the Wi-Fi password" }).waitFor();
  await isClean(bia);
  assert.equal(await countOf(caio, "wifi.set_password"), 1);
  await bia.keyboard.press("Control+Enter"); // knowing of it
  await bia.locator("dialog").waitFor({ state: "detached" });
  assert.equal(await countOf(caio, "wifi.set_password"), 2);

  await ana.keyboard.press("r"); // now it is bia's that she has to know of
  await ana.locator(".toast.tone-bad", { hasText: "bia: Trocar a senha do Wi-Fi" }).waitFor({ timeout: 20000 * SLOW });
  await isClean(ana);
  assert.equal(await countOf(caio, "reboot"), 0);
});

test("an escalated case that two give back at once is given back by one, and the other is told", async () => {
  await ana.keyboard.press("h");
  await find(ana, farol.serialOf("Pedro"));
  await ana.keyboard.press("e");
  await ana.locator("dialog textarea").waitFor();
  await ana.keyboard.press("Control+Enter");
  await ana.locator("dialog").waitFor({ state: "detached" });
  const at = `${farol.url}/aparelho/${await farol.deviceOf("Pedro")}`;
  const bruno = await signedIn(browser, farol, "bruno");
  const carla = await signedIn(browser, farol, "carla");
  for (const page of [bruno, carla]) {
    await page.goto(at);
    await page.getByRole("button", { name: "Devolver com orientação" }).click();
    await page.locator("dialog textarea").fill("por " + (page === bruno ? "bruno" : "carla"));
  }
  await carla.route("**/api/v1/cases?**", (route) => route.abort()); // she has not heard of it yet
  await bruno.keyboard.press("Control+Enter");
  await bruno.locator("dialog").waitFor({ state: "detached" });
  await carla.keyboard.press("Control+Enter");
  await carla.locator("dialog [role=alert]").waitFor();
  assert.match(await carla.locator("dialog [role=alert]").textContent(), /\p{L}{4,}/u);
  assert.equal(await carla.locator("dialog textarea").inputValue(), "por carla", "what she wrote is not lost");
  await ana.locator(".advice", { hasText: "por bruno" }).waitFor({ timeout: 20000 * SLOW });
  await bruno.context().close();
  await carla.context().close();
});
