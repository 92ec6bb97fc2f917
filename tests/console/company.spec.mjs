// With an account that the company keeps elsewhere (OpenID Connect): there and back again, and a link of somebody else signs in nobody.
import assert from "node:assert/strict";
import { createHash, generateKeyPairSync, sign } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import http from "node:http";
import os from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { axe, Farol, openBrowser, openPage, VIEW } from "./farol.mjs";
import { signIn } from "./people.mjs";

const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const directory = mkdtempSync(path.join(os.tmpdir(), "farol-company-"));
const codes = new Map(); // what each was given for
let farol, browser, provider, issuer, groups;

const b64 = (value) => Buffer.from(typeof value === "string" ? value : JSON.stringify(value)).toString("base64url");

function token(given) {
  const now = Math.floor(Date.now() / 1000);
  const claims = { iss: issuer, aud: "farol", sub: "1", nonce: given.nonce, iat: now, exp: now + 60, preferred_username: "ana", name: "Ana da Empresa", groups };
  const data = `${b64({ alg: "RS256", kid: "k" })}.${b64(claims)}`;
  return `${data}.${sign("sha256", Buffer.from(data), privateKey).toString("base64url")}`;
}

async function bodyOf(asked) {
  let text = "";
  for await (const piece of asked) text += piece;
  return new URLSearchParams(text);
}

/** Whoever comes is taken for Ana, and sent back at once. */
async function answer(asked, reply) {
  const url = new URL(asked.url, issuer);
  const json = (value, status = 200) => reply.writeHead(status, { "Content-Type": "application/json" }).end(JSON.stringify(value));
  if (url.pathname === "/.well-known/openid-configuration")
    return json({ issuer, authorization_endpoint: issuer + "/authorize", token_endpoint: issuer + "/token", jwks_uri: issuer + "/keys" });
  if (url.pathname === "/keys") return json({ keys: [{ ...publicKey.export({ format: "jwk" }), kid: "k" }] });
  if (url.pathname === "/authorize") {
    const code = `c${codes.size}`;
    codes.set(code, Object.fromEntries(url.searchParams));
    return reply.writeHead(302, { Location: `${url.searchParams.get("redirect_uri")}?code=${code}&state=${url.searchParams.get("state")}` }).end();
  }
  const form = await bodyOf(asked);
  const given = codes.get(form.get("code"));
  const challenge = createHash("sha256").update(form.get("code_verifier")).digest("base64url");
  return given?.code_challenge === challenge ? json({ id_token: token(given) }) : json({ error: "invalid_grant" }, 400);
}

before(async () => {
  provider = http.createServer((asked, reply) => void answer(asked, reply));
  await new Promise((done) => provider.listen(0, "127.0.0.1", done));
  issuer = `http://127.0.0.1:${provider.address().port}`;
  const roles = path.join(directory, "roles");
  writeFileSync(roles, "l2 Atendimento\n");
  farol = await Farol.start({ homes: 0, settings: `[outbox]\nnetworks = 127.0.0.0/8\n[provider]\nissuer = ${issuer}\nclient_id = farol\nroles_file = ${roles}\n` });
  await signIn(farol, []);
  browser = await openBrowser();
});

after(async () => {
  await browser?.close();
  await farol?.stop();
  provider?.close();
  rmSync(directory, { recursive: true, force: true });
});

async function open(at) {
  const context = await browser.newContext({ ...VIEW, locale: "pt-BR" });
  const page = await openPage(context);
  await page.goto(farol.url + at);
  await page.getByRole("button", { name: "Entrar com a conta da empresa" }).waitFor();
  return { context, page };
}

const where = (page) => new URL(page.url()).pathname + new URL(page.url()).search;

test("one goes there, comes back, and is in", async () => {
  groups = ["Atendimento"];
  const { context, page } = await open("/");
  assert.deepEqual(await axe(page), []);
  await page.getByRole("button", { name: "Entrar com a conta da empresa" }).click();
  await page.locator(".account-button", { hasText: "Ana da Empresa" }).waitFor();
  assert.equal(where(page), "/");
  assert.equal(await page.evaluate(() => sessionStorage.getItem("company-key")), null);
  await page.goto(farol.url + "/conta");
  await page.getByText("se troca lá").waitFor();
  assert.equal(await page.getByText("Código no login").count(), 0);
  assert.deepEqual(page.complaints, []);
  await context.close();
});

test("who has no role hears why, and may try again", async () => {
  groups = ["Outros"];
  const { context, page } = await open("/");
  await page.getByRole("button", { name: "Entrar com a conta da empresa" }).click();
  await page.getByRole("alert").getByText("nenhum grupo seu tem um papel aqui").waitFor();
  assert.deepEqual(await axe(page), []);
  groups = ["Atendimento"];
  await page.getByRole("button", { name: "Entrar com a conta da empresa" }).click();
  await page.locator(".account-button", { hasText: "Ana da Empresa" }).waitFor();
  await context.close();
});

test("a link that somebody else has sent signs in nobody", async () => {
  const begun = await fetch(farol.url + "/api/v1/session/provider", { method: "POST", headers: { Origin: farol.url } }).then((given) => given.json());
  const sent = await fetch(begun.url, { redirect: "manual" });
  const link = new URL(sent.headers.get("location"));
  const { context, page } = await open(link.pathname + link.search);
  await page.getByRole("alert").getByText("Comece de novo").waitFor();
  assert.equal(where(page), "/");
  assert.equal(await page.locator(".account-button").count(), 0);
  await context.close();
});
