// What supervisors and administrators set for all homes: texts, thresholds, connectors, copies of roles.
import assert from "node:assert/strict";
import http from "node:http";
import { after, before, test } from "node:test";
import { axe, Farol, openBrowser, shot, waitFor } from "./farol.mjs";
import { close, dialog, openAs, signIn } from "./people.mjs";

let farol, browser, cookies;

before(async () => {
  farol = await Farol.start({ homes: 0, settings: "[outbox]\nnetworks = 127.0.0.0/8\n" });
  cookies = await signIn(farol, [
    ["supervisor", "ana", "Ana Lima"],
    ["l1", "edu", "Edu Costa"],
  ]);
  browser = await openBrowser();
});

after(async () => {
  await browser?.close();
  await farol?.stop();
});

async function open(role, at, options) {
  const page = await openAs(browser, farol, cookies[role], at, options);
  return { context: page.context(), page };
}

const button = (place, name) => place.getByRole("button", { name, exact: true });
const TEXTS = "/administracao/textos";
const LIMITS = "/administracao/limites";

// ---- every page, both languages and themes

const PAGES = [
  ["texts", TEXTS, "table td", null],
  ["texts-words", TEXTS + "?parte=words", "table td", null],
  ["texts-nothing", TEXTS + "?q=nowhere", ".empty", null],
  ["texts-edit", TEXTS + "?q=wifi_off", "table td", ".text-name button"],
  ["limits", LIMITS, "table td", null],
  ["connectors", "/administracao/conectores", ".empty", null],
  ["connectors-make", "/administracao/conectores", ".empty", ".page-head .button"],
  ["roles-copy", "/administracao/funcoes", ".matrix td", ".page-head .button"],
  ["limits-edit", LIMITS + "?tecnologia=gpon&q=rx_low", "table td", "table td button"],
];

for (const [locale, colorScheme, width] of [["pt-BR", "light", 1366], ["en-US", "dark", 900]])
  test(`every page is there and axe is content (${locale}, ${colorScheme}, ${width} px)`, async () => {
    const one = await open("admin", "/administracao", { locale, colorScheme, viewport: { width, height: 768 } });
    const { page } = one;
    for (const [name, at, wanted, press] of PAGES) {
      await page.goto(farol.url + at);
      await page.locator(wanted).first().waitFor();
      if (press) await page.locator(press).first().click();
      if (press) await dialog(page).locator("input").first().waitFor();
      await shot(page, `${colorScheme}-${name}`);
      assert.deepEqual(await axe(page), [], name);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      assert.ok(wide <= 0, `${name}: the page is ${wide} px wider than the window`);
    }
    await close(one.page);
  });

// ---- texts

/** A home of which the verdict is that it has never called in. */
async function newHome(serial) {
  const home = await farol.api("POST", "/devices", { oui: "00259E", product_class: "HG8245", serial });
  return home.id;
}

test("what a supervisor writes is what the agent reads out, and goes back", async () => {
  const home = await newHome("TEXT000001");
  const one = await open("supervisor", TEXTS + "?q=never_seen");
  const { page } = one;
  await page.locator(".text-name button").click();
  const fields = dialog(page).getByRole("textbox");
  await fields.nth(0).fill("Ainda não vi o seu aparelho.");
  await fields.nth(1).fill("");
  assert.equal(await dialog(page).getByRole("button", { name: "Escreva nas duas línguas" }).getAttribute("aria-disabled"), "true");
  await fields.nth(1).fill("I have not seen {ssid} yet.");
  await page.keyboard.press("Control+Enter");
  await dialog(page).locator(".field.wrong", { hasText: "campo que ninguém preenche" }).waitFor();
  await fields.nth(1).fill("I have not seen your device yet.");
  await dialog(page).locator(".preview", { hasText: "“Ainda não vi o seu aparelho.”" }).waitFor();
  await page.keyboard.press("Control+Enter");
  await page.locator("tr", { hasText: "“Ainda não vi o seu aparelho.”" }).locator(".pill", { hasText: "mudado" }).waitFor();
  await page.locator("tr", { hasText: "ana ·" }).waitFor();

  const agent = await open("l1", "/aparelho/" + home);
  await agent.page.locator(".say", { hasText: "“Ainda não vi o seu aparelho.”" }).waitFor();
  await close(agent.page);

  await page.locator(".text-name button").click();
  await button(dialog(page), "Voltar ao padrão").click();
  await page.locator("tr", { hasText: "Ele está ligado na tomada" }).getByText("padrão").waitFor();
  await close(one.page);
});

test("a place goes where somebody writes, by the keyboard alone", async () => {
  const one = await open("supervisor", TEXTS + "?q=wifi_off");
  const { page } = one;
  await page.locator(".text-name button").focus();
  await page.keyboard.press("Enter");
  const field = dialog(page).getByRole("textbox").first();
  await field.fill("A rede  volta.");
  await page.keyboard.press("Home");
  for (let i = 0; i < 7; i++) await page.keyboard.press("ArrowRight");
  await dialog(page).locator(".chip", { hasText: "{ssid}" }).focus();
  await page.keyboard.press("Enter");
  assert.equal(await field.inputValue(), "A rede {ssid} volta.");
  await dialog(page).locator(".preview", { hasText: "A rede Casa da Maria volta." }).waitFor();
  await page.keyboard.press("Escape");
  await page.locator("tr .pill", { hasText: "rascunho" }).waitFor();
  await page.locator(".text-name button").click();
  await button(dialog(page), "Descartar o rascunho").click();
  assert.match(await field.inputValue(), /está desligado/);
  await page.keyboard.press("Escape");
  await page.locator("tr .pill", { hasText: "rascunho" }).waitFor({ state: "detached" });
  await close(one.page);
});

test("who was slower is told, keeps what was written, and decides", async () => {
  const one = await open("supervisor", TEXTS + "?parte=words&q=cable");
  const { page } = one;
  await page.locator(".text-name button").click();
  const field = dialog(page).getByRole("textbox").first();
  await field.fill("Cabo trocado");
  await farol.api("PUT", "/texts/fix.cable", { "pt-BR": "Cabo visto", en: "Cable seen" });
  await page.keyboard.press("Control+Enter");
  await dialog(page).locator(".note", { hasText: "Vale agora: “Cabo visto”" }).waitFor();
  assert.equal(await field.inputValue(), "Cabo trocado");
  await page.keyboard.press("Control+Enter");
  await dialog(page).waitFor({ state: "detached" });
  assert.equal((await farol.api("GET", "/texts/fix.cable")).value["pt-BR"], "Cabo trocado");
  await close(one.page);
});

// ---- thresholds

test("a threshold is set for a technology, held to its range and order, and set back", async () => {
  const one = await open("supervisor", LIMITS);
  const { page } = one;
  await page.locator("table td").first().waitFor();
  await page.getByLabel("Vale para").selectOption("gpon");
  await page.getByLabel("Buscar").fill("rx_low");
  await waitFor("it is in the address", () => page.url().endsWith("?tecnologia=gpon&q=rx_low"));
  const row = page.locator("tr", { hasText: "optical.rx_low_dbm" });
  await row.getByRole("button").click();
  const field = dialog(page).getByLabel("Novo valor (dBm)");
  await field.fill("-99");
  await dialog(page).locator(".field.wrong", { hasText: "Fica entre" }).waitFor();
  await field.fill("\u221224,5");
  await page.keyboard.press("Control+Enter");
  await dialog(page).locator(".field.wrong", { hasText: "contradiz" }).waitFor();
  await field.fill("-26,5");
  await dialog(page).getByLabel("Motivo").fill("fibra nova");
  await page.keyboard.press("Control+Enter");
  await row.locator(".pill", { hasText: "salvo aqui" }).waitFor();
  await row.getByText("\u221226,5").waitFor();
  await row.getByRole("button").click();
  await dialog(page).getByText("fibra nova").first().waitFor();
  await button(dialog(page), "Voltar ao padrão").click();
  await row.getByText("programa").waitFor();
  await close(one.page);
});

// ---- connectors

/** A ticket system that refuses whoever comes. */
async function closedDoor() {
  const server = http.createServer((asked, answer) => asked.resume().on("end", () => answer.writeHead(401, { "Content-Type": "application/json" }).end('{"message":"Unauthorized"}')));
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  return server;
}

async function escalate(serial) {
  const open = await farol.api("POST", "/cases", { device: await newHome(serial), found_by: "serial" });
  await farol.api("POST", `/cases/${open.id}/escalate`, { queue: "N2" });
}

test("a connector is made, tells what is wrong, is changed without its secret, and removed", async () => {
  const door = await closedDoor();
  const one = await open("admin", "/administracao/conectores");
  const { page } = one;
  await button(page, "Criar conector").click();
  await dialog(page).getByLabel("Nome").fill("RT da rede");
  await dialog(page).getByLabel("Endereço do sistema").fill("ftp://nowhere");
  await dialog(page).getByLabel("Usuário", { exact: true }).fill("farol");
  await dialog(page).getByLabel("Senha", { exact: true }).fill("canaria-do-rt");
  await dialog(page).getByLabel("Fila de lá 1").fill("Redes");
  await page.keyboard.press("Control+Enter");
  await dialog(page).locator(".field.wrong").waitFor();
  await dialog(page).getByLabel("Endereço do sistema").fill(`http://127.0.0.1:${door.address().port}`);
  await page.keyboard.press("Control+Enter");
  const card = page.getByRole("region", { name: "RT da rede" });
  await card.getByText("* → Redes").waitFor();
  await escalate("CONN000001");
  await waitFor("it was refused", async () => (await farol.api("GET", "/connectors")).data[0].trouble !== null, 30);
  await page.reload();
  await card.locator(".note", { hasText: "O que houve" }).waitFor();
  assert.deepEqual(await axe(page), []);
  await shot(page, "light-connectors-trouble");
  await button(card, "Entregas").click();
  await dialog(page).locator("tr", { hasText: "atendimento escalado" }).waitFor();
  await shot(page, "light-connectors-deliveries");
  await page.keyboard.press("Escape");
  await button(card, "Tentar agora").click();
  await page.locator(".toast", { hasText: "Tentando agora" }).waitFor();
  await button(card, "Mudar").click();
  assert.equal(await dialog(page).getByLabel("Senha", { exact: true }).inputValue(), "");
  await button(dialog(page), "Mais uma fila").click();
  await dialog(page).getByLabel("Nossa fila 2").fill("N2");
  await dialog(page).getByLabel("Fila de lá 2").fill("Nível 2");
  await page.keyboard.press("Control+Enter");
  await card.getByText("* → Redes, N2 → Nível 2").waitFor();
  await button(card, "Desligar").click();
  await card.locator(".pill", { hasText: "desligado" }).waitFor();
  assert.ok(!(await page.content()).includes("canaria"));
  await button(card, "Apagar").click();
  await page.keyboard.press("Control+Enter");
  await card.waitFor({ state: "detached" });
  door.closeAllConnections();
  door.close();
  await close(one.page);
});

test("escalated cases go out by e-mail, too", async () => {
  const one = await open("admin", "/administracao/conectores");
  const { page } = one;
  await button(page, "Criar conector").click();
  await dialog(page).getByText("E-mail", { exact: true }).click();
  await dialog(page).getByText("sem login").click();
  assert.equal(await dialog(page).getByLabel("Senha", { exact: true }).count(), 0);
  await dialog(page).getByLabel("Nome").fill("Plantão");
  await dialog(page).getByLabel("Endereço do sistema").fill("smtp://127.0.0.1:2525");
  await dialog(page).getByLabel("Remetente").fill("farol@provedor.example");
  await dialog(page).getByLabel("Fila de lá 1").fill("not an address");
  await page.keyboard.press("Control+Enter");
  await dialog(page).locator(".queues .wrong", { hasText: "endereços de e-mail" }).waitFor();
  await dialog(page).getByLabel("Fila de lá 1").fill("n2@provedor.example, campo@provedor.example");
  await page.keyboard.press("Control+Enter");
  const card = page.getByRole("region", { name: "Plantão" });
  await card.getByText("sem login").waitFor();
  await card.getByText("farol@provedor.example", { exact: true }).waitFor();
  await button(card, "Apagar").click();
  await page.keyboard.press("Control+Enter");
  await card.waitFor({ state: "detached" });
  await close(one.page);
});

// ---- roles

test("a role is copied, given, cannot be deleted while somebody has it, is changed, and goes", async () => {
  const one = await open("admin", "/administracao/funcoes");
  const { page } = one;
  await page.locator(".matrix td").first().waitFor();
  await button(page, "Copiar um papel").click();
  await dialog(page).getByLabel("Cópia de").selectOption("l1");
  await dialog(page).getByLabel("Nome do papel").fill("Atendimento N1");
  await dialog(page).getByText("Em programas: atendimento-n1").waitFor();
  await dialog(page).getByLabel("Nome do papel").fill("N1 da noite");
  const reset = dialog(page).locator("label", { hasText: "fábrica" }).getByRole("checkbox");
  assert.ok(await reset.isChecked());
  await reset.uncheck();
  await dialog(page).getByText("a menos que o original").waitFor();
  await dialog(page).getByLabel("Cópia de").selectOption("l2");
  assert.ok(!(await reset.isChecked()), "what was taken away stays away");
  await dialog(page).getByLabel("Cópia de").selectOption("l1");
  await page.keyboard.press("Control+Enter");
  const row = page.locator("tr", { hasText: "n1-da-noite" });
  await row.getByText("Atendimento N1").waitFor();
  await page.locator(".matrix th", { hasText: "N1 da noite" }).waitFor();
  const role = await farol.api("GET", "/roles/n1-da-noite");
  assert.ok(!role.capabilities.includes("devices.reset") && role.capabilities.includes("actions.run"));
  const { id } = await farol.api("POST", "/tokens", { name: "noite", role: "n1-da-noite" });
  await page.reload();
  await button(row, "Apagar").click();
  await dialog(page).getByText("Ainda tem este papel: pessoas 0, tokens 1").first().waitFor();
  assert.deepEqual(await axe(page), []);
  await page.keyboard.press("Escape");
  await row.getByRole("button").first().click();
  await dialog(page).getByText("Vale na hora para quem o tem").waitFor();
  await reset.check();
  await farol.api("PATCH", "/roles/n1-da-noite", { title: "N1 noturno" });
  await page.keyboard.press("Control+Enter");
  await dialog(page).locator(".note", { hasText: "Alguém mudou este papel" }).waitFor();
  assert.ok(await reset.isChecked());
  await page.keyboard.press("Control+Enter");
  await dialog(page).waitFor({ state: "detached" });
  assert.ok((await farol.api("GET", "/roles/n1-da-noite")).capabilities.includes("devices.reset"));
  await farol.api("DELETE", "/tokens/" + id);
  await page.reload();
  await button(row, "Apagar").click();
  await page.keyboard.press("Control+Enter");
  await row.waitFor({ state: "detached" });
  await close(one.page);
});

// ---- who may, and what may go wrong

test("who may not is told so, and has no way there", async () => {
  const one = await open("l1", LIMITS);
  await one.page.locator(".empty", { hasText: "não permite" }).waitFor();
  assert.equal(await one.page.getByRole("link", { name: "Administração" }).count(), 0);
  await close(one.page);
});

test("the server goes: what was written is still there, the page says so, and it is saved when it is back", async () => {
  const one = await open("supervisor", TEXTS + "?q=dns_bad");
  const { page } = one;
  await page.locator(".text-name button").click();
  const field = dialog(page).getByRole("textbox").first();
  await field.fill("Vou corrigir os endereços agora.");
  await farol.killServer();
  await page.keyboard.press("Control+Enter");
  await dialog(page).locator(".note.tone-bad").waitFor();
  assert.equal(await field.inputValue(), "Vou corrigir os endereços agora.");
  await page.keyboard.press("Escape");
  await page.getByRole("link", { name: "Limites" }).click();
  await page.locator("main .note.tone-bad").waitFor();
  await shot(page, "light-limits-lost");
  await farol.startServer();
  await button(page.locator("main .note"), "Tentar de novo").click();
  await page.locator("table td").first().waitFor();
  await page.goto(farol.url + TEXTS + "?q=dns_bad");
  await page.locator("tr .pill", { hasText: "rascunho" }).waitFor();
  await page.locator(".text-name button").click();
  assert.equal(await field.inputValue(), "Vou corrigir os endereços agora.");
  await page.keyboard.press("Control+Enter");
  await page.locator("tr", { hasText: "“Vou corrigir os endereços agora.”" }).waitFor();
  await close(one.page);
});
