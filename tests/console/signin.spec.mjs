// The first person, by the link that the server prints; signing in and out; a session that ends in the middle of a call.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { axe, Farol, openBrowser, openPage, PASSWORD, signedIn, SLOW, VIEW } from "./farol.mjs";

let farol, browser, context, page;

before(async () => {
  farol = await Farol.start({ homes: 24 });
  browser = await openBrowser();
  context = await browser.newContext({ ...VIEW, locale: "pt-BR" });
  page = await openPage(context);
});

after(async () => {
  await browser?.close();
  await farol?.stop();
});

async function signIn(login, password) {
  await page.getByLabel("Usuário", { exact: true }).fill(login);
  await page.getByLabel("Senha", { exact: true }).fill(password);
  await page.keyboard.press("Enter");
}

test("the first person makes his account by the link, and the key leaves the address", async () => {
  await page.goto(farol.url + "/");
  await page.getByText("Ainda não há ninguém cadastrado").waitFor();
  assert.deepEqual(await axe(page), []);
  await page.goto(farol.firstLink());
  await page.getByLabel("Seu nome").waitFor();
  assert.ok(!page.url().includes("#"));
  assert.deepEqual(await axe(page), []);
  await page.keyboard.type("Ana Souza");
  await page.keyboard.press("Tab");
  await page.keyboard.type("ana");
  await page.getByLabel("Senha", { exact: true }).fill(PASSWORD);
  await page.getByLabel("Repita a senha").fill(PASSWORD + "x");
  await page.getByText("As duas senhas são diferentes.").waitFor();
  await page.getByLabel("Repita a senha").fill(PASSWORD);
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Quem está na linha?" }).waitFor();
  await page.locator(".account-button", { hasText: "Ana Souza" }).waitFor();
});

// Whoever administers has no cases: those who answer calls come after him.
test("by the cookie alone a home is found, followed live, and something is done", async () => {
  await farol.person("bia", "Bia Castro", "l1");
  page = await signedIn(browser, farol, "bia");
  context = page.context();
  await page.locator(".search-field input").fill(farol.serialOf("Pedro"));
  await page.keyboard.press("Enter");
  await page.locator(".stream.live").waitFor();
  await page.getByRole("heading", { level: 1, name: "Pedro Henrique Salles" }).waitFor();
  await page.locator(".protocol").waitFor();
  await page.keyboard.press("t");
  await page.keyboard.press("Control+Enter");
  await page.locator("dialog .sentence", { hasText: "Perda de" }).waitFor({ timeout: 60000 * SLOW });
  await page.keyboard.press("Escape");
  assert.deepEqual(page.complaints, []);
});

test("a session that ends asks again, over the page, and nothing is lost", async () => {
  await page.keyboard.press("n");
  await page.locator("dialog textarea").fill("aguarda na linha");
  await page.keyboard.press("Escape");
  await context.clearCookies();
  await page.keyboard.press("u");
  await page.getByText("Sua sessão terminou").waitFor();
  await signIn("bia", PASSWORD);
  await page.getByText("Sua sessão terminou").waitFor({ state: "detached" });
  await page.getByRole("heading", { level: 1, name: "Pedro Henrique Salles" }).waitFor();
  await page.locator(".protocol").waitFor();
  await page.keyboard.press("n");
  assert.equal(await page.locator("dialog textarea").inputValue(), "aguarda na linha");
  await page.keyboard.press("Escape");
});

test("who signs out is out; a wrong password and a wrong user hear the same", async () => {
  await page.locator(".account-button").click();
  await page.getByRole("button", { name: "Sair" }).click();
  await page.getByRole("heading", { name: "Entrar no Farol" }).waitFor();
  for (const [login, password] of [["ana", "errada demais"], ["ninguem", "errada demais"]]) {
    const answered = page.waitForResponse((answer) => answer.url().endsWith("/session"));
    await signIn(login, password);
    assert.equal((await answered).status(), 401);
    await page.getByText("Usuário ou senha inválidos.").waitFor();
  }
  await page.reload();
  await signIn("ana", PASSWORD);
  await page.locator(".account-button", { hasText: "Ana Souza" }).waitFor();
});

test("the link works once", async () => {
  const other = await browser.newContext({ ...VIEW, locale: "pt-BR" });
  const second = await openPage(other);
  await second.goto(farol.firstLink());
  await second.getByText("Você foi convidado").waitFor();
  await second.getByLabel("Senha", { exact: true }).fill(PASSWORD);
  await second.getByLabel("Repita a senha").fill(PASSWORD);
  await second.keyboard.press("Enter");
  await second.getByText("Este link já foi usado ou venceu.").waitFor();
  await other.close();
});
