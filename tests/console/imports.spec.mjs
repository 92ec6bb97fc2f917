// Customers from a file, as who keeps the CRM brings them: counted first, columns put right, done, and what is wrong told.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { Farol, look, openBrowser } from "./farol.mjs";
import { dialog, openAs, signIn } from "./people.mjs";

let farol, browser, cookies;

before(async () => {
  farol = await Farol.start({ homes: 0, stories: false });
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

const open = (role, options) => openAs(browser, farol, cookies[role], "/administracao/importacoes", options);

const button = (place, name) => place.getByRole("button", { name });

const HEAD = "código;nome;apelido;telefone;cidade;velocidade\r\n";
const CSV =
  HEAD +
  "1;João da Conceição;Joca;(81) 99999-0001;Recife;500\r\n" +
  "2;Maria Araújo;=HYPERLINK(1);81999990002;Olinda;300\r\n" +
  "3;<img src=x onerror=\"document.title='hit'\">;;81999990003;Olinda;=1+1\r\n";
const windows1252 = (text) => Buffer.from(text, "latin1");

async function give(page, name, bytes) {
  await page.locator("input[type=file]").setInputFiles({ name, mimeType: "text/csv", buffer: bytes });
}

async function figures(page) {
  return Object.fromEntries(await page.locator(".figures > div").evaluateAll((all) => all.map((one) => [...one.children].map((child) => child.textContent))));
}

/** What begins with doing something is another import, at another address. */
async function simulated(page, begin, word = "conferido") {
  const before = page.url();
  await begin();
  await page.waitForURL((url) => url.href !== before);
  await page.locator(".card-head .pill", { hasText: word }).waitFor();
}
const confirm = (page) => () => page.keyboard.press("Control+Enter");

test("a file of a spreadsheet is counted, its columns are put right, and then it is done", async () => {
  const page = await open("supervisor");
  await page.locator(".empty").waitFor();
  await look(page, "light-imports-none");
  await give(page, "crm.csv", windows1252(CSV));
  await dialog(page).waitFor();
  await look(page, "light-import-prepare");
  await simulated(page, confirm(page));
  assert.deepEqual(await figures(page), { Novos: "2", Mudam: "0", Iguais: "0", "Com erro": "1" });
  assert.equal((await farol.api("GET", "/subscribers")).data.length, 0, "nothing has changed");
  const errors = page.getByRole("region", { name: "Linhas com erro", exact: true });
  await errors.getByText("=1+1").waitFor();
  await look(page, "light-import-simulated");

  await page.getByLabel("O que é a coluna apelido").selectOption("observações");
  await simulated(page, () => button(page, "Simular de novo com estas colunas").click());
  await page.getByRole("row", { name: /apelido/ }).locator("select").waitFor();
  assert.equal(await page.getByLabel("O que é a coluna apelido").inputValue(), "notes");
  await button(page, "Importar 2 agora").click();
  await page.locator(".card-head .pill", { hasText: "importado" }).waitFor();
  const made = (await farol.api("GET", "/subscribers")).data;
  assert.deepEqual(made.map((one) => one.name).sort(), ["João da Conceição", "Maria Araújo"]);
  const maria = await farol.api("GET", "/subscribers/" + made.find((one) => one.name.startsWith("Maria")).id);
  assert.equal(maria.notes, "=HYPERLINK(1)");
  await look(page, "light-import-done");

  const [download] = await Promise.all([page.waitForEvent("download"), button(page, "Baixar todas").click()]);
  const saved = readFileSync(await download.path(), "utf8");
  assert.match(saved, /"'=1\+1"/, "no cell of it is a formula");
  assert.equal(await page.title(), (await page.title()).replace("hit", ""), "what the file says is text");
  assert.deepEqual(page.complaints, []);
  await page.context().close();
});

test("the same file again changes nothing, and says so", async () => {
  const page = await open("supervisor", { colorScheme: "dark", locale: "en-US" });
  await page.getByRole("link", { name: "crm.csv" }).first().waitFor();
  await look(page, "dark-imports");
  await give(page, "again.csv", Buffer.from("código;nome\r\n1;João da Conceição\r\n"));
  await simulated(page, confirm(page), "checked");
  assert.deepEqual(await figures(page), { New: "0", Change: "0", Same: "1", Wrong: "0" });
  assert.equal(await button(page, /Import 0 now/).getAttribute("aria-disabled"), "true");
  await button(page, "Discard").click();
  await page.locator(".card-head .pill", { hasText: "cancelled" }).waitFor();
  await look(page, "dark-import-cancelled");
  assert.deepEqual(page.complaints, []);
  await page.context().close();
});

test("what is no table, and who may not, are told so", async () => {
  const page = await open("supervisor", { viewport: { width: 900, height: 768 } });
  await give(page, "photo.csv", Buffer.from([0xff, 0xd8, 0, 1, 2, 3, 10, 255, 0]));
  await page.keyboard.press("Control+Enter");
  await page.locator(".pill", { hasText: "falhou" }).or(dialog(page).locator("[role=alert]")).first().waitFor();
  await page.getByText("a primeira linha não pode ser lida").waitFor();
  await look(page, "light-import-failed");

  await page.getByRole("link", { name: "Todas as importações" }).click();
  await give(page, "no-code.csv", Buffer.from("matricula;nome\r\n9;Zilda Prado\r\n"));
  await simulated(page, confirm(page), "falhou");
  await page.getByText("nenhuma coluna é external_id").waitFor();
  await page.getByLabel("O que é a coluna matricula").selectOption("código do cliente");
  await simulated(page, () => button(page, "Simular de novo com estas colunas").click());
  assert.deepEqual(await figures(page), { Novos: "1", Mudam: "0", Iguais: "0", "Com erro": "0" });
  assert.deepEqual(page.complaints, []);
  await page.context().close();

  const other = await open("l1");
  await other.getByText("Seu papel não permite ver esta página.").waitFor();
  assert.equal(await other.getByRole("link", { name: "Administração" }).count(), 0);
  assert.deepEqual(other.complaints, []);
  await other.context().close();
});
