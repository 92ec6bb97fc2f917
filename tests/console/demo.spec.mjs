// The campaign of the demo, as contrib/quickstart begins it, before the eyes of two who watch: it halts itself in its third wave. Then
// somebody presses PARAR TUDO while another one runs.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { NIGHT } from "./campaigning.mjs";
import { Farol, look, openBrowser, signedIn, sleep, SLOW, top, waitFor } from "./farol.mjs";

const HOMES = 150; // as contrib/demo/serve has them
const QUIET_MS = 2000; // after the kill switch was put on, nothing is sent any more (contrib/doc/campaigns.md)

let farol, browser, day, night;

/** Whoever looks at a demo has signed in before it begins. */
before(async () => {
  farol = await Farol.start({ homes: HOMES, stories: false, interval: 10, simulator: ["--seed", "2", "--models", "f680", "--reboot-seconds", "1.5..3"] });
  writeFileSync(farol.file("demo-token"), farol.token + "\n", { mode: 0o600 });
  await farol.person("olga", "Olga Reis", "admin");
  await farol.person("rui", "Rui Alves", "supervisor");
  browser = await openBrowser();
  day = await signedIn(browser, farol, "olga");
  night = await signedIn(browser, farol, "rui", NIGHT);
});

after(async () => {
  await browser?.close();
  await farol?.stop();
});

async function open(page, at) {
  await page.goto(farol.url + at);
  await page.locator("main h1").waitFor();
}

const pill = (page, text) => page.locator(".page-head .pill", { hasText: text });
const shown = (id) => farol.api("GET", "/campaigns/" + id);

test("the campaign of the demo halts itself in its third wave before one's eyes, with the rule and its numbers", async () => {
  const { stdout } = await promisify(execFile)(path.join(top, "contrib/demo/campaign"), [farol.url, farol.directory, String(HOMES)], { timeout: 100000 * SLOW });
  const id = stdout.trim();
  assert.match(id, /^cmp_/);
  for (const page of [day, night]) await open(page, "/campanhas/" + id);
  await pill(day, "em andamento").waitFor();
  await pill(night, "running").waitFor();
  await day.locator(".wave-bars li.here", { hasText: "canário" }).waitFor();
  await look(day, "light-demo-live");

  await day.locator(".wave-bars li.here", { hasText: "onda 3" }).waitFor({ timeout: 60000 * SLOW });
  await pill(day, "PARADA").waitFor({ timeout: 60000 * SLOW });
  await pill(night, "HALTED").waitFor({ timeout: 60000 * SLOW });
  const { wave, state, stopped, waves } = await shown(id);
  assert.deepEqual([state, wave, stopped.rule], ["halted", 3, "bad"]);
  assert.equal(waves[3].healthy + waves[3].in_flight + waves[3].failed, 0, "the fourth wave has not begun");
  for (const [page, language, itself, rule] of [
    [day, "pt-BR", "Parou sozinha", "parcela com erro"],
    [night, "en", "by itself", "share of failures"],
  ]) {
    const halted = page.locator(".halted[role=alert]");
    await halted.filter({ hasText: itself }).filter({ hasText: rule }).filter({ hasText: stopped.say[language] }).waitFor();
    assert.match(stopped.say[language], /\d+ (de|of) \d+/);
    await page.locator(".count-bars a", { hasText: "9018" }).waitFor();
  }
  for (const page of [day, night]) await page.locator(".chart svg.lines").first().waitFor(); // a campaign of a minute has a graph, too
  await look(day, "light-demo-halted");
  await look(night, "dark-demo-halted");
  await day.locator(".happenings li", { hasText: "Parou sozinha" }).filter({ hasText: stopped.say["pt-BR"] }).waitFor();
});

/** One that has a lot to do, and does it slowly; written and started by a program, approved by a person. */
async function begun() {
  const plan = { waves: [{ rest: true, soak_s: 0 }], caps: { in_flight: 20, per_pon: 0 }, ramp: { per_minute: 30, most_per_minute: 30 } };
  const { id } = await farol.api("POST", "/campaigns", { name: "Ler de novo", type: "refresh", filter: "model:F680", plan });
  await farol.api("POST", `/campaigns/${id}/dry-run`, {});
  const { list_hash, total } = await waitFor("the list is there", async () => (await shown(id)).state === "listed" && shown(id));
  await open(night, "/campanhas/" + id);
  await night.getByRole("button", { name: "Approve", exact: true }).click();
  await night.locator("dialog .rows").waitFor();
  await night.keyboard.press("Control+Enter");
  await night.locator(".note.tone-ok", { hasText: "rui" }).waitFor();
  await farol.api("POST", `/campaigns/${id}/start`, { list_hash, devices: total });
  return id;
}

const sentOf = async (id) => {
  const [wave] = (await shown(id)).waves;
  return wave.healthy + wave.in_flight + wave.failed + wave.looping + wave.lying + wave.missing;
};

test("PARAR TUDO while another one runs: it stops, and both see that it does", async () => {
  const id = await begun();
  for (const page of [day, night]) await open(page, "/campanhas/" + id);
  await pill(day, "em andamento").waitFor();
  await waitFor("it sends", async () => (await sentOf(id)) > 3, 60);
  await day.locator(".account-button").click();
  await day.getByRole("button", { name: "PARAR TUDO…" }).click();
  await day.locator("dialog textarea").fill("Queixas demais nesta manhã.");
  await look(day, "light-demo-stop-all");
  await day.keyboard.press("Control+Enter");
  await day.locator(".banner.kill", { hasText: "todas as campanhas" }).waitFor();
  await sleep(QUIET_MS);
  const sent = await sentOf(id);
  await night.locator(".banner.kill", { hasText: "all campaigns" }).filter({ hasText: "Queixas demais" }).waitFor();
  for (const [page, why] of [[day, "Uma parada geral está ligada"], [night, "A kill switch is on"]]) await page.locator(".note.tone-warn", { hasText: why }).waitFor();
  await look(day, "light-demo-stopped");
  await look(night, "dark-demo-stopped");
  await sleep(QUIET_MS);
  const { total } = await shown(id);
  assert.equal(await sentOf(id), sent, "nothing is sent any more");
  assert.ok(sent < total, `${sent} of ${total}: there was something left to stop`);
  assert.deepEqual([...day.complaints, ...night.complaints], []);
});
