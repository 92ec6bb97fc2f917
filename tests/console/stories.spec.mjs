// The calls that the console is for, from the first key to the closed case, by people with the role that they have.
// Each is walked in Portuguese by day and in English by night.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Farol, isClean, openBrowser, openPage, PASSWORD, signedIn, SLOW, VIEW, waitFor } from "./farol.mjs";

const WAYS = [
  {
    locale: "pt-BR", colorScheme: "light", done: "Concluído", refused: "recusad", allBack: /Todos os \d+ aparelhos voltaram/, area: /Incidente de área: \d+ clientes fora em CTO-17/,
    here: "Incidente na região", known: "É o do cliente", waits: "quando alguém confirmar",
    names: { "wifi.set_password": "Trocar senha do Wi-Fi", "wan.set_pppoe": "Reaplicar login da conexão", "wifi.set_channel": "Mudar canal do Wi-Fi", factory_reset: "Restaurar de fábrica" },
  },
  {
    locale: "en-US", colorScheme: "dark", done: "Done", refused: "refused", allBack: /All \d+ devices are back/, area: /Area incident: \d+ customers/,
    here: "Area incident", known: "It is the customer's", waits: "once somebody confirms",
    names: { "wifi.set_password": "Change Wi-Fi password", "wan.set_pppoe": "Reapply connection login", "wifi.set_channel": "Change Wi-Fi channel", factory_reset: "Factory reset" },
  },
];
const LONG = 60000 * SLOW;

let farol, browser;

before(async () => {
  farol = await Farol.start({ homes: 34, settings: "[incidents]\ngrace = 1s\n" });
  await farol.person("bruno", "Bruno Lima", "l2");
  browser = await openBrowser();
});

after(async () => {
  await browser?.close();
  await farol?.stop();
});

async function find(page, words) {
  await page.locator(".search input").waitFor();
  await page.keyboard.type(words);
  await page.keyboard.press("Enter");
  await page.locator(".protocol").first().waitFor();
  await page.locator(".stream.live").waitFor();
}

/** What was asked of the home is proved by it, and the page says so. */
async function proved(page, way, type) {
  const newest = page.locator(`.action-card[aria-label="${way.names[type]}"]`).first();
  await newest.locator(".pill", { hasText: way.done }).waitFor({ timeout: LONG });
}

const countOf = async (story, type) => (await farol.api("GET", `/devices/${await farol.deviceOf(story)}/actions?limit=50`)).data.filter((action) => action.type === type);

/** Done to a home by somebody else, to the end, whatever that is. */
async function did(story, type, params) {
  const { id } = await farol.api("POST", `/devices/${await farol.deviceOf(story)}/actions`, { type, ...(params ? { params } : {}) });
  await waitFor(type, async () => (await farol.api("GET", "/actions/" + id)).ended_at, 60);
}

/** Counts keys that are pressed, other than those with which something is written. */
function counted(page) {
  const keys = { pressed: 0 };
  const press = page.keyboard.press.bind(page.keyboard);
  keys.press = (key) => (keys.pressed++, press(key));
  return keys;
}

for (const [i, way] of WAYS.entries())
  test(`Pedro: from the sign-in link to a closed case in twelve keys (${way.locale}, ${way.colorScheme})`, async () => {
    const { invitation } = await farol.api("POST", "/users", { login: "ana" + i, name: "Ana Souza", role: "l1" });
    const context = await browser.newContext({ ...VIEW, ...way });
    const page = await openPage(context);
    const keys = counted(page);
    const before = (await countOf("Pedro", "wifi.set_password")).length;
    const began = Date.now();
    let looking = 0; // axe is no part of the call
    const look = async () => {
      const at = Date.now();
      await isClean(page);
      looking += Date.now() - at;
    };
    await page.goto(farol.url + "/primeiro-acesso#" + invitation.split("#")[1]);
    await page.locator("input[type=password]").first().waitFor();
    await look();
    await page.keyboard.type(PASSWORD);
    await keys.press("Tab");
    await keys.press("Tab"); // past the eye
    await page.keyboard.type(PASSWORD);
    await keys.press("Enter");
    await page.locator(".search input").waitFor();
    await page.keyboard.type("pedro henrique");
    await keys.press("Enter");
    await page.locator(".protocol").waitFor();
    await look();
    await keys.press("w");
    await page.locator("dialog .qr").waitFor();
    await page.locator("dialog .say").waitFor();
    await look();
    await keys.press("Control+Enter");
    await page.locator("dialog").waitFor({ state: "detached" });
    await proved(page, way, "wifi.set_password");
    await look();
    await keys.press("x");
    await page.locator("dialog .segments").waitFor();
    await look();
    await keys.press("1");
    await keys.press("Control+Enter");
    await page.locator("dialog").waitFor({ state: "detached" });
    await page.locator(".protocol").waitFor({ state: "detached" });
    const took = (Date.now() - began - looking) / 1000;
    assert.ok(keys.pressed <= 12, `${keys.pressed} keys`);
    assert.ok(took <= 90, `${took} s`);
    const changes = await countOf("Pedro", "wifi.set_password");
    assert.equal(changes.length, before + 1);
    assert.equal(changes[0].state, "succeeded");
    await context.close();
  });

for (const way of WAYS)
  test(`João: his login is refused; the right one is sent, and the connection comes back (${way.locale}, ${way.colorScheme})`, async () => {
    const pair = farol.people.find((person) => person.story === "João").ppp;
    await did("João", "wan.set_pppoe", { username: pair.username, password: "a-de-antes" }); // in the other language he was healed
    const page = await signedIn(browser, farol, "bruno", way);
    await find(page, farol.serialOf("João"));
    await page.locator(".verdict h2", { hasText: way.refused }).waitFor({ timeout: LONG });
    await isClean(page);
    await page.keyboard.press("p");
    const fields = page.locator("dialog input");
    await fields.first().waitFor();
    await fields.first().fill(pair.username);
    await page.locator("dialog input[type=password]").fill(pair.password);
    await isClean(page);
    await page.keyboard.press("Control+Enter");
    await page.locator("dialog").waitFor({ state: "detached" });
    await proved(page, way, "wan.set_pppoe");
    assert.equal((await countOf("João", "wan.set_pppoe"))[0]?.state, "succeeded");
    await page.keyboard.press("u");
    await page.locator(".verdict h2", { hasText: way.refused }).waitFor({ state: "detached", timeout: LONG });
    await isClean(page);
    assert.ok(!(await page.content()).includes(pair.password), "the password is nowhere on the page");
    await page.context().close();
  });

for (const way of WAYS)
  test(`Lúcia: her channel is left, and her television comes back before one's eyes (${way.locale}, ${way.colorScheme})`, async () => {
    await did("Lúcia", "wifi.set_channel", { band: "2.4", channel: 6 }); // it was left in the other language
    await did("Lúcia", "diag.wifi_scan");
    const page = await signedIn(browser, farol, "bruno", way);
    await find(page, farol.serialOf("Lúcia"));
    await page.keyboard.press("2");
    await page.locator(".bars").first().waitFor();
    const television = page.locator("td", { hasText: "tv-sala" }).first();
    await television.waitFor();
    await isClean(page);
    await page.keyboard.press("k");
    const move = page.locator("dialog .best button");
    await move.waitFor();
    const better = /\d+$/.exec((await move.textContent()).trim())[0];
    assert.notEqual(better, "6");
    await isClean(page);
    await move.click();
    await page.locator(".countdown").waitFor();
    // The television leaves, which is seen as well, and is back without anybody having asked.
    const back = page.locator(".back");
    await back.waitFor({ timeout: LONG });
    await page.locator(".bars .here .channel", { hasText: new RegExp(`^${better}$`) }).waitFor({ timeout: LONG });
    await page.locator(".back.tone-ok", { hasText: way.allBack }).waitFor({ timeout: LONG });
    await television.waitFor({ timeout: LONG });
    assert.equal((await countOf("Lúcia", "wifi.set_channel"))[0]?.state, "succeeded");
    await page.keyboard.press("1");
    await proved(page, way, "wifi.set_channel");
    await isClean(page);
    await page.context().close();
  });

for (const [way, story] of [[WAYS[0], "Bia"], [WAYS[1], "Igor"]]) // each home once a day
  test(`the ladder: back to the factory only with the last four of the serial, its Wi-Fi back when it is known again (${way.locale}, ${way.colorScheme})`, async () => {
    await did(story, "wifi.set_password", { password: "lua-verde-ponte-farol-72" }); // so that it is known here, and can be put back
    const serial = farol.serialOf(story);
    const page = await signedIn(browser, farol, "bruno", way);
    await find(page, serial);
    await page.keyboard.press("z");
    const confirm = page.locator("dialog .dialog-foot .button.danger");
    const typed = page.locator("dialog input.mono");
    await typed.waitFor();
    for (const wrong of ["", "0000", serial.slice(0, 4)]) {
      await typed.fill(wrong);
      assert.equal(await confirm.getAttribute("aria-disabled"), "true", wrong);
      await page.keyboard.press("Control+Enter");
      assert.equal(await page.locator("dialog").count(), 1);
    }
    assert.equal((await countOf(story, "factory_reset")).length, 0);
    await isClean(page);
    await typed.fill(serial.slice(-4));
    await page.keyboard.press("Control+Enter");
    await page.locator("dialog").waitFor({ state: "detached" });
    // It comes back with the password of the factory, as any other would: somebody has the label read out.
    await page.getByRole("button", { name: way.known }).click({ timeout: LONG });
    await page.locator(".action-card", { hasText: way.waits }).waitFor();
    await isClean(page);
    await page.keyboard.press("Control+Enter");
    await page.keyboard.type(serial.slice(-4));
    await page.keyboard.press("Control+Enter");
    await page.locator("dialog").waitFor({ state: "detached" });
    await proved(page, way, "factory_reset");
    assert.equal(await page.getByRole("button", { name: way.known }).count(), 0);
    await isClean(page);
    assert.deepEqual((await countOf(story, "factory_reset")).map((action) => action.state), ["succeeded"]);
    await page.context().close();
  });

test("CTO-17: twelve homes fall silent, and every page says so by itself", async () => {
  const pages = [];
  for (const way of WAYS) pages.push([await signedIn(browser, farol, "bruno", way), way]);
  farol.story("CTO-17", "vanish");
  for (const [page, way] of pages) {
    await page.locator(".banner", { hasText: way.area }).waitFor({ timeout: 3 * LONG });
    await isClean(page);
  }
  for (const [page, way] of pages) {
    await find(page, farol.serialOf("CTO-17"));
    await page.locator(".verdict h2", { hasText: way.here }).waitFor({ timeout: LONG });
    await isClean(page);
  }
  farol.story("CTO-17", "return");
  for (const [page, way] of pages) await page.locator(".banner", { hasText: way.area }).waitFor({ state: "detached", timeout: 3 * LONG });
  for (const [one] of pages) await one.context().close();
});
