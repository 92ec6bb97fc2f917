// What a device has told reaches the page that shows it by itself, and at once.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { after, before, test } from "node:test";
import { Farol, openBrowser, openPage, SLOW, VIEW, waitFor } from "./farol.mjs";
import { asPerson, signIn } from "./people.mjs";

const TIMES = 30;
const LATE_MS = 10000;
const AT_ONCE_MS = 200; // from the commit to the page, on a machine that has nothing else to do
let farol, browser, cookies;

before(async () => {
  farol = await Farol.start({ homes: 24 });
  cookies = await signIn(farol, [["l1", "edu", "Edu Costa"]]);
  browser = await openBrowser();
});

after(async () => {
  await browser?.close();
  await farol?.stop();
});

/** Writes what a session of the device would; when it was there, in ms since 1970, by the clock of both. */
function learn(device, dbm) {
  const change = `UPDATE device_fact SET doc = jsonb_set(doc, '{wan.optical.rx_dbm}', jsonb_build_array(${dbm}, extract(epoch FROM now())::bigint))
    WHERE number_id('dev_', device_id) = '${device}'`;
  const now = "SELECT extract(epoch FROM clock_timestamp()) * 1000"; // a statement of its own: after the commit
  return Number(execFileSync("psql", ["-XAtq", "-v", "ON_ERROR_STOP=1", "-d", farol.database, "-c", change, "-c", now], { encoding: "utf8" }));
}

/** When the page first showed it; fails loudly when it never does. */
const shownAt = (page, text) =>
  page.evaluate(
    ([wanted, most]) =>
      new Promise((done, fail) => {
        const late = setTimeout(() => fail(new Error(`${wanted} is not shown after ${most} ms`)), most);
        const look = () => document.querySelector("main").textContent.includes(wanted) && (clearTimeout(late), watch.disconnect(), done(Date.now()));
        const watch = new MutationObserver(look);
        watch.observe(document.body, { subtree: true, childList: true, characterData: true });
        look();
      }),
    [text, LATE_MS * SLOW],
  );

/** From now on nobody else tells anything of the homes: what is written here stays until the next is. */
async function silence(device) {
  await waitFor("nothing is under way", async () => (await farol.api("GET", `/devices/${device}/actions?state=open`)).data.length === 0, 30);
  farol.homes.kill("SIGTERM");
  await waitFor("the homes are still", async () => farol.homes.exitCode !== null || farol.homes.signalCode !== null);
}

const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

test("a value is on the page a moment after its commit", async () => {
  const context = await browser.newContext({ ...VIEW, locale: "pt-BR" });
  await asPerson(context, farol, cookies.l1);
  const page = await openPage(context);
  const device = await farol.deviceOf("Pedro");
  await page.goto(`${farol.url}/aparelho/${device}`);
  await page.locator(".home-head").waitFor();
  await page.locator(".stream.live").waitFor();
  await silence(device);
  const took = [];
  for (let i = 0; i < TIMES; i++) {
    const dbm = -(11 + i / 10);
    const seen = shownAt(page, `\u2212${(-dbm).toFixed(1).replace(".", ",")}\u00a0dBm`);
    const committed = learn(device, dbm);
    took.push((await seen) - committed);
  }
  const worst = Math.max(...took);
  console.log(`from commit to page, ${TIMES} times: median ${median(took).toFixed(0)} ms, longest ${worst.toFixed(0)} ms`);
  assert.ok(median(took) <= AT_ONCE_MS * SLOW, `median ${median(took)} ms`);
  assert.ok(worst < 5000, "nothing waits for the next look of the page");
  assert.deepEqual(page.complaints, []);
  await context.close();
});
