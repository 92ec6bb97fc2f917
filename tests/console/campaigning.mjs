// What walks through campaigns begin with: firmware that is approved, and campaigns that are listed, approved and started by people.
import assert from "node:assert/strict";
import { Farol, openBrowser, signedIn, waitFor } from "./farol.mjs";

/** Homes whose minutes are seconds: the plan's are, too. */
export const SCALE = 60;
export const FAST = {
  waves: [{ devices: 10, soak_s: 2 }, { percent: 30, soak_s: 2 }, { rest: true, soak_s: 0 }],
  caps: { in_flight: 20, per_pon: 0 },
  ramp: { per_minute: 100000, most_per_minute: 100000 },
  health: { return_s: 15, settle_s: 1, proof_s: 60, silent_s: 60, boots: 3 },
};
export const NIGHT = { locale: "en-US", colorScheme: "dark", viewport: { width: 900, height: 900 } };
const simulator = ["--models", "gpon181", "--time-scale", String(SCALE), "--install-seconds", "30..60", "--reboot-seconds", "30..60", "--start-spread", "1"];

/** So many homes that are trusted; Carla, who writes campaigns by day, and Rui, who approves them by night. */
export async function openHomes(homes) {
  const farol = await Farol.start({ homes, stories: false, interval: 2, simulator });
  try {
    return { farol, ...(await settle(farol, homes)) };
  } catch (e) {
    await farol.stop();
    throw e;
  }
}

async function settle(farol, homes) {
  const [model] = farol.sql("SELECT DISTINCT product_class FROM device");
  await waitFor("all are trusted", () => farol.sql("SELECT count(*) FROM device_hot WHERE enrolment = 2")[0] === String(homes), 60);
  await farol.person("carla", "Carla Souza", "engineering");
  await farol.person("rui", "Rui Alves", "supervisor");
  const browser = await openBrowser();
  return { model, browser, carla: await signedIn(browser, farol, "carla"), rui: await signedIn(browser, farol, "rui", NIGHT) };
}

/** By the cookie of whoever is signed in on a page. */
export async function asks(page, method, at, body) {
  const refused = await page.evaluate(async ([method, at, body]) => {
    const answer = await fetch("/api/v1" + at, { method, headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
    return answer.ok ? null : answer.text();
  }, [method, at, body]);
  assert.equal(refused, null);
}

/** A file of the library that somebody has approved, of which others have said what it is. */
export async function approvedFirmware(farol, approver, model, version, behaviour = "") {
  await farol.firmware(`fw-${version}.bin`, version, model, `version=${version}\n${behaviour}\n`);
  const [file] = farol.sql(`SELECT id FROM file WHERE name = 'fw-${version}.bin'`);
  const made = await farol.api("POST", "/firmware", { file, name: "ONT", version, rules: [{ product_class: model }] });
  const { revision } = await farol.api("PUT", `/firmware/${made.id}/state`, { state: "testing" });
  await asks(approver, "POST", `/firmware/${made.id}/approve`, { revision });
  return file;
}

export const shown = (farol, id) => farol.api("GET", "/campaigns/" + id);

/** Written and listed by a program; its id. */
export async function listedCampaign(farol, name, body) {
  const { id } = await farol.api("POST", "/campaigns", { name, ...body, plan: { ...FAST, ...body.plan } });
  await farol.api("POST", `/campaigns/${id}/dry-run`, {});
  await waitFor("the list is there", async () => (await shown(farol, id)).state === "listed");
  return id;
}

/** Approved by one, started by another. */
export async function begin(farol, id, approver) {
  const { list_hash, total } = await shown(farol, id);
  await asks(approver, "POST", `/campaigns/${id}/approve`, { list_hash });
  await farol.api("POST", `/campaigns/${id}/start`, { list_hash, devices: total });
}

export async function ended(farol, id, state, seconds = 60) {
  await waitFor(`it is ${state}`, async () => (await shown(farol, id)).state === state, seconds);
}
