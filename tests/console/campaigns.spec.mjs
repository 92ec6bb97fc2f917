// Campaigns: written by one, approved by another, started, watched; one that goes wrong halts itself; and all are stopped from another browser.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { approvedFirmware, FAST, listedCampaign, NIGHT, openHomes } from "./campaigning.mjs";
import { look, signedIn, SLOW, waitFor } from "./farol.mjs";

const HOMES = 60;

let farol, browser, carla, rui, model;

const firmware = (version, behaviour) => approvedFirmware(farol, rui, model, version, behaviour);

const button = (page, name) => page.locator("main, header, dialog").getByRole("button", { name, exact: true });
const pill = (page, text) => page.locator(".page-head .pill", { hasText: text });

async function open(page, at) {
  await page.goto(farol.url + at);
  await page.locator("main h1").waitFor();
}

/** Written and listed by a program; its address. */
const listed = async (name, file, plan = {}) => "/campanhas/" + (await listedCampaign(farol, name, { type: "firmware.install", params: { file }, plan }));

async function approve(page, at, label = "Aprovar") {
  await open(page, at);
  await button(page, label).click();
  await page.locator("dialog .rows").waitFor();
  await page.keyboard.press("Control+Enter");
  await page.locator(".note.tone-ok").waitFor();
}

async function start(page, at, word, count = HOMES) {
  await open(page, at);
  await button(page, word).click();
  await page.locator("dialog input").fill(String(count));
  await page.keyboard.press("Control+Enter");
  await page.locator("dialog").waitFor({ state: "detached" });
}

before(async () => {
  ({ farol, model, browser, carla, rui } = await openHomes(HOMES));
  await farol.person("ana", "Ana Lima", "l1");
});

after(async () => {
  await browser?.close();
  await farol?.stop();
});

test("without any it says how one begins; who may only look writes none", async () => {
  await open(carla, "/campanhas");
  await carla.locator(".empty", { hasText: "outra pessoa a aprova" }).waitFor();
  await look(carla, "light-campaigns-none");
  const ana = await signedIn(browser, farol, "ana");
  await open(ana, "/campanhas");
  assert.equal(await ana.getByRole("link", { name: "Nova campanha" }).count(), 0);
  await ana.locator(".account-button").click();
  assert.equal(await ana.getByText("PARAR TUDO").count(), 0);
  await open(ana, "/campanhas/nova");
  await ana.locator(".empty").waitFor();
  assert.deepEqual(ana.complaints, []);
  await ana.context().close();
});

test("untouched, the builder sends the plan that the server has for want of one", async () => {
  await firmware("2.1.8");
  await open(carla, "/campanhas/nova");
  await carla.getByLabel("Nome").fill("Como de costume");
  await carla.getByText("2.1.8").first().waitFor({ state: "attached" });
  await button(carla, "Avançar").click();
  await button(carla, "Avançar").click();
  await button(carla, "Salvar e simular").click();
  await pill(carla, "à espera").waitFor();
  const { plan } = await farol.api("GET", "/campaigns/" + carla.url().split("/").pop());
  const usual = await farol.api("POST", "/campaigns", { name: "usual", type: "reboot" });
  assert.deepEqual(plan, usual.plan);
  farol.sql("UPDATE campaign SET state = 'cancelled'");
});

test("Carla writes it, another approves it, it starts and goes through its waves before her eyes", async () => {
  await open(carla, "/campanhas");
  await carla.getByRole("link", { name: "Nova campanha" }).click();
  await carla.getByLabel("Nome").fill("ONT para 2.1.8");
  await carla.locator("select").waitFor();
  await look(carla, "light-campaign-what");
  await button(carla, "Avançar").click();
  await carla.locator(".live-count b", { hasText: String(HOMES) }).waitFor();
  await carla.getByLabel("Filtro").fill("model:");
  await carla.locator(".filter-wrong").waitFor();
  await carla.getByLabel("Filtro").fill("model:" + model);
  await carla.locator(".live-count b", { hasText: String(HOMES) }).waitFor();
  await carla.locator(".histogram li", { hasText: model }).filter({ hasText: String(HOMES) }).waitFor();
  await carla.locator(".builder .rows div", { hasText: "atendimento aberto" }).filter({ hasText: "0" }).waitFor();
  await carla.getByLabel("sinal óptico mais fraco que").fill("-5");
  await carla.locator(".builder .rows div", { hasText: "sinal óptico fraco" }).filter({ hasText: /\d/ }).waitFor();
  await look(carla, "light-campaign-whom");
  await carla.getByLabel("sinal óptico mais fraco que").fill("");
  await button(carla, "Avançar").click();
  await write(carla);
  await carla.locator(".plan-words", { hasText: /Em ondas de 20 → o resto; depois de cada uma observa 3\ss; a qualquer hora/ }).waitFor();
  await carla.locator(".plan-words", { hasText: `${HOMES} aparelhos, em cerca de` }).waitFor();
  await look(carla, "light-campaign-how");
  await button(carla, "Salvar e simular").click();
  await carla.locator(".campaign-sentence", { hasText: `Atualizar ${HOMES} aparelhos para 2.1.8, em 2 ondas` }).waitFor();
  await carla.locator(".count-bars li", { hasText: model }).waitFor();
  await look(carla, "light-campaign-review");
  assert.equal(await button(carla, /^Aprovar/).getAttribute("aria-disabled"), "true"); // who wrote it
  assert.equal(await button(carla, /^Começar/).getAttribute("aria-disabled"), "true"); // nobody has approved it
  const link = await carla.locator(".once output").textContent();

  await open(rui, new URL(link).pathname);
  await look(rui, "dark-campaign-review");
  await button(rui, "Approve").click();
  await rui.locator("dialog", { hasText: String(HOMES) }).waitFor();
  await look(rui, "dark-campaign-approve");
  await rui.keyboard.press("Control+Enter");
  await rui.locator(".note.tone-ok", { hasText: "rui" }).waitFor();

  await carla.locator(".note.tone-ok", { hasText: "rui" }).waitFor(); // by itself
  await button(carla, "Começar").click();
  await carla.locator("dialog input").fill("59");
  await carla.locator("dialog .field.wrong").waitFor();
  await look(carla, "light-campaign-start");
  await carla.locator("dialog input").fill(String(HOMES));
  await carla.keyboard.press("Control+Enter");
  await carla.locator(".wave-bars li.here").waitFor();
  await carla.locator(".totals li", { hasText: /[1-9]\d* sucesso/ }).waitFor({ timeout: 60000 * SLOW });
  await look(carla, "light-campaign-live");
  await open(rui, new URL(link).pathname);
  await rui.locator(".wave-bars").waitFor();
  await look(rui, "dark-campaign-live");
  await pill(carla, "terminada").waitFor({ timeout: 40000 * SLOW });
  await carla.locator(".totals li", { hasText: `${HOMES} sucesso` }).waitFor();
  await carla.locator(".happenings li", { hasText: "Terminou" }).waitFor();
  await look(carla, "light-campaign-finished");
  await button(carla, "Ver aparelhos").click();
  await carla.locator(".targets td .pill", { hasText: "sucesso" }).first().waitFor();
  await look(carla, "light-campaign-devices");
  await carla.locator(".targets td a").first().click();
  await carla.locator(".home-head").waitFor();
});

/** Two waves, and times in which one can wait. */
async function write(page) {
  for (const n of [4, 3, 2]) await button(page, `Tirar a onda ${n}`).click();
  await page.getByLabel("Quantos na onda 1").fill("20");
  await page.getByLabel("Observar depois da onda 1, em minutos").fill("0,05");
  await page.getByLabel("Observar depois da onda 2, em minutos").fill("0");
  await button(page, "Mais uma janela").click();
  await page.locator(".days label", { hasText: "dom" }).click();
  await page.locator(".days label", { hasText: "dom" }).click();
  await button(page, "Tirar a janela 1").click();
  await page.locator("summary").click();
  const values = { "caps.in_flight": "20", "caps.per_pon": "0", "ramp.per_minute": "100000", "ramp.most_per_minute": "100000", "health.settle_s": "0,02", "health.return_s": "0,5", "health.proof_s": "2" };
  for (const [name, value] of Object.entries(values)) await page.locator(`input[name="${name}"]`).fill(value);
}

test("PARAR TUDO in another browser holds it; the banner is on every page, and two put it off", async () => {
  const at = await listed("Segunda", await firmware("2.2.0"), { waves: [{ devices: 5, soak_s: 600 }, { rest: true, soak_s: 0 }] });
  await approve(rui, at, "Approve");
  const { total } = await farol.api("GET", "/campaigns/" + at.split("/").pop());
  await start(carla, at, "Começar", total);
  await carla.locator(".wave-bars li.here").waitFor();
  await open(rui, "/frota");
  await rui.locator(".account-button").click();
  await look(rui, "dark-account-menu");
  await button(rui, "STOP ALL…").click();
  await look(rui, "dark-stop-all");
  assert.equal(await rui.locator("dialog .button.danger").getAttribute("aria-disabled"), "true"); // it asks why
  await rui.locator("dialog textarea").fill("queixas no bairro");
  await rui.keyboard.press("Control+Enter");
  await rui.locator(".banner.kill", { hasText: "all campaigns" }).waitFor();
  await look(rui, "dark-stop-all-banner");
  await carla.locator(".banner.kill", { hasText: "queixas no bairro" }).waitFor();
  await carla.locator(".note", { hasText: "Uma parada geral está ligada" }).waitFor();
  await look(carla, "light-campaign-killed");

  await carla.locator(".banner.kill").getByRole("button", { name: "Pedir para desligar" }).click();
  await carla.locator(".banner.kill", { hasText: "Falta outra pessoa confirmar" }).waitFor();
  await rui.locator(".banner.kill").getByRole("button", { name: "Confirm: put it off" }).click();
  await rui.locator(".banner.kill").waitFor({ state: "detached" });
  await carla.locator(".banner.kill").waitFor({ state: "detached" });

  await button(carla, "Pausar").click();
  await pill(carla, "pausada").waitFor();
  await button(carla, "Continuar").click();
  await pill(carla, "em andamento").waitFor();
  await button(carla, "PARAR").click();
  await carla.locator("dialog textarea").fill("já chega");
  await look(carla, "light-campaign-stop");
  await carla.keyboard.press("Control+Enter");
  await carla.locator(".halted", { hasText: "carla parou a campanha" }).waitFor();
  await carla.locator(".halted", { hasText: "já chega" }).waitFor();
  await button(carla, "Cancelar campanha").click();
  await carla.locator("dialog").waitFor();
  await carla.keyboard.press("Control+Enter");
  await pill(carla, "cancelada").waitFor();
});

test("one type of action is stopped; whoever works in the field is told, too", async () => {
  await farol.person("tito", "Tito Neves", "field");
  const tito = await signedIn(browser, farol, "tito");
  await open(rui, "/frota");
  await rui.locator(".account-button").click();
  await button(rui, "STOP ALL…").click();
  await rui.getByLabel("What stops").selectOption({ label: "one type of action only" });
  await rui.getByLabel("Type of action").selectOption({ label: "Restart" });
  await rui.locator("dialog textarea").fill("reboots hang on 2.1.7");
  await look(rui, "dark-stop-kind");
  await rui.keyboard.press("Control+Enter");
  await rui.locator(".banner.kill", { hasText: "“Restart” actions" }).waitFor();
  assert.deepEqual(farol.sql("SELECT scope FROM kill_switch"), ["kind:reboot"]);
  await tito.locator(".banner.kill", { hasText: "ações “Reiniciar”" }).filter({ hasText: "reboots hang" }).waitFor();
  assert.equal(await tito.locator(".banner.kill button").count(), 0); // it is not for him to put off
  await look(tito, "light-field-banner");
  await tito.context().close();
  await rui.locator(".banner.kill").getByRole("button", { name: "Ask to put it off" }).click();
  await carla.locator(".banner.kill").getByRole("button", { name: "Confirmar: desligar" }).click();
  await rui.locator(".banner.kill").waitFor({ state: "detached" });
});

test("whom and how in English by night, with what the last simulation found", async () => {
  const at = await listed("Night", await firmware("2.3.0"));
  const night = await signedIn(browser, farol, "carla", NIGHT);
  await open(night, at + "/editar?passo=whom");
  await night.locator(".histogram", { hasText: "Of the last simulation" }).locator("li", { hasText: model }).first().waitFor();
  await look(night, "dark-campaign-whom");
  await night.getByLabel("Filter").fill("model:nowhere");
  await night.locator(".histogram", { hasText: "No such device" }).waitFor();
  await night.getByLabel("Filter").fill("");
  await button(night, "Next").click();
  await night.locator(".plan-words", { hasText: "In waves of 10 → 30" }).filter({ hasText: "halts by itself at 5 failures in a row" }).waitFor();
  await look(night, "dark-campaign-how");
  assert.deepEqual(night.complaints, []);
  await night.context().close();
  farol.sql("UPDATE campaign SET state = 'cancelled' WHERE name = 'Night'");
});

test("changed after it was approved, it has to be approved anew; who was slower is told so", async () => {
  const at = await listed("Mudada", await firmware("2.1.9"));
  await approve(rui, at, "Approve");
  await open(carla, at);
  await carla.locator(".note.tone-ok", { hasText: "rui" }).waitFor();
  await carla.getByRole("link", { name: "Como" }).click();
  await carla.locator(".note", { hasText: "deixa de valer" }).waitFor();
  await carla.getByLabel("Quantos na onda 1").fill("5,5");
  await carla.locator(".builder").getByText("Quantos").first().waitFor();
  await button(carla, "Salvar e simular").click();
  await carla.locator(".builder [role=alert]").waitFor(); // what is wrong with the plan, from the server
  await carla.getByLabel("Quantos na onda 1").fill("muitos");
  assert.match(await button(carla, /^Salvar/).textContent(), /Não é um número/);
  await carla.getByLabel("Quantos na onda 1").fill("7");
  const id = at.split("/").pop();
  await farol.api("PATCH", "/campaigns/" + id, { reason: "outra pessoa foi mais rápida" });
  await button(carla, "Salvar e simular").click();
  await carla.locator(".builder [role=alert]").waitFor();
  await open(carla, at + "/editar?passo=how");
  await carla.getByLabel("Quantos na onda 1").fill("7");
  await button(carla, "Salvar e simular").click();
  await carla.locator(".once output").waitFor();
  const { plan, approved_by: by, changed_by: changer } = await farol.api("GET", "/campaigns/" + id);
  assert.deepEqual([plan.waves[0].devices, by, changer], [7, null, "carla"]);
  await button(carla, "Cancelar campanha").click();
  await carla.locator("dialog").waitFor();
  await carla.keyboard.press("Control+Enter");
  await pill(carla, "cancelada").waitFor();
});

test("a wave after which the plan asks for a person waits for one", async () => {
  const { id } = await farol.api("POST", "/campaigns", { name: "Reinício", type: "reboot", plan: { ...FAST, waves: [{ devices: 5, soak_s: 0, promote: "person" }, { devices: 5, soak_s: 0 }] } });
  await farol.api("POST", `/campaigns/${id}/dry-run`, {});
  await waitFor("the list is there", async () => (await farol.api("GET", "/campaigns/" + id)).state === "listed");
  await approve(rui, "/campanhas/" + id, "Approve");
  await start(carla, "/campanhas/" + id, "Começar");
  await pill(carla, "esperando alguém").waitFor({ timeout: 40000 * SLOW });
  await carla.locator(".note.tone-warn", { hasText: "O plano pede que alguém avance" }).waitFor();
  await look(carla, "light-campaign-held");
  await button(carla, "Avançar onda").click();
  await pill(carla, "terminada").waitFor({ timeout: 40000 * SLOW });
});

test("one that kills homes halts itself, and says by which rule; whom it hit is one press away", async () => {
  const at = await listed("Com defeito", await firmware("6.6.6", "bricks=100"));
  await approve(rui, at, "Approve");
  await start(carla, at, "Começar", HOMES);
  await pill(carla, "PARADA").waitFor({ timeout: 90000 * SLOW });
  await carla.locator(".halted", { hasText: "Parou sozinha" }).waitFor();
  await look(carla, "light-campaign-halted");
  await open(rui, at);
  await rui.locator(".halted", { hasText: "by itself" }).waitFor();
  await look(rui, "dark-campaign-halted");
  assert.equal(await button(carla, /^Continuar/).getAttribute("aria-disabled"), "true"); // needs approval anew
  await carla.locator(".count-bars a").first().click();
  await carla.locator(".targets tbody tr").first().waitFor();
  assert.match(carla.url(), /estado=\w+&causa=\w+/);
  await look(carla, "light-campaign-cause");
  await open(carla, "/campanhas?estado=");
  await carla.locator("td", { hasText: "Com defeito" }).waitFor();
  await look(carla, "light-campaigns");
  await open(rui, "/campanhas?estado=");
  await rui.locator("td", { hasText: "Com defeito" }).waitFor();
  await look(rui, "dark-campaigns");
  assert.deepEqual([...carla.complaints, ...rui.complaints], []);
});
