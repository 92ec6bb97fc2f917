// What supervisors and administrators see: the fleet, people, roles, tokens, webhooks, one's own account.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import http from "node:http";
import { after, before, test } from "node:test";
import { axe, Farol, openBrowser, shot, waitFor } from "./farol.mjs";
import { close, codeOf, dialog, openAs, PASSWORD, signIn } from "./people.mjs";

let farol, browser, cookies;

before(async () => {
  farol = await Farol.start({ homes: 24, settings: "[outbox]\nnetworks = 127.0.0.0/8\n" });
  cookies = await signIn(farol, [
    ["supervisor", "ana", "Ana Lima"],
    ["l1", "edu", "Edu Costa"],
    ["field", "gil", "Gil Reis"], // whose password and session nobody touches
    ["l2", "hugo", "Hugo Prado"], // whom the company's directory keeps, later on
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

const button = (place, name) => place.getByRole("button", { name });

// ---- every page, both languages and themes

const PAGES = [
  ["fleet", "supervisor", "/frota", ".fleet td"],
  ["fleet-nothing", "supervisor", "/frota?q=serial:nowhere", ".empty"],
  ["fleet-wrong", "supervisor", "/frota?q=colour:red", ".filter-wrong"],
  ["people", "admin", "/administracao/pessoas", "table td"],
  ["roles", "admin", "/administracao/funcoes", ".matrix td"],
  ["tokens", "admin", "/administracao/tokens", "table td"],
  ["webhooks", "admin", "/administracao/webhooks", ".empty"],
  ["figures", "supervisor", "/administracao/numeros", ".figure-grid"],
  ["audit", "admin", "/administracao/auditoria", "table td"],
  ["audit-seen", "admin", "/administracao/auditoria?ver=seen&dias=7", ".empty"],
  ["audit-mine", "l1", "/administracao/auditoria?dias=30", "table td, .empty"],
  ["account", "admin", "/conta", ".account-grid"],
  ["forbidden", "l1", "/administracao/pessoas", ".empty"],
];

for (const [locale, colorScheme, width] of [["pt-BR", "light", 1366], ["en-US", "dark", 900]])
  test(`every page is there and axe is content (${locale}, ${colorScheme}, ${width} px)`, async () => {
    for (const [name, role, at, wanted] of PAGES) {
      const one = await open(role, at, { locale, colorScheme, viewport: { width, height: 768 } });
      await one.page.locator(wanted).first().waitFor();
      await waitFor("nothing is awaited", async () => (await one.page.locator(".bones").count()) === 0);
      await shot(one.page, `${colorScheme}-${name}`);
      assert.deepEqual(await axe(one.page), [], name);
      const wide = await one.page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      assert.ok(wide <= 0, `${name}: the page is ${wide} px wider than the window`);
      await close(one.page);
    }
  });

// ---- the fleet

test("a filter says where it is wrong, finds what it says, is saved, shared and found by others", async () => {
  const one = await open("supervisor", "/frota");
  const { page } = one;
  const field = page.getByLabel("Filtro", { exact: true });
  await page.locator(".fleet td").first().waitFor();
  await field.fill("online:yes colour:red");
  await field.press("Enter");
  await page.locator(".filter-wrong mark", { hasText: "colour:red" }).waitFor();
  const selected = () => field.evaluate((input) => input.value.slice(input.selectionStart, input.selectionEnd));
  await waitFor("what is wrong is selected", async () => (await selected()) === "colour:red");
  await field.fill("rx<-24");
  await field.press("Enter");
  await page.locator(".filter-wrong").waitFor({ state: "detached" });
  await page.locator(".fleet td").first().waitFor();
  const light = await page.locator(".fleet tbody tr td:nth-child(6)").allTextContents();
  assert.ok(light.length > 0);
  for (const text of light) assert.ok(Number(text.replace("\u2212", "-").replace(",", ".").replace(/\s*dBm/, "")) < -24, text);
  await button(page, "Salvar filtro").click();
  await dialog(page).getByLabel("Nome").fill("Sinal a vigiar");
  await dialog(page).getByLabel("Mostrar a todos").check();
  await page.keyboard.press("Control+Enter");
  await page.locator(".chip[aria-current]", { hasText: "Sinal a vigiar" }).waitFor();
  await close(one.page);

  const other = await open("l1", "/frota");
  await other.page.locator(".chip", { hasText: "Sinal a vigiar" }).click();
  await waitFor("the filter is applied", () => other.page.url().endsWith("?q=rx%3C-24"));
  assert.equal(await button(other.page, "Exportar").count(), 0, "level 1 has no export");
  await close(other.page);
});

test("columns are chosen and kept, the order is asked of the server", async () => {
  const one = await open("supervisor", "/frota");
  const { page } = one;
  await page.locator(".fleet td").first().waitFor();
  await page.keyboard.press("c");
  await dialog(page).getByLabel("OLT").check();
  await dialog(page).getByLabel("Cidade").uncheck();
  await page.keyboard.press("Escape");
  await page.getByRole("columnheader", { name: "OLT" }).waitFor();
  assert.equal(await page.getByRole("columnheader", { name: "Cidade" }).count(), 0);
  await button(page, "Série").click();
  await page.locator("th[aria-sort=ascending]", { hasText: "Série" }).waitFor();
  await waitFor("they are in order", async () => {
    const serials = await page.locator(".fleet tbody tr td:nth-child(3)").allTextContents();
    return serials.length > 1 && serials.join() === [...serials].sort().join();
  });
  await page.reload();
  await page.getByRole("columnheader", { name: "OLT" }).waitFor();
  await close(one.page);
});

test("the whole fleet comes as a file", async () => {
  const one = await open("supervisor", "/frota");
  const { page } = one;
  await page.locator(".fleet td").first().waitFor();
  await button(page, "Exportar").click();
  const [download] = await Promise.all([page.waitForEvent("download"), dialog(page).getByRole("link", { name: "Baixar" }).click()]);
  const text = readFileSync(await download.path(), "utf8");
  assert.equal(download.suggestedFilename(), "devices.csv");
  assert.ok(text.startsWith("\ufeffid;serial;"), text.slice(0, 40));
  assert.equal(text.trim().split("\r\n").length, 25);
  await close(one.page);
});

// ---- people

test("somebody is invited, chooses a password, gets another role, and is shut out", async () => {
  const one = await open("admin", "/administracao/pessoas");
  const { page } = one;
  await page.locator("table td").first().waitFor();
  await button(page, "Convidar").click();
  await dialog(page).getByLabel("Nome").fill("Fábio Nunes");
  await dialog(page).getByLabel("Usuário").fill("Fábio!");
  await page.keyboard.press("Control+Enter");
  await dialog(page).locator(".field.wrong").waitFor();
  await dialog(page).getByLabel("Usuário").fill("fabio");
  await page.keyboard.press("Control+Enter");
  const link = await dialog(page).locator("output").textContent();
  assert.deepEqual(await axe(page), []);
  await page.keyboard.press("Escape");

  const his = await open(null, new URL(link).pathname + new URL(link).hash);
  await his.page.getByLabel("Senha", { exact: true }).fill(PASSWORD);
  await his.page.getByLabel("Repita a senha").fill(PASSWORD);
  await his.page.keyboard.press("Enter");
  await his.page.locator(".search-field input").waitFor(); // the chooser of languages is a combobox, too
  assert.equal(await his.page.getByRole("link", { name: "Administração" }).count(), 0);

  const row = page.locator("tr", { hasText: "Fábio Nunes" });
  await page.reload();
  await row.getByText("ativa", { exact: true }).waitFor();
  await row.getByRole("button").click();
  await dialog(page).getByLabel("Papel").selectOption("l2");
  await page.keyboard.press("Control+Enter");
  await row.getByText("Atendimento N2").waitFor();
  await row.getByRole("button").click();
  await button(dialog(page), "Desativar").click();
  await button(dialog(page).locator(".note"), "Desativar").click();
  await row.getByText("desativada").waitFor();
  await his.page.goto(farol.url + "/frota");
  await his.page.getByLabel("Usuário").waitFor();
  await his.context.close();
  await close(one.page);
});

test("an administrator does not shut himself out", async () => {
  const one = await open("admin", "/administracao/pessoas");
  const { page } = one;
  await page.locator("tr", { hasText: "Carla Souza" }).getByRole("button").click();
  assert.equal(await button(dialog(page), /^Desativar/).getAttribute("aria-disabled"), "true");
  assert.equal(await dialog(page).getByLabel("Papel").count(), 0);
  await close(one.page);
});

test("a token is shown once, works, and does not after it was revoked", async () => {
  const one = await open("admin", "/administracao/tokens");
  const { page } = one;
  await page.locator("table td").first().waitFor();
  await button(page, "Criar token").first().click();
  await dialog(page).getByLabel("Nome").fill("integração CRM");
  await dialog(page).getByText("permissões escolhidas").click();
  await dialog(page).getByLabel("Ver aparelhos e o histórico deles").check();
  await page.keyboard.press("Control+Enter");
  const token = await dialog(page).locator("output").textContent();
  const ask = (at) => fetch(farol.url + "/api/v1" + at, { headers: { Authorization: "Bearer " + token } }).then((answer) => answer.status);
  assert.deepEqual([await ask("/devices"), await ask("/users")], [200, 403]);
  await page.keyboard.press("Escape");
  const row = page.locator("tr", { hasText: "integração CRM" });
  assert.ok(!(await page.content()).includes(token));
  await button(row, "Revogar").click();
  await page.keyboard.press("Control+Enter");
  await row.waitFor({ state: "detached" });
  assert.equal(await ask("/devices"), 401);
  await close(one.page);
});

// ---- one's own account

test("a code beside the password is turned on, asked for, and turned off", async () => {
  const one = await open("supervisor", "/conta");
  const { page } = one;
  const card = page.getByRole("region", { name: "Código no login" });
  await button(card, "Ligar").click();
  await dialog(page).locator(".qr").waitFor();
  assert.deepEqual(await axe(page), []);
  const secret = (await dialog(page).locator("output").textContent()).replaceAll(" ", "");
  await dialog(page).getByLabel("Código de 6 dígitos").fill("000000");
  await page.keyboard.press("Control+Enter");
  await dialog(page).locator(".field.wrong").waitFor();
  await dialog(page).getByLabel("Código de 6 dígitos").fill(codeOf(secret));
  await page.keyboard.press("Control+Enter");
  await card.locator(".pill", { hasText: /(?<!des)ligado/ }).waitFor();

  const fresh = await open(null, "/");
  await fresh.page.getByLabel("Usuário").fill("ana");
  await fresh.page.getByLabel("Senha", { exact: true }).fill(PASSWORD);
  await fresh.page.keyboard.press("Enter");
  await fresh.page.getByLabel("Código de 6 dígitos").waitFor();
  await fresh.context.close();

  await button(card, "Desligar o código").click();
  await dialog(page).getByLabel("Senha atual").fill("wrong");
  await page.keyboard.press("Control+Enter");
  await dialog(page).locator(".field.wrong").waitFor();
  await dialog(page).getByLabel("Senha atual").fill(PASSWORD);
  await page.keyboard.press("Control+Enter");
  await card.locator(".pill", { hasText: "desligado" }).waitFor();
  await close(one.page);
});

test("a password is changed by who knows the old one", async () => {
  const one = await open("l1", "/conta");
  const { page } = one;
  const card = page.getByRole("region", { name: "Senha", exact: true });
  const fill = async (old, next) => {
    await card.getByLabel("Senha atual").fill(old);
    await card.getByLabel("Senha nova").fill(next);
    await card.getByLabel("Repita a senha").fill(next);
    await page.keyboard.press("Enter");
  };
  await fill("wrong", "another horse 18 battery");
  await card.locator(".field.wrong").waitFor();
  await fill(PASSWORD, "another horse 18 battery");
  await page.locator(".toast", { hasText: "Senha trocada" }).waitFor();
  await close(one.page);
});

test("what the company's directory keeps of somebody is not changed here, by nobody", async () => {
  farol.sql("UPDATE app_user SET source = 'directory', password = NULL WHERE login = 'hugo'");
  const one = await open("admin", "/administracao/pessoas");
  const { page } = one;
  const row = page.locator("tr", { hasText: "Hugo Prado" });
  await row.getByText("do diretório da empresa").waitFor();
  await row.getByText("ativa", { exact: true }).waitFor();
  await row.getByRole("button").click();
  await dialog(page).getByText("vêm da empresa").waitFor();
  assert.deepEqual(await axe(page), []);
  for (const name of ["Tirar a senha", "Salvar"]) assert.equal(await button(dialog(page), name).count(), 0, name);
  assert.equal(await dialog(page).getByLabel("Papel").count(), 0);
  await button(dialog(page), "Desativar").waitFor();
  await close(one.page);
  const his = await open("l2", "/conta");
  await his.page.getByText("se troca lá").waitFor();
  assert.equal(await his.page.getByLabel("Senha nova").count(), 0);
  await close(his.page);
});

// ---- webhooks

const asAdmin = (at) => fetch(farol.url + "/api/v1" + at, { headers: { Cookie: cookies.admin } }).then((answer) => answer.json());

test("a webhook is made, told of a case, and its deliveries are seen and sent again", async () => {
  const got = [];
  const listener = http.createServer((asked, answer) => {
    got.push(asked.headers["webhook-id"]);
    asked.resume().on("end", () => answer.writeHead(204).end());
  });
  await new Promise((done) => listener.listen(0, "127.0.0.1", done));
  const one = await open("admin", "/administracao/webhooks");
  const { page } = one;
  await button(page, "Criar webhook").click();
  await dialog(page).getByLabel("Nome").fill("CRM");
  await dialog(page).getByLabel("Endereço").fill("ftp://nowhere");
  await dialog(page).getByLabel("atendimento aberto").check();
  await page.keyboard.press("Control+Enter");
  await dialog(page).locator(".field.wrong").waitFor();
  await dialog(page).getByLabel("Endereço").fill(`http://127.0.0.1:${listener.address().port}/in`);
  await page.keyboard.press("Control+Enter");
  assert.match(await dialog(page).locator("output").textContent(), /^whsec_/);
  await page.keyboard.press("Escape");
  await farol.api("POST", "/cases", { device: await farol.deviceOf("Maria"), found_by: "serial" });
  await waitFor("it is told", () => got.length > 0, 30);
  const made = await asAdmin("/webhooks").then((list) => list.data[0].id);
  await waitFor("that is noted", async () => (await asAdmin(`/webhooks/${made}/deliveries`)).data[0]?.state === "delivered");
  const card = page.getByRole("region", { name: "CRM" });
  await button(card, "Entregas").click();
  const row = dialog(page).locator("tr", { hasText: "atendimento aberto" });
  await row.locator(".pill", { hasText: "entregue" }).waitFor();
  assert.deepEqual(await axe(page), []);
  await button(row, "Reenviar").click();
  await waitFor("it is told again", () => got.length > 1, 30);
  assert.equal(got[1], got[0]);
  await page.keyboard.press("Escape");
  await button(card, "Trocar segredo").click();
  await page.keyboard.press("Control+Enter");
  assert.match(await dialog(page).locator("output").textContent(), /^whsec_/);
  await page.keyboard.press("Escape");
  await card.getByText("Segredo antigo vale até").waitFor();
  await button(card, "Apagar").click();
  await page.keyboard.press("Control+Enter");
  await card.waitFor({ state: "detached" });
  listener.closeAllConnections();
  listener.close();
  await close(one.page);
});

// ---- trouble, and what changes a person for good

test("somebody who was locked out is let in again", async () => {
  const knock = (password) =>
    fetch(farol.url + "/api/v1/session", {
      method: "POST",
      headers: { Origin: farol.url, "Content-Type": "application/json" },
      body: JSON.stringify({ login: "gil", password }),
    }).then((answer) => answer.status);
  await waitFor("the door is shut", async () => (await knock("wrong")) === 429);
  assert.equal(await knock(PASSWORD), 429);
  const one = await open("admin", "/administracao/pessoas");
  const row = one.page.locator("tr", { hasText: "Gil Reis" });
  await row.getByText("bloqueada").waitFor();
  await row.getByRole("button").click();
  await button(dialog(one.page), "Desbloquear").click();
  await one.page.getByText("Desbloqueada").waitFor();
  assert.equal(await knock(PASSWORD), 201);
  await close(one.page);
});

test("the figures of the desk count what was closed, and why", async () => {
  const opened = await farol.api("POST", "/cases", { device: await farol.deviceOf("Caio"), found_by: "phone" });
  const { reasons, outcomes } = await farol.api("GET", "/cases/choices");
  await farol.api("POST", `/cases/${opened.id}/close`, { reason: reasons[0].code, outcome: outcomes[0].code });
  const one = await open("supervisor", "/administracao/numeros");
  await one.page.locator(".figure-card", { hasText: "Atendimentos" }).getByText(/encerrados/).waitFor();
  const bars = one.page.locator(".count-bars");
  await bars.first().getByText(reasons[0].label["pt-BR"]).waitFor();
  await bars.last().getByText(outcomes[0].label["pt-BR"]).waitFor();
  await shot(one.page, "light-figures-some");
  assert.deepEqual(await axe(one.page), []);
  await close(one.page);
});

test("what was done is found, seen with its change, verified, and comes as a file; others see their own", async () => {
  const person = (await farol.api("GET", "/users")).data.find((one) => one.login === "edu");
  const cookie = { Cookie: cookies.admin, Origin: farol.url, "Content-Type": "application/json" };
  const changed = await fetch(`${farol.url}/api/v1/users/${person.id}`, { method: "PATCH", headers: cookie, body: '{"name": "Edu <b>Costa</b>"}' });
  assert.equal(changed.status, 200);
  const one = await open("admin", "/administracao/auditoria");
  const { page } = one;
  const row = page.locator("tr", { hasText: "mudou uma pessoa" }).first();
  await row.getByText("feito").waitFor();
  await row.getByRole("button").click();
  await dialog(page).getByText('"Edu <b>Costa</b>"').waitFor();
  assert.deepEqual(await axe(page), []);
  await shot(page, "light-audit-details");
  await page.keyboard.press("Escape");
  await button(page, "Conferir a corrente").click();
  await dialog(page).getByText(/Tudo em ordem: [\d.]+ linhas/).waitFor();
  await shot(page, "light-audit-verify");
  await page.keyboard.press("Escape");
  await button(page, "Exportar").click();
  const [download] = await Promise.all([page.waitForEvent("download"), dialog(page).getByRole("link", { name: "CSV" }).click()]);
  assert.match(readFileSync(await download.path(), "utf8"), /user_patch/);
  await page.getByLabel(/^Sobre/).fill("Edu");
  await page.keyboard.press("Enter");
  await page.locator(".field.wrong").waitFor();
  await close(one.page);

  const other = await open("field", "/conta");
  await other.page.getByRole("link", { name: "O que eu fiz" }).click();
  await other.page.locator("table td").first().waitFor();
  const names = await other.page.locator("tbody tr td:nth-child(2)").allTextContents();
  assert.deepEqual([...new Set(names)], ["gil"], "nobody else's");
  assert.equal(await button(other.page, "Conferir a corrente").count(), 0);
  await close(other.page);
});

test("a row of the audit trail that was altered is named", async () => {
  const guard = (verb) => `ALTER TABLE audit_entry ${verb} TRIGGER audit_entry_stays;`;
  const change = "UPDATE audit_entry SET actor = 'nobody' WHERE seq = (SELECT min(seq) + 3 FROM audit_entry) RETURNING seq;";
  farol.sql(guard("DISABLE"));
  const [seq] = farol.sql(change);
  farol.sql(guard("ENABLE"));
  const one = await open("admin", "/administracao/auditoria");
  await button(one.page, "Conferir a corrente").click();
  await dialog(one.page).getByText(`A linha ${seq} foi alterada.`).waitFor();
  await shot(one.page, "light-audit-altered");
  assert.deepEqual(await axe(one.page), []);
  await close(one.page);
});

test("a server that is away is said, and what was there stays", async () => {
  const one = await open("admin", "/administracao/pessoas");
  const { page } = one;
  await page.locator("table td").first().waitFor();
  await farol.killServer();
  await button(page, "Buscar").last().click();
  await page.getByLabel("Parte do usuário ou do nome").fill("ana");
  await page.keyboard.press("Enter");
  await page.locator(".note.tone-bad").waitFor();
  await page.locator(".banner.tone-warn").waitFor();
  await farol.startServer();
  await page.locator(".banner.tone-warn").waitFor({ state: "detached" });
  await button(page, "Tentar de novo").click();
  await page.locator("tr", { hasText: "Ana Lima" }).waitFor();
  await close(one.page);
});

test("what is chosen for oneself comes along to another machine", async () => {
  const one = await open("supervisor", "/conta");
  const main = one.page.getByRole("main");
  await main.getByLabel("Tema").selectOption("dark");
  await main.getByLabel("Idioma").selectOption("en");
  await one.page.getByRole("heading", { name: "My account" }).waitFor();
  const kept = () => fetch(farol.url + "/api/v1/me", { headers: { Cookie: cookies.supervisor } }).then((answer) => answer.json());
  await waitFor("it is kept", async () => (await kept()).language === "en" && (await kept()).preferences.theme === "dark");
  await close(one.page);
  const other = await open("supervisor", "/conta");
  await other.page.getByRole("heading", { name: "My account" }).waitFor();
  assert.equal(await other.page.evaluate(() => document.documentElement.dataset.theme), "dark");
  await close(other.page);
});
