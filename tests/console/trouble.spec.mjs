// What goes wrong: the server is gone and comes back, many tabs, hostile words of devices and people, no right to do it.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { asToken, axe, Farol, isClean, openBrowser, openPage, SLOW, VIEW, waitFor } from "./farol.mjs";

let farol, door, browser, maria;

before(async () => {
  farol = await Farol.start({ homes: 24 });
  door = await asToken(farol);
  browser = await openBrowser();
  maria = await farol.deviceOf("Maria");
});

after(async () => {
  await browser?.close();
  door?.stop();
  await farol?.stop();
});

const newContext = () => browser.newContext({ ...VIEW, locale: "pt-BR" });

const metric = async (name) => Number(new RegExp(`^${name} (\\d+)`, "m").exec(await fetch(farol.url + "/metrics").then((answer) => answer.text()))?.[1]);

const WAYS = [
  { locale: "pt-BR", colorScheme: "light", done: "Concluído", lost: "Sem conexão", restart: "Reiniciar", note: "cliente vai verificar a tomada" },
  { locale: "en-US", colorScheme: "dark", done: "Done", lost: "Lost the server", restart: "Restart", note: "customer will check the socket" },
];

for (const { locale, colorScheme, done, lost, restart, note } of WAYS) {
  const as = `(${locale}, ${colorScheme})`;
  const inThisWay = () => browser.newContext({ ...VIEW, locale, colorScheme });

  test("eight tabs share one stream, and none of them waits " + as, async () => {
    const context = await inThisWay();
    const pages = [];
    for (let i = 0; i < 8; i++) {
      pages.push(await openPage(context));
      await pages[i].goto(`${door.url}/aparelho/${maria}`);
    }
    for (const page of pages) await page.locator(".stream.live").waitFor();
    assert.equal(await waitFor("one stream", async () => (await metric("acs_sse_clients")) === 1), true);
    const action = await farol.api("POST", `/devices/${maria}/actions`, { type: "diag.line" });
    for (const page of pages) await page.locator(".action-card .pill", { hasText: done }).first().waitFor({ timeout: 30000 * SLOW });
    assert.ok(action.id);
    await isClean(pages[7]);
    for (const page of pages) assert.deepEqual(page.complaints, []);
    await context.close();
    await waitFor("no stream", async () => (await metric("acs_sse_clients")) === 0);
  });

  test("the server is gone and comes back: the page says so, and loses nothing " + as, async () => {
    const context = await inThisWay();
    const page = await openPage(context);
    await page.goto(door.url + "/");
    await page.getByRole("combobox").fill(farol.serialOf("João"));
    await page.keyboard.press("Enter");
    await page.locator(".protocol").waitFor(); // found by a search: a case has opened by itself
    await page.keyboard.press("n");
    await page.locator("dialog textarea").fill(note);
    await farol.killServer();
    await page.keyboard.press("Control+Enter");
    await page.locator("dialog [role=alert]").waitFor();
    await page.locator(".banner", { hasText: lost }).waitFor();
    assert.deepEqual(await axe(page), []);
    await farol.startServer();
    await page.reload(); // what was written is on this side
    await page.locator(".protocol").waitFor();
    await page.locator(".stream.live").waitFor();
    await page.keyboard.press("n");
    assert.equal(await page.locator("dialog textarea").inputValue(), note);
    await page.keyboard.press("Control+Enter");
    await page.locator("dialog").waitFor({ state: "detached" });
    await page.locator(".case-log", { hasText: note }).waitFor();
    await context.close();
  });

  test("the server is killed in the middle of an action, and comes back: the page goes on by itself, and it was done once " + as, async () => {
    const context = await inThisWay();
    const page = await openPage(context);
    const pedro = await farol.deviceOf("Pedro");
    const restarts = () => farol.journal().filter((line) => line.serial === farol.serialOf("Pedro") && line.did === "Reboot").length;
    const before = restarts();
    await page.goto(`${door.url}/aparelho/${pedro}`);
    await page.locator(".stream.live").waitFor();
    farol.order("next", farol.serialOf("Pedro"), "Reboot", "unanswered"); // it is carried out, and nobody hears of it
    await page.keyboard.press("r");
    await waitFor("it is under way", async () => restarts() === before + 1, 60);
    await farol.killServer();
    await page.locator(".banner", { hasText: lost }).waitFor({ timeout: 20000 * SLOW });
    await page.locator(".verdict h2").waitFor(); // what was known is still there to be read
    assert.deepEqual(await axe(page), []);
    await farol.startServer();
    await page.locator(".banner").waitFor({ state: "detached", timeout: 20000 * SLOW });
    await page.locator(".stream.live").waitFor({ timeout: 20000 * SLOW });
    const card = page.locator(".action-card", { has: page.getByRole("heading", { name: restart, exact: true }) }).first();
    await card.locator(".pill", { hasText: done }).waitFor({ timeout: 60000 * SLOW });
    assert.equal(restarts(), before + 1);
    const told = (await farol.api("GET", `/devices/${pedro}/actions?limit=20`)).data.filter((one) => one.type === "reboot");
    assert.deepEqual(told.map((one) => one.state), Array(before + 1).fill("succeeded"));
    await context.close();
  });
}

test("an answer that was lost: whoever presses again means the same, and it is done once", async () => {
  const context = await newContext();
  const page = await openPage(context);
  const bia = await farol.deviceOf("Bia");
  const lose = new Set(["note", "reboot"]);
  let wished = 0;
  await context.route(/\/(actions|notes)$/, async (route) => {
    const asked = route.request();
    const what = asked.method() === "POST" && asked.url().endsWith("notes") ? "note" : asked.postDataJSON()?.type;
    if (what === "reboot") wished++;
    if (!lose.delete(what)) return route.continue();
    await route.fetch(); // the server has done it
    await route.abort("connectionreset");
  });
  await page.goto(door.url + "/");
  await page.locator(".search-field input").fill(farol.serialOf("Bia"));
  await page.keyboard.press("Enter");
  await page.locator(".protocol").waitFor();
  await page.keyboard.press("n");
  await page.locator("dialog textarea").fill("a porta 1 está a 100 Mb/s");
  await page.keyboard.press("Control+Enter");
  await page.locator("dialog [role=alert]").waitFor();
  await page.keyboard.press("Control+Enter");
  await page.locator("dialog").waitFor({ state: "detached" });
  assert.equal(await page.locator(".case-log li", { hasText: "a porta 1" }).count(), 1);
  await page.keyboard.press("r");
  await page.locator(".toast.tone-bad").waitFor({ timeout: 20000 * SLOW });
  await page.keyboard.press("r");
  const card = page.locator(".action-card", { has: page.getByRole("heading", { name: "Reiniciar", exact: true }) });
  await card.locator(".pill", { hasText: "Concluído" }).waitFor({ timeout: 60000 * SLOW });
  await page.locator(".countdown").waitFor({ state: "detached" });
  await waitFor("it was asked for again", async () => wished === 2);
  assert.equal((await farol.api("GET", `/devices/${bia}/actions?limit=20`)).data.filter((one) => one.type === "reboot").length, 1);
  await context.close();
});

test("a server that is busy for a moment costs no second search", async () => {
  const context = await newContext();
  const page = await openPage(context);
  let refused = 0;
  await page.route("**/api/v1/search?**", (route) =>
    refused++ < 2
      ? route.fulfill({ status: 503, contentType: "application/problem+json", headers: { "Retry-After": "1" }, json: { code: "unavailable", title: "busy", status: 503 } })
      : route.continue(),
  );
  await page.goto(door.url + "/");
  await page.getByRole("combobox").fill(farol.serialOf("Maria"));
  await page.keyboard.press("Enter");
  await page.locator(".verdict h2").waitFor();
  await page.getByRole("heading", { name: "Maria" }).first().waitFor(); // her name is asked for by a search as well
  await context.close();
});

test("Enter counts in the same moment as the last letter: scanners type like that", async () => {
  const context = await newContext();
  const page = await openPage(context);
  await page.goto(door.url + "/");
  const field = page.getByRole("combobox");
  await field.waitFor();
  await field.evaluate((input, serial) => {
    input.value = serial;
    input.dispatchEvent(new InputEvent("input", { bubbles: true }));
    input.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true }));
  }, farol.serialOf("Maria"));
  await page.locator(".verdict h2").waitFor();
  await context.close();
});

/** Notes, in the moment in which it comes to be, a field that should have the focus and has it not: what is typed then is lost. */
function watchFocus() {
  window.late = [];
  window.fields = 0;
  const look = () => {
    for (const field of document.querySelectorAll("[data-first]")) {
      if (field.seen) continue;
      field.seen = true;
      window.fields++;
      if (document.activeElement !== field) window.late.push(field.getAttribute("aria-label") ?? field.labels?.[0]?.textContent ?? field.tagName);
    }
  };
  new MutationObserver(look).observe(document, { childList: true, subtree: true });
}

test("a field has the focus as soon as it is there: nothing that is typed in the first moment is lost", async () => {
  const context = await newContext();
  await context.addInitScript(watchFocus);
  const page = await openPage(context);
  const focus = async (least) => {
    assert.ok((await page.evaluate(() => window.fields)) >= least, "fields were seen");
    assert.deepEqual(await page.evaluate(() => window.late), []);
  };
  await page.goto(farol.url + "/"); // nobody has signed in there
  await page.locator("input[autocomplete=username]").waitFor();
  await focus(1);
  await page.goto(door.url + "/");
  await page.locator(".search input").waitFor();
  await focus(1);
  await page.keyboard.type(farol.serialOf("João"));
  await page.keyboard.press("Enter");
  await page.locator(".protocol").waitFor();
  await page.keyboard.press("n");
  await page.locator("dialog textarea").waitFor();
  await page.keyboard.press("Escape");
  await page.keyboard.press("/");
  await page.locator("dialog .search input").waitFor();
  await focus(3);
  await context.close();
});

const HOSTILE = [
  "<script>document.title='x'</script>", "<img src=x onerror=alert(1)>", "\"><svg onload=alert(1)>", "javascript:alert(1)", "{{7*7}}", "${7*7}",
  "<iframe srcdoc='<script>parent.hit=1</script>'>", "';alert(1)//", "</textarea><b>", "&lt;b&gt;", "\u202Egnp.exe", "=HYPERLINK(\"http://x\")", "<a href=//evil>",
  "\uD83D\uDE00 olá", "A".repeat(64),
];

test("hostile words are shown as they are, and nothing else happens", async () => {
  const context = await newContext();
  const page = await openPage(context);
  const known = new Set(farol.people.map((person) => person.serial));
  const stranger = (await farol.api("GET", "/devices?limit=50")).data.find((device) => !known.has(device.serial)).id;
  let dialogs = 0;
  page.on("dialog", (dialog) => (dialogs++, dialog.dismiss()));
  for (const words of HOSTILE) {
    const name = words.slice(0, 64);
    await farol.api("PATCH", `/devices/${stranger}`, { place: { cto: name, city: name } });
    await page.goto(`${door.url}/frota`);
    await page.locator(".fleet td", { hasText: name }).first().waitFor();
    await page.goto(`${door.url}/aparelho/${stranger}`);
    await page.locator(".home-head").waitFor();
    assert.ok((await page.locator(".home-head .about").textContent()).includes(name), name);
  }
  assert.equal(dialogs, 0);
  assert.equal(await page.title(), "Farol");
  assert.deepEqual(page.complaints, []);
  await context.close();
});

test("what one may not do is grey, with the reason", async () => {
  const context = await newContext();
  const page = await openPage(context);
  await page.route("**/api/v1/me", async (route) => {
    const answer = await route.fetch();
    const body = await answer.json();
    await route.fulfill({ response: answer, json: { ...body, capabilities: ["devices.read", "actions.read"] } });
  });
  await page.goto(`${door.url}/aparelho/${maria}`);
  const restart = page.locator(".command", { hasText: "Reiniciar" });
  await restart.waitFor();
  assert.equal(await restart.getAttribute("aria-disabled"), "true");
  assert.match(await restart.getAttribute("title"), /supervisor/);
  await restart.click({ force: true }); // a person can
  await page.keyboard.press("r");
  await page.waitForTimeout(500);
  assert.equal(await page.locator(".countdown").count(), 0);
  await context.close();
});
