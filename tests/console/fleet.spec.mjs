// The dashboard of the fleet: an empty one, one that is being counted, one with figures; what each figure leads to, and whose it is.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Farol, look, openBrowser, VIEW, waitFor } from "./farol.mjs";
import { openAs, signIn } from "./people.mjs";

let farol, browser, cookies;

before(async () => {
  farol = await Farol.start({ homes: 0, stories: false, settings: "[fleet]\nrefresh = 1s\n" });
  cookies = await signIn(farol, [
    ["supervisor", "ana", "Ana Lima"],
    ["l1", "edu", "Edu Costa"],
    ["l2", "rui", "Rui Alves"],
  ]);
  farol.sql("UPDATE app_user SET scope = 'city:Recife' WHERE login = 'rui'");
  browser = await openBrowser();
});

after(async () => {
  await browser?.close();
  await farol?.stop();
});

const open = (role, at, options) => openAs(browser, farol, cookies[role], at, options);

/** 400 homes of three models; every tenth is out, four of them in an incident; every second in Recife. */
function settle() {
  farol.sql(`INSERT INTO device (oui, product_class, serial, manufacturer, software_version)
             SELECT '00259E', (ARRAY['ZX-F680', 'F670L', 'HG"8245'])[1 + n % 3], 'P' || n, 'M', '2.1.' || n % 4 FROM generate_series(1, 400) n`);
  farol.sql(`INSERT INTO device_hot (device_id, period_s, last_inform)
             SELECT id, 3600, now() - CASE WHEN id % 10 = 0 THEN interval '9 h' ELSE interval '1 min' END FROM device`);
  farol.sql("INSERT INTO device_place (device_id, city, changed_by) SELECT id, CASE id % 2 WHEN 0 THEN 'Recife' ELSE 'Olinda' END, 't' FROM device");
  farol.sql(`INSERT INTO device_fact SELECT id, jsonb_build_object('wan.optical.rx_dbm', jsonb_build_array(-19 - (id % 97) * (id % 89) / 800.0, 1)) FROM device`);
  farol.sql("WITH i AS (INSERT INTO incident (kind, place, since, opened_by) VALUES ('cto', 'CTO-17', now(), 'ana') RETURNING id)" +
    " INSERT INTO incident_home (incident_id, device_id, silent_at) SELECT i.id, d.id, now() FROM i, device d WHERE d.id % 100 = 0");
  farol.sql("INSERT INTO verdict (device_id, shown_to, actor_id, code, rules, question, answer)" +
    " SELECT id, 'ana', 1, (ARRAY['ok', 'ok', 'optical_bad', 'wifi_crowded', 'offline', 'pppoe_auth', 'slow'])[1 + id % 7], 1, '{}', '{}' FROM device WHERE id < 90");
  farol.sql("INSERT INTO action (device_id, id, kind, created_by, expires_at) SELECT id, 'act_' || id, 'reboot', 'ana', now() + interval '1 d' FROM device WHERE id < 6");
  farol.sql("INSERT INTO desk_case (device_id, protocol, actor_id, agent, found_by, reason) SELECT id, 'p' || id, id, 'ana', 'phone'," +
    " (ARRAY['wifi', 'slow', 'other'])[1 + id % 3] FROM device WHERE id < 20");
  farol.sql("INSERT INTO fleet_minute SELECT date_trunc('minute', now()) - n * interval '1 min', 300 + 90 * sin(n / 200.0) + n % 7 FROM generate_series(1, 4000) n" +
    " WHERE n NOT BETWEEN 300 AND 360 ON CONFLICT (at) DO NOTHING");
  farol.sql("UPDATE fleet_hour h SET succeeded = 20 + n % 9, failed = n % 4, expired = n % 3, cancelled = n % 2, p50_s = 3 + n % 3, p95_s = 8 + n % 5" +
    " FROM (SELECT at, row_number() OVER (ORDER BY at) AS n FROM fleet_hour) k WHERE k.at = h.at AND h.at < now() - interval '3 h'");
}

const counted = async (scope, homes) =>
  waitFor(`${homes} homes are counted for '${scope}'`, () => farol.sql(`SELECT shown ->> 'homes' FROM fleet_view WHERE scope = '${scope}'`)[0] === String(homes));

const figure = (page, label) => page.locator(".now", { hasText: label });
const graph = (page, title) => page.locator(".overview-grid .card", { hasText: title });

test("a fleet without devices says what comes next", async () => {
  await counted("", 0);
  const page = await open("supervisor", "/frota");
  await page.getByRole("link", { name: "Painel", exact: true }).click();
  await page.getByText("Ainda não há aparelhos.").waitFor();
  await look(page, "light-overview-empty");
  assert.deepEqual(page.complaints, []);
  await page.context().close();
});

test("every figure leads to what it counts; the period is in the address", async () => {
  await waitFor("a week of hours is there", () => Number(farol.sql("SELECT count(*) FROM fleet_hour")[0]) > 7 * 24);
  settle();
  await counted("", 400);
  const page = await open("supervisor", "/frota/painel");
  await figure(page, "Aparelhos").getByText("400").waitFor();
  await page.locator(".graph").nth(1).waitFor();
  await look(page, "light-overview");
  const bottom = await page.locator(".overview-grid").evaluate((grid) => grid.children[3].getBoundingClientRect().bottom);
  assert.ok(bottom <= VIEW.viewport.height, "the first row of graphs is seen without scrolling");
  for (const [label, count, q] of [["Em linha", 360, "online:yes"], ["Fora", 40, "online:no"], ["Em incidente", 4, "incident:yes"], ["Atendimentos abertos", 19, "case:yes"]]) {
    await figure(page, label).getByText(String(count), { exact: true }).waitFor();
    await figure(page, label).click();
    await page.waitForURL((url) => url.searchParams.get("q") === q);
    await page.getByText(new RegExp(`de ${count}\\b`)).waitFor();
    await page.goBack();
    await figure(page, label).waitFor();
  }
  await graph(page, "Firmware por modelo").getByRole("link", { name: 'HG"8245 2.1.0' }).click();
  await page.locator("table.fleet tbody tr").first().waitFor();
  await page.getByText(/de 33\b/).waitFor();
  await page.goBack();
  const light = graph(page, "Sinal óptico").getByRole("link", { name: /de −28 a −27 dBm/ });
  const count = Number(/: (\d+)$/.exec(await light.getAttribute("aria-label"))[1]);
  await light.click();
  await page.getByText(new RegExp(`de ${count}\\b`)).waitFor();
  await page.goBack();
  await graph(page, "Vereditos agora").getByRole("link", { name: "Login recusado" }).click();
  await page.waitForURL(/verdict%3Apppoe_auth/);
  await page.goBack();

  await page.locator(".segments label", { hasText: "7 dias" }).click();
  await page.waitForURL(/periodo=7d/);
  await page.reload();
  await page.locator(".graph").nth(1).waitFor();
  assert.equal(await page.getByRole("radio", { name: "7 dias" }).isChecked(), true);
  for (const title of ["Contatos por minuto", "Ações encerradas", "Tempo até agir", "Sinal óptico"]) {
    await graph(page, title).getByRole("button", { name: `${title}: Ver como tabela` }).click();
    await graph(page, title).locator("td").first().waitFor();
  }
  await look(page, "light-overview-tables");
  assert.deepEqual(page.complaints, []);
  await page.context().close();
});

test("by night, in English, with the keyboard, and on a narrow screen", async () => {
  const page = await open("supervisor", "/frota/painel", { colorScheme: "dark", locale: "en-US" });
  await figure(page, "Online").getByText("360").waitFor();
  await page.locator(".graph").nth(1).waitFor();
  await look(page, "dark-overview");
  await figure(page, "Devices").focus();
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await page.waitForURL(/q=online%3Ayes/);
  await page.goBack();
  await page.setViewportSize({ width: 900, height: 768 });
  await figure(page, "Online").waitFor();
  await page.locator(".graph").nth(1).waitFor();
  await look(page, "dark-overview-900");
  assert.deepEqual(page.complaints, []);
  await page.context().close();
});

test("what cannot be asked for says so, and what is there stays", async () => {
  const page = await open("supervisor", "/frota/painel");
  await figure(page, "Em linha").getByText("360").waitFor();
  await page.route("**/fleet/overview*", (route) => route.fulfill({ status: 503, contentType: "application/problem+json", body: '{"code":"unavailable","detail":"O banco de dados não responde."}' }));
  await page.locator(".segments label", { hasText: "7 dias" }).click();
  await page.getByText("O banco de dados não responde.").waitFor();
  await figure(page, "Em linha").getByText("360").waitFor();
  await page.unroute("**/fleet/overview*");
  await page.getByRole("button", { name: "Tentar de novo" }).click();
  await page.getByText("O banco de dados não responde.").waitFor({ state: "detached" });
  await page.clock.install();
  await page.clock.fastForward("00:12:00");
  await page.getByText(/a contagem está atrasada/).waitFor();
  await look(page, "light-overview-late");
  await page.context().close();
});

test("who is held to a part sees that part, and nothing of the whole", async () => {
  const page = await open("l2", "/frota/painel");
  await page.getByText("Contando as casas").or(figure(page, "Aparelhos")).first().waitFor();
  await counted("city:Recife", 200);
  await figure(page, "Aparelhos").getByText("200").waitFor();
  await page.getByText("Só as casas do seu escopo").waitFor();
  assert.equal(await page.getByText("É da frota inteira").count(), 3);
  await look(page, "light-overview-part");
  await figure(page, "Fora").click();
  await page.getByText(/de 40\b/).waitFor();
  assert.deepEqual(page.complaints, []);
  await page.context().close();

  const other = await open("l1", "/frota/painel");
  await figure(other, "Em linha").waitFor();
  assert.equal(await figure(other, "Atendimentos abertos").count(), 0);
  await other.getByText("Seu papel não vê os atendimentos de todos.").waitFor();
  assert.deepEqual(other.complaints, []);
  await other.context().close();
});

const part = (page, name) => page.getByRole("row", { name: new RegExp("^" + name) });

test("the system page says what is well, and what to do where something is not", async () => {
  const page = await open("admin", "/administracao/sistema");
  await page.getByText("Tudo certo com o sistema.").waitFor();
  await part(page, "Esquema do banco").getByText(/a que este programa pede/).waitFor();
  assert.equal(await page.locator("tbody .pill").count(), 8);
  await look(page, "light-system");

  await farol.api("POST", "/webhooks", { name: "crm", url: "https://crm.example/x", events: ["*"] });
  farol.sql("UPDATE outlet SET failing_since = now()");
  await page.reload();
  await page.getByText("Uma parte precisa de atenção.").waitFor();
  await page.locator("tbody tr").first().getByText(/Veja em Webhooks/).waitFor();
  await part(page, "Avisos a outros sistemas").getByText("atenção").waitFor();
  await page.setViewportSize({ width: 900, height: 768 });
  await look(page, "light-system-900");
  assert.deepEqual(page.complaints, []);
  await page.context().close();

  const night = await open("admin", "/administracao/sistema", { colorScheme: "dark", locale: "en-US" });
  await night.getByText("One part needs attention.").waitFor();
  await look(night, "dark-system");
  await night.route("**/api/v1/system", (route) => route.abort());
  await night.reload();
  await night.getByRole("alert").first().waitFor();
  assert.equal(await night.locator("tbody .pill").count(), 0, "nothing is said to be well");
  await night.context().close();

  const other = await open("supervisor", "/administracao/sistema");
  await other.getByText("Seu papel não permite ver esta página.").waitFor();
  await other.context().close();
});
