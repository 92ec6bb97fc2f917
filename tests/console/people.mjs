// People for the tests of the console: the first administrator by the link of the start, the others by invitation.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { openPage, PASSWORD, VIEW } from "./farol.mjs";

export { PASSWORD };

async function send(farol, path, body, cookie) {
  const answer = await fetch(farol.url + "/api/v1" + path, {
    method: "POST",
    headers: { "Content-Type": "application/json", Origin: farol.url, "Sec-Fetch-Site": "same-origin", ...(cookie ? { Cookie: cookie } : {}) },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return { cookie: answer.headers.get("set-cookie")?.split(";")[0], body: await answer.json() };
}

export const keyOf = (link) => link.split("#")[1];

/** {admin: "name=value", …}: the cookie of one person of each role. */
export async function signIn(farol, roles) {
  const first = await send(farol, "/setup", { key: keyOf(farol.firstLink()), login: "carla", name: "Carla Souza", password: PASSWORD });
  const cookies = { admin: first.cookie };
  for (const [role, login, name] of roles) {
    const { body } = await send(farol, "/users", { login, name, role }, first.cookie);
    cookies[role] = (await send(farol, "/invitation", { key: keyOf(body.invitation), password: PASSWORD })).cookie;
  }
  return cookies;
}

export async function asPerson(context, farol, cookie) {
  const [name, value] = cookie.split("=");
  await context.addCookies([{ name, value, url: farol.url }]);
}

/** A page at that address in a browser of its own, of the person whose cookie this is; of nobody without one. */
export async function openAs(browser, farol, cookie, at, options = {}) {
  const context = await browser.newContext({ ...VIEW, locale: "pt-BR", acceptDownloads: true, ...options });
  if (cookie) await asPerson(context, farol, cookie);
  const page = await openPage(context);
  await page.goto(farol.url + at);
  await page.locator("main").first().waitFor();
  return page;
}

/** Its end, at which the browser has complained of nothing. */
export async function close(page) {
  assert.deepEqual(page.complaints, []);
  await page.context().close();
}

export const dialog = (page) => page.locator("dialog[open]");

/** What an authenticator app shows now (RFC 6238). */
export function codeOf(secret, at = Date.now()) {
  const bits = [...secret].map((char) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(char).toString(2).padStart(5, "0")).join("");
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(at / 30000)));
  const hash = createHmac("sha1", key).update(counter).digest();
  const offset = hash[19] & 15;
  return String((hash.readUInt32BE(offset) & 0x7fffffff) % 1000000).padStart(6, "0");
}
