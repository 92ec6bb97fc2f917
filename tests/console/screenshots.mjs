// screenshots.mjs DIRECTORY [NAME…]: every scene at 1366x768, light and dark, as DIRECTORY/THEME-NAME.png; or those of these names, with
// or without a theme. Below contrib/with-postgres.
import { mkdirSync } from "node:fs";
import path from "node:path";
import { asToken, Farol, openBrowser, openPage } from "./farol.mjs";
import { prepare, SCENES, show } from "./scenes.mjs";

const [directory, ...names] = process.argv.slice(2);
mkdirSync(directory, { recursive: true });
const farol = await Farol.start({ homes: 40 });
await prepare(farol);
const door = await asToken(farol);
const browser = await openBrowser();
const isWanted = (theme, name) => names.length === 0 || names.includes(name) || names.includes(`${theme}-${name}`);
let failed = 0;
for (const colorScheme of ["light", "dark"]) {
  const context = await browser.newContext({ viewport: { width: 1366, height: 768 }, locale: "pt-BR", colorScheme, reducedMotion: "reduce" });
  for (const scene of SCENES.filter((one) => isWanted(colorScheme, one.name))) {
    const page = await openPage(context);
    try {
      await show(page, door.url, scene, farol);
    } catch (error) {
      failed++;
      console.error(`${scene.name}: ${error.message.split("\n")[0]}`);
    }
    await page.screenshot({ path: path.join(directory, `${colorScheme}-${scene.name}.png`) });
    for (const complaint of page.complaints) console.error(`${scene.name}: ${complaint}`);
    await page.close();
  }
  await context.close();
}
await browser.close();
door.stop();
await farol.stop();
process.exit(failed ? 1 : 0);
