// The board of a campaign while it goes: told by the stream, or asked for where there is none; drawn against those that were left alone; and
// what comes after it, undoing it or trying again; devices that fail again and again.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { approvedFirmware, begin, ended, listedCampaign, NIGHT, openHomes } from "./campaigning.mjs";
import { look, signedIn, SLOW, waitFor } from "./farol.mjs";

const HOMES = 24;
const UNASKED_MS = 12000; // the page asks by itself each 15 s while the stream tells
const CALM = { stop: { consecutive: 0, bad_percent: 0, missing_percent: 0, loop_percent: 0, version_percent: 0, informs_percent: 0, contacts_times: 0 }, retry: { times: 0 } };

let farol, browser, carla, rui, model;

const button = (page, name) => page.locator("main").getByRole("button", { name, exact: true });
const pill = (page, text) => page.locator(".page-head .pill", { hasText: text });
const firmware = (version, behaviour) => approvedFirmware(farol, rui, model, version, behaviour);

async function open(page, at) {
  await page.goto(farol.url + at);
  await page.locator("main h1").waitFor();
}

before(async () => {
  ({ farol, model, browser, carla, rui } = await openHomes(HOMES));
});

after(async () => {
  await browser?.close();
  await farol?.stop();
});

/** Of a campaign that is over, ten points of a minute each: those that it sent to fell silent, and those left alone did not. */
function drawSamples(id) {
  farol.sql(`DELETE FROM campaign_sample`);
  farol.sql(`INSERT INTO campaign_sample (campaign_id, at, wave, in_flight, sent, healthy, bad, silent_share, control_silent_share, contacts_per_1000, control_contacts_per_1000)
    SELECT ${Number(id.slice(4))}, now() - (10 - i) * interval '1 min', 0, 2, i * 2, i, i / 3, CASE WHEN i > 2 THEN i * 0.01 END, 0.01, i * 1.5, CASE WHEN i < 8 THEN 2 END FROM generate_series(1, 10) i`);
}

test("while it goes the stream tells; the figures are drawn, and are a table, too", async () => {
  const id = await listedCampaign(farol, "Reinício", { type: "reboot", plan: { waves: [{ devices: 3, soak_s: 900 }, { rest: true, soak_s: 0 }] } });
  await begin(farol, id, rui);
  await open(carla, "/campanhas/" + id);
  await carla.locator(".totals li", { hasText: "3 sucesso" }).waitFor({ timeout: 60000 * SLOW });
  await carla.locator(".stream.live").waitFor();
  const from = Date.now();
  await farol.api("POST", `/campaigns/${id}/pause`, {});
  await pill(carla, "pausada").waitFor();
  await farol.api("POST", `/campaigns/${id}/resume`, {});
  await pill(carla, "em andamento").waitFor();
  assert.ok(Date.now() - from < UNASKED_MS, "it was told, not asked for");

  for (const verb of ["halt", "cancel"]) await farol.api("POST", `/campaigns/${id}/${verb}`, {});
  drawSamples(id);
  await open(carla, "/campanhas/" + id);
  const silent = carla.locator(".chart", { hasText: "Calados, em %" });
  assert.equal(await silent.locator("svg.graph").getAttribute("aria-label"), "Calados, em % · na campanha: 10\u00a0% · não tocados: 1\u00a0%");
  await carla.locator(".chart", { hasText: "Atendimentos por mil" }).locator(".legend li", { hasText: "não tocados" }).filter({ hasText: "—" }).waitFor();
  await carla.locator(".chart svg .mark-line").first().waitFor({ state: "attached" });
  await look(carla, "light-board-figures");
  await silent.getByRole("button").click();
  await silent.locator("td", { hasText: "10\u00a0%" }).waitFor();
  await look(carla, "light-board-table");
  await open(rui, "/campanhas/" + id);
  await rui.locator(".chart", { hasText: "Sent, and what came of it" }).locator(".legend li", { hasText: "sent 20" }).waitFor();
  await look(rui, "dark-board-figures");
});

test("whom it was for is a file of one's own, as far as it is made", async () => {
  const [id] = (await farol.api("GET", "/campaigns?limit=1")).data.map((one) => one.id);
  for (const [page, words] of [[carla, { download: "Baixar", name: "light-board-export" }], [await signedIn(browser, farol, "carla", NIGHT), { download: "Download", name: "dark-board-export" }]]) {
    await open(page, `/campanhas/${id}?estado=all`);
    let early = 1; // so few are made in a moment: once it is seen in the middle of it
    await page.route("**/api/v1/exports/exp_*", async (route) => {
      if (early-- <= 0 || route.request().url().endsWith("/file")) return route.continue();
      const answer = await route.fetch();
      await route.fulfill({ response: answer, json: { ...(await answer.json()), state: "running", rows: 7 } });
    });
    await button(page, "CSV").click();
    await page.locator(".sending", { hasText: `7/${HOMES}` }).locator("progress").waitFor();
    const link = page.locator(".sending a.button", { hasText: words.download });
    await link.waitFor();
    await look(page, words.name);
    const [download] = await Promise.all([page.waitForEvent("download"), link.click()]);
    const rows = readFileSync(await download.path(), "utf8").trim().split("\n");
    assert.equal(rows.length, HOMES + 1);
    assert.match(rows[0], /serial/);
  }
  await open(carla, `/campanhas/${id}?estado=healthy`);
  await button(carla, "NDJSON").click();
  const [download] = await Promise.all([carla.waitForEvent("download"), carla.locator(".sending a.button").click()]);
  const rows = readFileSync(await download.path(), "utf8").trim().split("\n").map((line) => JSON.parse(line));
  assert.deepEqual(new Set(rows.map((row) => row.state)), new Set(["healthy"]));
  await farol.person("bia", "Bia Melo", "l2");
  const bia = await signedIn(browser, farol, "bia");
  await open(bia, `/campanhas/${id}?estado=all`);
  await bia.locator(".targets td").first().waitFor();
  assert.equal(await button(bia, "CSV").count(), 0); // it is not for her to take home
});

test("without a stream it is asked for", async () => {
  const id = await listedCampaign(farol, "Sem fluxo", { type: "refresh", plan: { waves: [{ devices: 3, soak_s: 900 }, { rest: true, soak_s: 0 }] } });
  const page = await signedIn(browser, farol, "carla");
  await page.addInitScript(() => {
    window.SharedWorker = undefined;
    window.EventSource = class {
      static CLOSED = 2;
      readyState = 2;
      constructor() {
        setTimeout(() => this.onerror?.());
      }
      addEventListener() {}
      close() {}
    };
  });
  await open(page, "/campanhas/" + id);
  await begin(farol, id, rui);
  await pill(page, "em andamento").waitFor();
  await page.locator(".totals li", { hasText: "3 sucesso" }).waitFor({ timeout: 60000 * SLOW });
  await farol.api("POST", `/campaigns/${id}/halt`, {});
  await pill(page, "PARADA").waitFor();
  await page.context().close();
});

/** Saved from the builder as it was proposed; the id of what was written. */
async function saved(page, words) {
  for (const label of [words.next, words.next]) await button(page, label).click();
  await button(page, words.save).click();
  await page.waitForURL(/campanhas\/cmp_/);
  return page.url().split("/").pop();
}

test("undone: the proposal is a campaign of its own, for the devices that were changed", async () => {
  const [before] = farol.sql("SELECT DISTINCT software_version FROM device");
  await firmware(before);
  const file = await firmware("2.4.0");
  const id = await listedCampaign(farol, "Para 2.4.0", { type: "firmware.install", params: { file }, filter: "model:" + model, plan: { ...CALM, waves: [{ devices: 4, soak_s: 0 }] } });
  await begin(farol, id, rui);
  await ended(farol, id, "finished");
  await open(carla, "/campanhas/" + id);
  await button(carla, "Tentar de novo os que falharam").click(); // nobody did
  await carla.locator("main [role=alert]").waitFor();
  await button(carla, "Desfazer").click();
  await carla.locator(".note", { hasText: "Proposta para desfazer" }).waitFor();
  await look(carla, "light-campaign-undo");
  await button(carla, "Avançar").click();
  await carla.locator(".note", { hasText: "Só os aparelhos que ficaram em “sucesso" }).waitFor();
  await look(carla, "light-campaign-undo-whom");
  await button(carla, "Avançar").click();
  await button(carla, "Salvar e simular").click();
  await carla.locator(".campaign-sentence", { hasText: `Atualizar 4 aparelhos para ${before}` }).waitFor();
  await carla.locator(".rows div", { hasText: "Só aparelhos da" }).getByRole("link", { name: "campanha anterior" }).click();
  await carla.locator("h1", { hasText: "Para 2.4.0" }).waitFor();
});

test("tried again; and who fails again and again is listed", async () => {
  await open(carla, "/campanhas/falhas");
  await carla.locator(".empty").waitFor();
  const file = await firmware("2.5.0", "corrupt=100");
  const serials = farol.sql(`SELECT serial FROM device WHERE software_version <> '2.4.0' ORDER BY id LIMIT 3`);
  const id = await listedCampaign(farol, "Para 2.5.0", { type: "firmware.install", params: { file }, filter: "serial:" + serials.join(","), plan: { ...CALM, waves: [{ rest: true, soak_s: 0 }] } });
  await begin(farol, id, rui);
  await ended(farol, id, "finished");
  const night = await signedIn(browser, farol, "carla", NIGHT);
  await open(night, "/campanhas/" + id);
  await button(night, "Try again those that failed").click();
  await night.locator(".note", { hasText: "A proposal to try again" }).waitFor();
  await look(night, "dark-campaign-retry");
  const again = await saved(night, { next: "Next", save: "Save and simulate" });
  await night.locator(".campaign-sentence", { hasText: "Update 3 devices to 2.5.0" }).waitFor();
  const { list_hash, total } = await farol.api("GET", "/campaigns/" + again);
  await rui.evaluate(([id, list_hash]) => fetch(`/api/v1/campaigns/${id}/approve`, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ list_hash }) }), [again, list_hash]);
  await farol.api("POST", `/campaigns/${again}/start`, { list_hash, devices: total });
  await ended(farol, again, "finished");
  for (const [page, name] of [[carla, "light-repeat-failures"], [night, "dark-repeat-failures"]]) {
    await open(page, "/campanhas/falhas");
    for (const serial of serials) await page.locator("tr", { hasText: serial }).filter({ hasText: "9018" }).waitFor();
    await look(page, name);
  }
  await carla.locator("td a", { hasText: "9018" }).first().click();
  await carla.locator("h1", { hasText: /2\.5\.0/ }).waitFor();
  assert.deepEqual([...carla.complaints, ...rui.complaints, ...night.complaints], []);
});
