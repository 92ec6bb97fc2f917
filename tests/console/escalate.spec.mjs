// Maria's fibre is weak. Ana guides her, escalates; Bruno opens the bundle, gives the case back with advice, and later sends somebody.
// In both languages and themes, by the people themselves, each with the role that he has.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Farol, isClean, openBrowser, signedIn, SLOW, waitFor } from "./farol.mjs";

let farol, browser;

before(async () => {
  farol = await Farol.start({ homes: 24 });
  await farol.person("ana", "Ana Souza", "l1");
  await farol.person("bia", "Bia Castro", "l1");
  await farol.person("bruno", "Bruno Lima", "l2");
  browser = await openBrowser();
});

after(async () => {
  await browser?.close();
  await farol?.stop();
});

const WAYS = [
  { locale: "pt-BR", colorScheme: "light", guide: "Sem internet (fibra)", escalate: "Escalar atendimento", giveBack: "Devolver com orientação", visit: "Visita técnica", order: "Pedir visita", advice: "Peça para limpar o conector, e meça de novo" },
  { locale: "en-US", colorScheme: "dark", guide: "No internet (fibre)", escalate: "Escalate case", giveBack: "Return with advice", visit: "Field visit", order: "Order visit", advice: "Have the connector cleaned, then measure again" },
];

async function find(page, words) {
  await page.locator(".search input").fill(words);
  await page.keyboard.press("Enter");
  await page.locator(".verdict h2").waitFor();
  await page.locator(".protocol").first().waitFor();
}

/** Answers what is asked, with "no" to the cable, until the guide has come to its end. */
async function walkTheGuide(page, name) {
  await page.keyboard.press("g");
  await page.locator("dialog .choice", { hasText: name }).click();
  const end = page.locator("dialog .guide-step.tone-edge-ok");
  await waitFor("the end of the guide", async () => {
    if (await end.count()) return true;
    const answers = page.locator("dialog .answers button:not([aria-disabled])");
    const count = await answers.count();
    if (count > 0) await page.keyboard.press(count > 1 ? "2" : "1");
    return false;
  }, 90);
}

for (const way of WAYS)
  test(`Maria: guided, escalated, returned with advice (${way.locale}, ${way.colorScheme})`, async () => {
    const ana = await signedIn(browser, farol, "ana", way);
    await find(ana, farol.serialOf("Maria"));
    const protocol = (await ana.locator(".protocol strong").first().textContent()).trim();
    await walkTheGuide(ana, way.guide);
    await isClean(ana);
    await ana.getByRole("button", { name: way.escalate }).click();
    const summary = ana.locator("dialog textarea");
    await summary.waitFor();
    assert.match(await summary.inputValue(), /dBm|\S{10,}/, "the summary has written itself");
    assert.equal(await ana.locator("dialog select").first().inputValue(), "Campo", "the guide has said to whom");
    await ana.locator("dialog select").first().selectOption("N2");
    await ana.locator("dialog select").nth(1).selectOption("high");
    const written = (await summary.inputValue()) + "\n+ " + way.locale;
    await summary.fill(written);
    await isClean(ana);
    await ana.keyboard.press("Control+Enter");
    await ana.locator("dialog").waitFor({ state: "detached" });
    await ana.locator(".card .note", { hasText: "N2" }).waitFor();

    const bruno = await signedIn(browser, farol, "bruno", way);
    await bruno.locator(".bar-nav a[href='/fila']").click();
    const row = bruno.locator(".inbox tr", { hasText: protocol });
    await row.waitFor();
    await isClean(bruno);
    await row.locator("a").click();
    await bruno.locator(".handed-summary", { hasText: "+ " + way.locale }).waitFor();
    await bruno.locator(".handoff .case-log li").first().waitFor();
    await isClean(bruno);
    await bruno.getByRole("button", { name: way.giveBack }).click();
    await bruno.locator("dialog textarea").fill(way.advice);
    await isClean(bruno);
    await bruno.keyboard.press("Control+Enter");
    await bruno.locator("dialog").waitFor({ state: "detached" });

    // Ana has done nothing since: what came back is on her page by itself.
    await ana.locator(".advice", { hasText: way.advice }).waitFor({ timeout: 20000 * SLOW });
    await ana.locator(".advice", { hasText: "bruno" }).waitFor();
    await isClean(ana);
    await ana.keyboard.press("h");
    await ana.locator(".search input").waitFor();
    await ana.locator(".home-link", { hasText: protocol }).waitFor();
    await isClean(ana);
    await ana.locator(".home-link", { hasText: protocol }).click();
    await ana.locator(".advice").waitFor();
    await ana.keyboard.press("x");
    await ana.locator("dialog .segments").waitFor();
    await ana.keyboard.press("1");
    await ana.keyboard.press("Control+Enter");
    await ana.locator("dialog").waitFor({ state: "detached" });
    await ana.locator(".protocol").waitFor({ state: "detached" });
    await bruno.context().close();
    await ana.context().close();
  });

test("João: escalated by one key, and somebody is sent there", async () => {
  const way = WAYS[0];
  const ana = await signedIn(browser, farol, "ana");
  await find(ana, farol.serialOf("João"));
  await ana.keyboard.press("e");
  await ana.locator("dialog textarea").waitFor();
  await ana.keyboard.press("Control+Enter");
  await ana.locator("dialog").waitFor({ state: "detached" });
  const bruno = await signedIn(browser, farol, "bruno");
  await bruno.goto(`${farol.url}/aparelho/${await farol.deviceOf("João")}`);
  await bruno.locator(".card", { hasText: "Atendimento escalado" }).waitFor();
  await isClean(bruno);
  await bruno.getByRole("button", { name: way.visit }).click();
  await bruno.locator("dialog input[type=datetime-local]").fill("2020-01-01T10:00");
  await bruno.locator("dialog .field.wrong").waitFor();
  assert.equal(await bruno.getByRole("button", { name: way.order }).getAttribute("aria-disabled"), "true");
  await bruno.locator("dialog input[type=datetime-local]").fill("2031-01-01T10:00");
  await bruno.locator("dialog textarea").fill("portão azul");
  await isClean(bruno);
  await bruno.keyboard.press("Control+Enter");
  await bruno.locator("dialog").waitFor({ state: "detached" });
  await ana.locator(".note", { hasText: "Visita técnica pedida" }).waitFor({ timeout: 20000 * SLOW });
  await bruno.goto(farol.url + "/fila");
  await bruno.getByText("Ninguém espera nesta fila.").waitFor();
  await bruno.getByText("Visitas", { exact: true }).click();
  await bruno.locator(".inbox tr", { hasText: farol.serialOf("João") }).waitFor();
  await bruno.context().close();
  await ana.context().close();
});

test("two agents on one customer see each other, each as soon as the other is there", async () => {
  const ana = await signedIn(browser, farol, "ana");
  await find(ana, farol.serialOf("Pedro"));
  const bia = await signedIn(browser, farol, "bia");
  await find(bia, farol.serialOf("Pedro"));
  await bia.locator(".note", { hasText: "ana também atende" }).waitFor();
  await ana.locator(".note", { hasText: "bia também atende" }).waitFor({ timeout: 5000 * SLOW });
  await isClean(ana);
  await bia.context().close();
  await ana.context().close();
});

test("what was changed of the summary is kept; what was not says the next time what is known by then", async () => {
  const ana = await signedIn(browser, farol, "ana");
  await find(ana, farol.serialOf("Igor"));
  await ana.keyboard.press("e");
  const summary = ana.locator("dialog textarea");
  await summary.fill("cliente irritado");
  await ana.keyboard.press("Escape");
  await ana.reload();
  await ana.locator(".protocol").waitFor();
  await ana.keyboard.press("e");
  assert.equal(await summary.inputValue(), "cliente irritado");
  await ana.context().close();
});

test("who does not take escalated cases has no inbox", async () => {
  const ana = await signedIn(browser, farol, "ana");
  assert.equal(await ana.locator(".bar-nav a[href='/fila']").count(), 0);
  await ana.goto(farol.url + "/fila");
  await ana.getByText("A fila é de quem atende escalados").waitFor();
  await isClean(ana);
  await ana.goto(farol.url + "/atendimento/cas_999999");
  await ana.getByText("Este atendimento não existe").waitFor();
  await ana.context().close();
});
