// Every screen and window of the console, and how one gets there. Used to look at them (screenshots.mjs) and by axe.
//
// A scene: a name, whose home (a story of the demo) or an address, what is pressed, and what has to be there at the end.
import { execFileSync } from "node:child_process";
import { waitFor } from "./farol.mjs";

const home = (name, story, view = "", press = [], wait = "main") => ({ name, story, view, press, wait });

export const SCENES = [
  { name: "desk", at: "/", wait: "[role=combobox]" },
  { name: "search", at: "/", press: ["type:maria"], wait: "[role=option]" },
  { name: "search-nothing", at: "/", press: ["type:zzzz 9"], wait: ".search .empty" },
  home("summary-weak-light", "Maria", "", [], ".graph, .chart .empty"),
  home("summary-refused-login", "João"),
  home("summary-well", "Pedro"),
  home("summary-out", "Caio"),
  home("summary-noisy-line", "Sônia"),
  home("wifi", "Lúcia", "wifi", [], ".bars"),
  home("wifi-off", "Nair", "wifi", [], ".card"),
  home("internet", "Maria", "internet", [], ".rows"),
  home("network", "Bia", "rede", [], ".ports"),
  home("history", "Maria", "historico", [], ".happenings li"),
  home("configuration", "Pedro", "configuracao", [], ".wanted td"),
  home("technical", "Pedro", "tecnico", [], ".parameters"),
  home("wifi-password", "Pedro", "", ["w"], ".qr"),
  home("firmware", "Pedro", "", ["f"], "dialog select"),
  home("reveal", "Pedro", "wifi", ["see:.card", "click:text=/Mostrar senha|Show password/"], "dialog"),
  home("trust", "Caio", "", ["see:.note .button", "click:.note .button"], "dialog"),
  home("factory-reset", "Pedro", "", ["z"], "dialog"),
  home("channel", "Lúcia", "", ["k"], "dialog .bars"),
  home("login-again", "João", "", ["p"], "dialog"),
  home("test", "Igor", "", ["t"], "dialog"),
  home("test-ping", "Igor", "", ["t", "Control+Enter"], "dialog .span-bar"),
  home("guide-choice", "Maria", "", ["g"], "dialog .choice"),
  home("guide-step", "João", "", ["g", "see:dialog .choice", "Enter"], "dialog .guide-step"),
  home("countdown", "Pedro", "", ["r"], ".countdown"),
  { name: "case", at: "/", press: ["type:{Lúcia}", "see:[role=option]", "Enter"], wait: ".protocol" },
  { name: "case-close", at: "/", press: ["type:{Lúcia}", "see:[role=option]", "Enter", "see:.protocol", "x"], wait: "dialog textarea" },
  { name: "case-note", at: "/", press: ["type:{Lúcia}", "see:[role=option]", "Enter", "see:.protocol", "n"], wait: "dialog textarea" },
  { name: "case-escalate", at: "/", press: ["type:{Lúcia}", "see:[role=option]", "Enter", "see:.protocol", "e"], wait: "dialog textarea" },
  { name: "inbox", at: "/fila", wait: ".inbox" },
  { name: "handoff", at: "/atendimento/{escalated}", wait: ".handed-summary" },
  { name: "give-back", at: "/atendimento/{escalated}", press: ["see:.handed-summary", "click:.side .button.primary"], wait: "dialog textarea" },
  { name: "visit", at: "/atendimento/{escalated}", press: ["see:.handed-summary", "click:.side .row-tools .button:not(.primary)"], wait: "dialog textarea" },
  home("palette", "Maria", "", ["/"], "dialog [role=option]"),
  home("shortcuts", "Maria", "", ["?"], "dialog .shortcut-list"),
  { name: "fleet", at: "/frota", wait: ".fleet" },
  { name: "fleet-empty", at: "/frota?q=serial:nowhere", wait: ".empty" },
  { name: "dashboard", at: "/frota/painel", wait: ".now" },
  { name: "fleet-columns", at: "/frota", press: ["see:.fleet", "c"], wait: "dialog" },
  { name: "fleet-keys", at: "/frota", press: ["see:.fleet", "click:text=/Chaves do filtro|Keys of the filter/"], wait: "dialog" },
  { name: "fleet-save", at: "/frota?q=model:AR-G2426", press: ["see:.fleet td", "click:text=/Salvar filtro|Save filter/"], wait: "dialog" },
  { name: "incident-declare", at: "/incidentes", press: ["see:.page-head .button", "click:.page-head .button"], wait: "dialog" },
  { name: "incidents", at: "/incidentes", wait: "main .empty, main .card" },
  { name: "campaigns", at: "/campanhas?estado=", wait: "table td" },
  { name: "campaign-what", at: "/campanhas/nova", wait: ".builder .empty, .builder select" },
  { name: "campaign-whom", at: "/campanhas/nova", press: ["see:.builder", "click:.builder .button.primary"], wait: ".live-count" },
  { name: "campaign-how", at: "/campanhas/{listed}/editar?passo=how", press: ["see:.form-table", "click:.builder summary"], wait: ".limits" },
  { name: "campaign-review", at: "/campanhas/{listed}", wait: ".campaign-sentence" },
  { name: "campaign-cancel", at: "/campanhas/{listed}", press: ["see:.campaign-sentence", "click:text=/Cancelar campanha|Cancel campaign/"], wait: "dialog textarea" },
  { name: "campaign-halted", at: "/campanhas/{halted}", press: ["see:.halted", "click:main summary"], wait: ".count-bars a" },
  { name: "campaign-failures", at: "/campanhas/falhas", wait: "main .empty, main table td" },
  { name: "campaign-undo", at: "/campanhas/{halted}", press: ["see:.halted", "click:text=/^(Desfazer|Undo)$/"], wait: ".builder, main [role=alert]:not(.halted)" },
  { name: "campaign-devices", at: "/campanhas/{halted}?estado=failed", wait: ".targets td" },
  { name: "campaign-approve", at: "/campanhas/{halted}", press: ["see:.halted", "click:main .button.primary"], wait: "dialog .rows" },
  { name: "stop-all", at: "/", press: ["click:.account-button", "see:.account-menu", "click:.stop-all"], wait: "dialog textarea" },
  { name: "figures", at: "/administracao/numeros", wait: ".figure-grid" },
  { name: "firmware-library", at: "/administracao/firmware", wait: "table td, main .empty" },
  { name: "imports", at: "/administracao/importacoes", wait: ".drop-zone" },
  { name: "texts", at: "/administracao/textos", wait: "table td" },
  { name: "text-write", at: "/administracao/textos?q=wifi_off", press: ["see:table td", "click:.text-name button"], wait: "dialog textarea" },
  { name: "words", at: "/administracao/textos?parte=words", wait: "table td" },
  { name: "thresholds", at: "/administracao/limites", wait: "table td" },
  { name: "threshold-set", at: "/administracao/limites?tecnologia=gpon&q=rx_low", press: ["see:table td", "click:table td button"], wait: "dialog input" },
  { name: "people", at: "/administracao/pessoas", wait: "table td, .empty" },
  { name: "person-invite", at: "/administracao/pessoas", press: ["see:.page-head .button", "click:.page-head .button"], wait: "dialog" },
  { name: "token-make", at: "/administracao/tokens", press: ["see:.page-head .button", "click:.page-head .button.primary"], wait: "dialog" },
  { name: "webhook-make", at: "/administracao/webhooks", press: ["see:.page-head .button", "click:.page-head .button"], wait: "dialog" },
  { name: "audit-verify", at: "/administracao/auditoria", press: ["see:table td", "click:text=/Conferir a corrente|Verify the chain/"], wait: "dialog .note" },
  { name: "audit-export", at: "/administracao/auditoria", press: ["see:table td", "click:text=/^Export/"], wait: "dialog" },
  { name: "roles", at: "/administracao/funcoes", wait: ".matrix td" },
  { name: "role-copy", at: "/administracao/funcoes", press: ["see:.matrix td", "click:.page-head .button"], wait: "dialog input" },
  { name: "tokens", at: "/administracao/tokens", wait: "table td" },
  { name: "webhooks", at: "/administracao/webhooks", wait: ".empty" },
  { name: "connectors", at: "/administracao/conectores", wait: ".empty" },
  { name: "connector-make", at: "/administracao/conectores", press: ["see:.empty", "click:.page-head .button"], wait: "dialog input" },
  { name: "audit", at: "/administracao/auditoria", wait: "table td" },
  { name: "audit-row", at: "/administracao/auditoria", press: ["see:table td", "click:.link-button"], wait: "dialog" },
  { name: "system", at: "/administracao/sistema", wait: "table td" },
  { name: "not-found", at: "/nada", wait: ".empty" },
];

// A key; "click:SELECTOR"; "type:TEXT", in which {Maria} is her serial number; "see:SELECTOR", which is waited for.
async function press(page, key, serialOf) {
  await page.waitForTimeout(350);
  if (key.startsWith("see:")) await page.locator(key.slice(4)).first().waitFor();
  else if (key.startsWith("click:")) await page.locator(key.slice(6)).first().click();
  else if (key.startsWith("type:")) await page.keyboard.type(key.slice(5).replace(/\{(.+)\}/, (_, story) => serialOf(story)));
  else await page.keyboard.press(key);
}

/** One that was simulated; and one that somebody has started, and a rule has stopped: nothing is sent to any home. */
async function prepareCampaigns(farol, token) {
  const plan = { waves: [{ devices: 6 }, { percent: 50 }, { rest: true }], windows: [{ days: ["mon", "tue"], from: "02:00", to: "05:00" }] };
  for (const [name, at] of [["Reiniciar o bairro", "listed"], ["Reiniciar a cidade", "halted"]]) {
    const { id } = await farol.api("POST", "/campaigns", { name, type: "reboot", plan }, token);
    await farol.api("POST", `/campaigns/${id}/dry-run`, {}, token);
    await waitFor("it is listed", async () => (await farol.api("GET", "/campaigns/" + id, undefined, token)).state === "listed");
    farol[at] = id;
  }
  const stopped = { rule: "consecutive", bad: 5, of: 6, found: 5, limit: 5, say: { "pt-BR": "5 deram errado um após o outro; o plano permite menos de 5", en: "5 went wrong one after the other; the plan allows less than 5" } };
  const id = `(SELECT id FROM campaign WHERE number_id('cmp_', id) = '${farol.halted}')`;
  farol.sql(`UPDATE campaign SET state = 'halted', started_at = now(), flight_cap = 6, stopped = '${JSON.stringify(stopped)}' WHERE id = ${id};
    INSERT INTO campaign_wave (campaign_id, number, size, began_at) SELECT ${id}, n, s, CASE n WHEN 0 THEN now() END FROM (VALUES (0, 6), (1, 9), (2, 9)) w(n, s);
    UPDATE campaign_target t SET wave = 0, tries = 1, judged_at = now(), cause = CASE WHEN n > 1 THEN '9001' END, state = CASE WHEN n > 1 THEN 'failed' ELSE 'healthy' END
      FROM (SELECT device_id, row_number() OVER (ORDER BY device_id) AS n FROM campaign_target WHERE campaign_id = ${id} AND state = 'waiting') k
     WHERE t.campaign_id = ${id} AND t.device_id = k.device_id AND k.n <= 6;
    INSERT INTO campaign_event (campaign_id, by, kind, data) VALUES (${id}, 'farol', 'halted', '${JSON.stringify(stopped)}')`);
}

/** What has to have happened before: somebody else has escalated Igor's case; Pedro's home has a new name, and there is a firmware for it. */
export async function prepare(farol) {
  const token = execFileSync(farol.acsd, ["--config", farol.file("acsd.conf"), "--new-token", "colleague"], { encoding: "utf8" }).trim();
  const open = await farol.api("POST", "/cases", { device: await farol.deviceOf("Igor"), found_by: "phone" }, token);
  await farol.api("POST", `/cases/${open.id}/escalate`, { queue: "N2", priority: "high" }, token);
  farol.escalated = open.id;
  await farol.api("POST", `/devices/${await farol.deviceOf("Pedro")}/actions`, { type: "wifi.set_ssid", params: { ssid: "Casa do Pedro" } }, token);
  await farol.firmware("ar-g2426-4.2.20.bin", "4.2.20", "AR-G2426", "version=4.2.20\n");
  await prepareCampaigns(farol, token);
}

/** Goes there. who: has deviceOf(story) and serialOf(story). */
export async function show(page, url, scene, who) {
  const at = scene.at ?? `/aparelho/${await who.deviceOf(scene.story)}` + (scene.view ? "/" + scene.view : "");
  await page.goto(url + at.replace(/\{(\w+)\}/, (_, name) => who[name]));
  await page.locator("main").first().waitFor();
  if (scene.story) await page.locator(".home-head").waitFor();
  for (const key of scene.press ?? []) await press(page, key, (story) => who.serialOf(story));
  await page.locator(scene.wait).first().waitFor();
  await page.waitForTimeout(400);
}
